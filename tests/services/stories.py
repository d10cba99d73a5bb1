"""A second reading of why a rung was told or not: from the tables, by other code.

``contradictions`` compares every rung of every finding's story with what notices,
proposals, histories and nights say.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from duban.services.explain_finding import RungStory, explain_ladder
from duban.services.rules import Rules
from models.calendar import SHANGHAI, Calendar
from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.message import Message
from models.nightly_run import NightlyRun
from models.organization import Contact
from models.queries.submissions import notices_of
from models.submission import Submission
from models.transition_log import TransitionRecord

DAY = timedelta(days=1)
COUNTED = {  # of the ladder that ships: from which limit, and how many days or working days
    "receipt": ("sign", 1, 0), "receipt-again": ("sign", 0, 3), "due-7": ("due", -7, 0),
    "due-3": ("due", -3, 0), "due-1": ("due", -1, 0), "urge": ("due", 1, 0),
    "circular": ("due", 0, 5), "summons": ("due", 0, 10), "review-late": ("review", 1, 0),
}  # fmt: skip
REMINDERS = ("receipt", "receipt-again", "due-7", "due-3", "due-1")


def contradictions(
    session: Session, rules: Rules, now: datetime
) -> list[tuple[int, date, RungStory, Any]]:
    """(finding, day, what the story says, what the tables say), wherever they differ."""
    found = []
    today = now.astimezone(SHANGHAI).date()
    for finding in session.exec(select(Finding).order_by(col(Finding.id))):
        facts = _Facts(session, finding, rules.working_calendar, today)
        for story in explain_ladder(session, finding, now=now, rules=rules):
            if story.code == "referral":  # a month of calendar days, tested with the ladder
                continue
            truth = facts.truth(story.code)
            said = (story.counted_day, story.day, story.fate.value, story.to)
            if said != truth or (
                story.fate.value == "not-told"
                and story.reason not in set(facts.reasons(story.code, truth[1]))
            ):
                found.append((finding.id or 0, today, story, truth))
    return found


class _Facts:
    """What the tables hold of one finding."""

    def __init__(self, session: Session, finding: Finding, calendar: Calendar, today: date) -> None:
        def rows(table: Any) -> list[Any]:
            query = select(table).where(table.finding_id == finding.id).order_by(table.id)
            return list(session.exec(query))

        self.session, self.finding, self.calendar, self.today = session, finding, calendar, today
        self.told = notices_of(session, finding.id or 0)
        self.history: list[TransitionRecord] = rows(TransitionRecord)
        self.notices: list[Notice] = rows(Notice)
        self.proposals: list[Escalation] = rows(Escalation)
        self.reports: list[Submission] = rows(Submission)
        self.requests: list[ExtensionRequest] = rows(ExtensionRequest)
        self.runs = [
            run for run in session.exec(select(NightlyRun).order_by(col(NightlyRun.id)))
            if run.state.startswith("completed")
        ]  # fmt: skip

    def limit(self, code: str) -> date | None:
        counts = COUNTED[code][0]
        review_by = self.reports[-1].review_by if self.reports else None
        return {"sign": self.finding.sign_by, "due": self.finding.last_day, "review": review_by}[
            counts
        ]

    def day(self, code: str) -> date:
        """The day the ladder counts to."""
        _counts, days, working = COUNTED[code]
        day = (self.limit(code) or date.max) + days * DAY
        while working:
            day += DAY
            working -= not self.calendar.is_rest_day(day)
        return day

    def truth(self, code: str) -> tuple[date, date, str, tuple[tuple[str, str], ...]]:
        counted = self.day(code)
        day = self.working_day(code, counted)
        mails = dict.fromkeys(
            mail.id for n, mail in self.told if (n.rung, n.due_on) == (code, self.limit(code))
        )
        if mails:
            sent = [self.session.get_one(Message, mail) for mail in mails]
            return counted, day, "told", tuple((m.to_name, m.state.value) for m in sent)
        for one in self.proposals:
            if (one.rung, one.due_on) == (code, self.limit(code)):
                who = ((one.decided_by, ""),) if one.decided_by else ()
                return counted, day, one.state.value, who
        nights, worked = self.all_nights(code, day), self.nights(code, day)
        if day > self.today or (day == self.today and not nights):
            return counted, day, "upcoming" if self.may_come(code) else "not-needed", ()
        if nights and not worked and self.may_come(code):
            return counted, self.working_day(code, self.today), "upcoming", ()
        return counted, day, "not-told", ()

    def working_day(self, code: str, day: date) -> date:
        """The day itself for urging, which comes on rest days too."""
        while code != "urge" and self.calendar.is_rest_day(day):
            day += DAY
        return day

    def may_come(self, code: str) -> bool:
        state = self.finding.state.value
        late = state == "overdue" or self.today > (self.finding.last_day or self.today)
        if state in ("rectified", "withdrawn", "submitted"):
            return state == "submitted" and code == "review-late"
        return {"sign": state == "issued" and not late, "review": False}.get(
            COUNTED[code][0], not late or code not in REMINDERS
        )

    def nights(self, code: str, day: date) -> list[NightlyRun]:
        """The checks that could tell the rung."""
        found = self.all_nights(code, day)
        return [run for run in found if self.working_day(code, _day(run)) == _day(run)]

    def all_nights(self, code: str, day: date) -> list[NightlyRun]:
        """The checks of ``day`` and later that knew of the present limit."""
        set_at = self.history[0].recorded_at
        if code == "review-late":
            set_at = [r.recorded_at for r in self.history if r.event == "submit"][-1]
        elif COUNTED[code][0] == "due":
            moved = [r for r in self.history if "deadline" in r.details]
            while len(moved) > 1 and _last_day(moved[-1]) == _last_day(moved[-2]):
                moved.pop()
            set_at = moved[-1].recorded_at
        return [
            run for run in self.runs
            if run.started_at >= set_at and _day(run) >= day
        ]  # fmt: skip

    def reasons(self, code: str, day: date) -> Iterator[str]:
        """Every reason that is true."""
        last_day = self.finding.last_day or day
        nights = self.nights(code, day)
        if not self.all_nights(code, day):
            yield "check-has-not-run"
        first = nights[0].started_at if nights else self.history[-1].recorded_at
        seen = [r for r in self.history if r.recorded_at <= first]
        state, received = seen[-1].target.value, False
        for event in (r.event.value for r in seen):
            received = event in ("acknowledge", "submit") or (received and event != "annul")
        if COUNTED[code][0] == "sign" and received:
            yield "receipt-was-there"
        if state == "submitted" and code != "review-late":
            yield "report-was-there"
        if state in ("rectified", "withdrawn"):
            yield "closed-by-then"
        if code == "review-late" and self.reports[-1].decided_at:
            decided_on = self.reports[-1].decided_at.astimezone(SHANGHAI).date()
            yield (
                "reviewed-in-time" if decided_on <= self.reports[-1].review_by else "reviewed-late"
            )
        if code in REMINDERS and self.today > last_day:
            before_end = [run for run in nights if _day(run) <= last_day]
            if day > last_day:
                yield "too-late-to-remind"
            elif not before_end:
                yield "no-check-before-the-end"
        later = [
            c
            for c in REMINDERS
            if COUNTED[c][0] == COUNTED[code][0] and self.day(c) > self.day(code)
        ]
        if code in REMINDERS and any(self.day(c) <= self.today for c in later):
            yield "later-reminder-instead"
        yield from self._in_vain(code, nights)

    def _in_vain(self, code: str, nights: list[NightlyRun]) -> Iterator[str]:
        ran = {run.id for run in nights}
        mails = self.session.exec(
            select(Message).where(Message.organization_id == self.finding.organization_id)
        )
        if any(m.run_id in ran and m.state in ("cancelled", "accepted") for m in mails):
            yield "no-longer-true"
        for run in nights:
            asked = [r for r in self.requests if r.requested_at <= run.started_at and not r.late]
            if any(r.decided_at is None or r.decided_at > run.started_at for r in asked):
                yield "extension-pending"
        people = self.session.exec(
            select(Contact).where(Contact.organization_id == self.finding.organization_id)
        )
        if not list(people):
            yield "no-working-address"


def _day(run: NightlyRun) -> date:
    return run.as_of.astimezone(SHANGHAI).date()


def _last_day(record: TransitionRecord) -> str:
    return str(record.details["deadline"]["last_day"])
