"""The brief of the morning: queued for the commission's people, written when it leaves.

It comes on every working day, also when all is zero: that it stays out tells the reader that
something is broken.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.settings import Settings
from duban.services.queue_message import addressed, number_of
from duban.services.rules import Rules, load_rules
from models.calendar import SHANGHAI, civil_date, start_of_day
from models.database import Database
from models.message import BRIEF, Message
from models.organization import Contact, ContactRole
from models.queries.brief import approved_since, brief_readers, steps_taken


def queue_briefs(database: Database, *, now: datetime, settings: Settings) -> int:
    """Put today's brief into the outbox, one for each address; how many.

    Clerks and supervisors get it on each working day from the time of the morning's mail on,
    leaders in charge on the first working day of a week and after an escalation.
    """
    today = civil_date(now)
    times = settings.schedule
    clock = now.astimezone(SHANGHAI).time()
    if not times.mail_at <= clock.replace(second=0, microsecond=0) <= times.mail_ends_at:
        return 0
    with database.read() as session:
        rules = load_rules(session, settings)
        if rules.working_calendar.is_rest_day(today) or not _due(session, rules, today):
            return 0
    with database.begin() as session:
        people = _due(session, rules, today)
        for person in people:
            key = step_of_brief(today, person.id or 0)
            session.add(
                Message(
                    id=number_of(key, now),
                    step_key=key,
                    template=BRIEF,
                    contact_id=person.id,
                    organization_id=person.organization_id,
                    to=person.email or "",
                    to_name=person.name,
                    language=person.language,
                    queued_at=now,
                    next_attempt_at=now,
                )
            )
        return len(people)


def step_of_brief(day: date, contact_id: int) -> str:
    """What makes a second brief of a day impossible."""
    return f"{BRIEF}:{day}:{contact_id}"


def _due(session: Session, rules: Rules, today: date) -> list[Contact]:
    """Who gets a brief today that is not queued yet; of people who share an address the first."""
    people = brief_readers(session)
    if not _leaders_too(session, rules, today):
        people = [one for one in people if one.role is not ContactRole.LEADER_IN_CHARGE]
    people = addressed(people)
    steps = {step_of_brief(today, one.id or 0): one for one in people}
    taken = steps_taken(session, steps)
    return [one for step, one in steps.items() if step not in taken]


def _leaders_too(session: Session, rules: Rules, today: date) -> bool:
    calendar = rules.working_calendar
    monday = today - timedelta(days=today.weekday())
    if calendar.next_working_day(monday) == today:
        return True
    return approved_since(session, start_of_day(calendar.add_working_days(today, -1)))
