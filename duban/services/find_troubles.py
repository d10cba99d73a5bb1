"""What is wrong now with mail and calendars, worst first; asked of the database alone."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session

from config.settings import Settings
from duban.services.rules import Rules
from models.calendar import civil_date, start_of_day
from models.deadlines import Rule
from models.delivery_event import EventSource
from models.ladder_words import first_concerned
from models.message import MessageState
from models.periods import Period
from models.queries.mail_troubles import DOUBTFUL, left_since, unheard_since, unsettled, waiting
from models.trouble import (
    DOUBT_AFTER,
    LEAST,
    SHARE_LOST,
    SILENT_AFTER,
    MailHours,
    Trouble,
    TroubleKind,
    stuck,
)

ONE_DAY = timedelta(days=1)


def find_troubles(session: Session, rules: Rules, now: datetime) -> list[Trouble]:
    """Each cause that stands as of ``now``."""
    times = rules.settings.schedule
    hours = MailHours(rules.calendar, times.mail_at, times.mail_ends_at)
    found = (
        stuck(waiting(session), hours, now),
        *_unsettled(session, now),
        _bounces(session, now),
        _silent(session, rules.settings, now),
        _calendar(rules, now),
    )  # fmt: skip
    return [one for one in found if one is not None]


def _unsettled(session: Session, now: datetime) -> Iterator[Trouble]:
    found = unsettled(session, now - DOUBT_AFTER)
    doubtful = [found[state] for state in DOUBTFUL if state in found]
    if doubtful:
        since = min(first for _n, first in doubtful)
        yield Trouble(TroubleKind.IN_DOUBT, since, n=sum(n for n, _first in doubtful))
    if MessageState.HELD in found:
        n, since = found[MessageState.HELD]
        yield Trouble(TroubleKind.HELD, since, n=n)


def _bounces(session: Session, now: datetime) -> Trouble | None:
    since = now - ONE_DAY
    left, lost = left_since(session, since)
    if left < LEAST or lost <= SHARE_LOST * left:
        return None
    return Trouble(TroubleKind.BOUNCES, since, n=lost, of=left)


def _silent(session: Session, settings: Settings, now: datetime) -> Trouble | None:
    if settings.mail.transport != "sendgrid" or settings.mail.webhook_key is None:
        return None
    since = unheard_since(session, EventSource.WEBHOOK, now)
    if since is None or since > now - SILENT_AFTER:
        return None
    return Trouble(TroubleKind.SILENT, since)


def _calendar(rules: Rules, now: datetime) -> Trouble | None:
    """The notice of this or the next year, once letters of today are concerned."""
    deadline, today = rules.policy.deadline, civil_date(now)
    for year in (today.year, today.year + 1):
        if rules.calendar.covers(year):
            continue
        day = first_concerned(year, Period.parse(deadline.window), Rule(deadline.rule),
                              rules.calendar)  # fmt: skip
        return Trouble(TroubleKind.CALENDAR, start_of_day(day), year=year) if day <= today else None
    return None
