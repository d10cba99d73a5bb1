"""What the dashboard draws: counted from indexes, each over a bounded part of the ledger.

Nothing here reads the findings from end to end. Sums by day and by organization come from the
tables of counts (``models.queries.status``); weeks are counted for the organizations that are
shown, from the index of their open findings alone; who delivers on time is read from a year at
most, and from fewer whole days where more than ``MOST`` findings were closed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, literal, text, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import civil_date, start_of_day
from models.finding import OPEN, Finding
from models.finding_count import FindingCount
from models.queries.contacts import reached
from models.queries.scope import EVERYTHING, Scope
from models.queries.status import (
    SOON,
    OfOrganization,
    by_organization,
    running_days,
    waiting_columns,
)
from models.ranking import OnTime
from models.transitions import OPEN_PHASES, OPEN_STATES, State

YEAR = timedelta(days=365)
MOST = 20_000
"""So many closed findings are read at most to tell who delivers on time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything that may be seen stands: by organization, state and last day."""

    today: date
    organizations: Sequence[OfOrganization]
    states: Counter[State]
    days: dict[date, int]

    @property
    def open(self) -> int:
        """Issued and not yet closed or withdrawn."""
        return sum(one.open for one in self.organizations)

    @property
    def due_soon(self) -> int:
        """Runs out today or within the next seven days."""
        return sum(n for day, n in self.days.items() if 0 <= (day - self.today).days <= SOON.days)

    @property
    def escalated(self) -> int:
        """Open with a proposal that was neither declined nor dropped."""
        return sum(one.escalated for one in self.organizations)


def standing_of(session: Session, now: datetime, scope: Scope = EVERYTHING) -> Standing:
    """How everything in ``scope`` stands as of ``now``."""
    organizations = by_organization(session, now, scope)
    states: Counter[State] = Counter()
    for one in organizations:
        states.update(one.states)
    return Standing(civil_date(now), organizations, states, running_days(session, scope))


@dataclass(frozen=True, slots=True)
class Undecided:
    """What waits for a person of the commission; ``unreachable`` are organizations."""

    proposals: int
    extensions: int
    review_late: int
    unreachable: int


def undecided(session: Session, now: datetime, scope: Scope = EVERYTHING) -> Undecided:
    """What waits for a person as of ``now``."""
    silent = columns(func.count(func.distinct(FindingCount.organization_id))).where(
        col(FindingCount.state).in_(OPEN_STATES),
        col(FindingCount.n) > 0,
        col(FindingCount.organization_id).not_in(reached()),
        scope.of(FindingCount.organization_id),
    )
    counts = (*waiting_columns(civil_date(now), scope), silent.scalar_subquery())
    return Undecided(*session.connection().execute(columns(*counts)).one())


def mondays(today: date, before: int, after: int) -> list[date]:
    """The first days of the weeks around that of ``today``, and the day after the last."""
    this = today - timedelta(days=today.weekday())
    return [this + timedelta(weeks=n) for n in range(-before, after + 2)]


def open_by_week(
    session: Session, organization_ids: Collection[int], weeks: Sequence[date]
) -> Mapping[int, list[int]]:
    """How many open findings end before, in and after each week, by organization.

    ``weeks`` as from ``mondays``: n + 1 days give n + 2 counts, of what ends before the first, in
    each of the n weeks, and later. Reports that wait for our review are open too.
    """
    found: dict[int, list[int]] = {one: [0] * (len(weeks) + 1) for one in organization_ids}
    if not found:
        return found
    # A period ends at 24:00 of its last day.
    column = case(
        *((col(Finding.due_at) <= start_of_day(day), n) for n, day in enumerate(weeks)),
        else_=len(weeks),
    ).label("week")
    # One part for each, because that is how the index of open findings is looked into.
    parts = [
        columns(literal(one).label("organization_id"), column, func.count().label("n"))
        .where(col(Finding.organization_id) == one, text(OPEN))
        .group_by(column)
        for one in found
    ]
    for organization_id, week, n in session.connection().execute(union_all(*parts)):
        found[organization_id][week] = n
    return found


def counted_since(session: Session, now: datetime, closed: int) -> date:
    """The first last day of the findings by which organizations are compared.

    It is a year ago; where more than ``MOST`` of ``closed`` findings ended since, it is later.
    """
    a_year_ago = civil_date(now) - YEAR
    if closed <= MOST:
        return a_year_ago
    ended = select(Finding.due_at).where(Finding.phase == State.RECTIFIED)
    last = session.exec(ended.order_by(col(Finding.due_at).desc()).offset(MOST).limit(1)).first()
    # Its due instant is the beginning of the next day: that whole day is the first.
    return max(a_year_ago, civil_date(last)) if last else a_year_ago


def on_time(
    session: Session, now: datetime, since: date, scope: Scope = EVERYTHING
) -> Mapping[int, OnTime]:
    """What became of the findings whose last day lies on ``since`` or later, by organization."""
    organization_id = col(Finding.organization_id)
    first, in_time = start_of_day(since), col(Finding.on_time).is_(True)
    closed = (
        columns(
            organization_id,
            func.count().filter(in_time).label("in_time"),
            func.count().label("closed"),
            literal(0).label("still_open"),
        )
        .where(
            col(Finding.phase) == State.RECTIFIED,
            col(Finding.due_at) > first,
            scope.of(Finding.organization_id),
        )
        .group_by(organization_id)
    )
    late = (
        columns(organization_id, literal(0), literal(0), func.count())
        .where(
            col(Finding.phase).in_(OPEN_PHASES),
            col(Finding.due_at) > first,
            col(Finding.due_at) <= now,
            scope.of(Finding.organization_id),
        )
        .group_by(organization_id)
    )
    found: defaultdict[int, OnTime] = defaultdict(OnTime)
    for one, punctual, of_them, open_ones in session.connection().execute(union_all(closed, late)):
        found[one] += OnTime(punctual, of_them - punctual, open_ones)
    return found
