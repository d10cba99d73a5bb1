"""Named reads of how the installation fares, for banners, probes and metrics."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.calendar import SHANGHAI, civil_date
from models.finding import Finding
from models.finding_count import DueCount, FindingCount
from models.installation import Installation
from models.message import HELD_UNTIL, Message, MessageState
from models.nightly_run import NightlyRun
from models.queries.runs import is_whole
from models.transitions import State

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NightWatch:
    """The newest attempt at a night, and what the newest one that did all its work was about.

    ``expected`` is the check that should be done by now, with its time of grace; none where
    the first one is still to come.
    """

    newest: NightlyRun | None
    whole_as_of: datetime | None
    expected: datetime | None

    @property
    def missing(self) -> bool:
        """Whether a check that should be done is not."""
        if self.expected is None:
            return False
        return self.whole_as_of is None or self.whole_as_of < self.expected


def night_watch(
    session: Session, now: datetime, *, nightly_at: time, grace_minutes: int
) -> NightWatch:
    """Whether the checks run, as of ``now``; ``nightly_at`` is their local time."""
    whole = (
        select(NightlyRun.as_of)
        .where(is_whole())
        .order_by(col(NightlyRun.as_of).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(NightlyRun, whole).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    found = session.exec(query.limit(1)).first()
    newest, whole_as_of = found if found else (None, None)
    first = session.get_one(Installation, 1).nights_from
    expected = _expected(now - timedelta(minutes=grace_minutes), nightly_at)
    if civil_date(expected) < first:
        return NightWatch(newest, whole_as_of, None)
    return NightWatch(newest, whole_as_of, expected)


def _expected(by: datetime, nightly_at: time) -> datetime:
    """The last time of a check that is not later than ``by``."""
    tonight = datetime.combine(civil_date(by), nightly_at, SHANGHAI)
    return tonight if tonight <= by else tonight - ONE_DAY


def findings_by_state(session: Session) -> dict[State, int]:
    """How many findings are in each recorded state."""
    query = select(FindingCount.state, func.sum(FindingCount.n)).group_by(col(FindingCount.state))
    return {State(state): int(n) for state, n in session.exec(query)}


def overdue_since(session: Session, today: date) -> tuple[int, date | None]:
    """How many findings are overdue, and the earliest last day of them."""
    query = select(func.coalesce(func.sum(DueCount.n), 0), func.min(DueCount.last_day)).where(
        DueCount.last_day < today, DueCount.n > 0
    )
    n, first = session.exec(query).one()
    return int(n), first


def oldest_review(session: Session) -> datetime | None:
    """Since when the report that waits the longest for our review does."""
    query = select(func.min(Finding.submitted_at)).where(Finding.phase == State.SUBMITTED)
    return session.exec(query).one()


def oldest_queued(session: Session) -> datetime | None:
    """Since when the mail that waits the longest does, rehearsals apart."""
    query = select(func.min(Message.queued_at)).where(
        Message.state == MessageState.QUEUED, col(Message.next_attempt_at) != HELD_UNTIL
    )
    return session.exec(query).one()
