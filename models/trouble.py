"""What can be wrong with mail and calendars so that somebody must be told at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from models.calendar import SHANGHAI, Calendar, civil_date
from models.mail_classes import Hours, hours_of

STUCK_AFTER = timedelta(minutes=30)
"""A mail that could have left for so long has not."""

DOUBT_AFTER = SILENT_AFTER = timedelta(hours=1)
SHARE_LOST, LEAST = 0.05, 20
"""So large a share of the last day's mails may reach nobody; of fewer mails none is told."""

_LONGEST_BACK_OFF = timedelta(minutes=61)
_LONGEST = timedelta(days=60)


class TroubleKind(StrEnum):
    """A cause; each is told once a day."""

    QUEUED = "mail-queued"
    IN_DOUBT = "mail-in-doubt"
    HELD = "mail-held"
    BOUNCES = "mail-bounces"
    SILENT = "mail-events-silent"
    CALENDAR = "calendar-missing"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause: ``n`` mails, ``of`` so many, since an instant; or the ``year`` of a calendar."""

    kind: TroubleKind
    since: datetime
    n: int = 0
    of: int = 0
    year: int = 0

    @property
    def about(self) -> str:
        """What it is remembered by."""
        return f"{self.kind}-{self.year}" if self.year else self.kind.value


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queued mail: since when, not before when, and when it was tried last."""

    template: str
    queued_at: datetime
    next_attempt_at: datetime
    attempted_at: datetime | None


@dataclass(frozen=True, slots=True)
class MailHours:
    """Between which times of which days mail leaves."""

    calendar: Calendar
    begins: time
    ends: time

    def open_time(self, hours: Hours, since: datetime, now: datetime) -> timedelta:
        """For how long between ``since`` and ``now`` a mail of these hours could have left."""
        if hours is Hours.ANY:
            return now - since
        calendar, total = self.calendar.provisionally(), timedelta()
        day, last = civil_date(max(since, now - _LONGEST)), civil_date(now)
        while day <= last:
            if hours is Hours.DAILY or not calendar.is_rest_day(day):
                begins, ends = self._of(day)
                total += max(timedelta(), min(now, ends) - max(since, begins))
            day += timedelta(days=1)
        return total

    def _of(self, day: date) -> tuple[datetime, datetime]:
        return (
            datetime.combine(day, self.begins, SHANGHAI),
            datetime.combine(day, self.ends, SHANGHAI),
        )


def could_leave_since(mail: Waiting, now: datetime) -> datetime | None:
    """From when on a queued mail could have left but for the hour; none where not yet.

    What was tried in vain waits since it was queued, however often it is put off; what
    somebody queued again much later waits since then.
    """
    tried = mail.attempted_at
    if tried is not None and mail.next_attempt_at - tried <= _LONGEST_BACK_OFF:
        return mail.queued_at
    since = max(mail.queued_at, mail.next_attempt_at)
    return since if since <= now else None


def stuck(mails: Iterable[Waiting], hours: MailHours, now: datetime) -> Trouble | None:
    """The queued mails that could have left for more than ``STUCK_AFTER``."""
    found = []
    for mail in mails:
        since = could_leave_since(mail, now)
        if since is None or now - since <= STUCK_AFTER:
            continue
        if hours.open_time(hours_of(mail.template), since, now) > STUCK_AFTER:
            found.append(since)
    return Trouble(TroubleKind.QUEUED, min(found), n=len(found)) if found else None
