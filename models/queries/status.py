"""What a supervisor asks at a glance; every figure is as of one instant.

What is recorded is counted beside the findings (``finding_counts``), and by due day
(``due_counts``), so that what time alone has changed is a sum too. Only whose periods ended
since the last check, and which reviews are late, is found through an index.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Subquery,
    and_,
    exists,
    func,
    literal,
    text,
    union_all,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import civil_date
from models.columns import UTCDateTime
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.finding import OPEN, OPEN_AND_PROVISIONAL, Finding
from models.finding_count import DueCount, FindingCount
from models.look_again import LookAgain
from models.nightly_run import NightlyRun
from models.organization import Organization
from models.queries.ask import within_scope
from models.queries.findings import Row, lapsed
from models.queries.pages import Filter, page
from models.queries.runs import is_whole
from models.queries.scope import EVERYTHING, Scope
from models.transitions import OPEN_STATES, RUNNING_STATES, State

SOON = timedelta(days=7)
WORST = 10
_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Figures:
    """Open findings by what is the matter with them; a finding may be in several.

    ``escalated`` counts those with a proposal that was neither declined nor dropped.
    """

    draft: int
    open: int
    overdue: int
    due_soon: int
    waiting_for_us: int
    review_late: int
    unacknowledged: int
    escalated: int
    proposals: int
    extensions: int
    provisional: int


@dataclass(frozen=True, slots=True)
class OfOrganization:
    """How many findings of one organization are in each state as of one instant.

    ``escalated`` are those of its open ones with a standing proposal.
    """

    organization: Organization
    states: Mapping[State, int]
    escalated: int = 0

    @property
    def open(self) -> int:
        """Issued and not yet rectified or withdrawn."""
        return sum(self.states[state] for state in OPEN_STATES)

    @property
    def issued(self) -> int:
        """All that a letter carries and nobody withdrew, closed or not."""
        return self.open + self.states[State.RECTIFIED]


def figures(session: Session, now: datetime, scope: Scope = EVERYTHING) -> Figures:
    """The figures as of ``now``, whether or not the nightly check has run since."""
    alike = (
        col(FindingCount.state), col(FindingCount.received), col(FindingCount.provisional),
        col(FindingCount.escalated),
    )  # fmt: skip
    connection = session.connection()
    counts = connection.execute(
        columns(*alike, func.sum(FindingCount.n))
        .where(scope.of(FindingCount.organization_id))
        .group_by(*alike)
    )
    states: Counter[State] = Counter()
    unacknowledged = escalated = provisional = 0
    for state, is_received, is_provisional, is_escalated, n in counts:
        states[state] += n
        if state in OPEN_STATES:
            unacknowledged += 0 if is_received else n
            provisional += n if is_provisional else 0
            escalated += n if is_escalated else 0
    today = civil_date(now)
    days = _running_by_day(scope)
    last_day, sum_of = days.c.last_day, func.sum(days.c.n)
    overdue, due_soon = connection.execute(
        columns(
            func.coalesce(sum_of.filter(last_day < today), 0),
            func.coalesce(sum_of.filter(last_day >= today, last_day <= today + SOON), 0),
        )
    ).one()
    undecided = columns(*waiting_columns(today, scope))
    proposals, extensions, review_late = connection.execute(undecided).one()
    return Figures(
        draft=states[State.DRAFT],
        open=sum(states[state] for state in OPEN_STATES),
        overdue=int(overdue),
        due_soon=int(due_soon),
        waiting_for_us=states[State.SUBMITTED],
        review_late=review_late,
        unacknowledged=unacknowledged,
        escalated=escalated,
        proposals=proposals,
        extensions=extensions,
        provisional=provisional,
    )


def waiting_columns(today: date, scope: Scope) -> list[ScalarSelect[int]]:
    """Undecided proposals and requests for more time, and late reviews: a count each."""
    requests = columns(func.count()).where(col(ExtensionRequest.granted).is_(None))
    if not scope.everything:
        requests = requests.where(
            exists().where(
                col(Finding.id) == col(ExtensionRequest.finding_id),
                scope.of(Finding.organization_id),
            )
        )
    counts = (
        columns(func.count()).where(
            col(Escalation.state) == EscalationState.PROPOSED, scope.of(Escalation.organization_id)
        ),
        requests,
        # Only what waits for our review has such a day.
        columns(func.count()).where(
            col(Finding.review_by) < today, scope.of(Finding.organization_id)
        ),
    )
    return [count.scalar_subquery() for count in counts]


def running_days(session: Session, scope: Scope = EVERYTHING) -> dict[date, int]:
    """How many findings run until each last day; those of a day before today are overdue."""
    days = _running_by_day(scope)
    rows = session.connection().execute(columns(days.c.last_day, days.c.n).where(days.c.n > 0))
    return {day: int(n) for day, n in rows}


def by_organization(
    session: Session, now: datetime, scope: Scope = EVERYTHING, *, idle: bool = False
) -> list[OfOrganization]:
    """Every organization that has findings, those with the most overdue and open ones first.

    With ``idle`` those without any finding too.
    """
    state, n = col(FindingCount.state), func.sum(FindingCount.n)
    unrecorded = _unrecorded_by_organization(now)
    query = (
        select(  # type: ignore[call-overload]  # as many columns as there are states
            Organization,
            *(n.filter(state == one) for one in State),
            n.filter(state.in_(OPEN_STATES), col(FindingCount.escalated)),
            *(func.max(unrecorded.c[one]) for one in RUNNING_STATES),
        )
        .join(FindingCount, col(FindingCount.organization_id) == col(Organization.id), isouter=idle)
        .join(unrecorded, unrecorded.c.organization_id == col(Organization.id), isouter=True)
        .where(scope.of(Organization.id))
        .group_by(col(Organization.id))
        .order_by(col(Organization.path))
    )
    rows = []
    for organization, *counts in session.exec(query):
        recorded, escalated = counts[: len(State)], counts[len(State)]
        states = Counter({one: int(count or 0) for one, count in zip(State, recorded, strict=True)})
        for one, count in zip(RUNNING_STATES, counts[len(State) + 1 :], strict=True):
            states[one] -= count or 0
            states[State.OVERDUE] += count or 0
        if idle or any(states.values()):
            rows.append(OfOrganization(organization, states, int(escalated or 0)))
    return sorted(rows, key=lambda row: (-row.states[State.OVERDUE], -row.open))


def worst(session: Session, now: datetime, scope: Scope = EVERYTHING) -> list[Row]:
    """The ten findings that are the latest, or come due the soonest."""
    with_them = (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE)
    return page(session, within_scope(Filter(states=with_them), scope), now, limit=WORST).rows


def provisional_years(session: Session) -> list[int]:
    """The years in which open findings wait for a holiday notice."""
    query = select(func.min(Finding.last_day)).where(text(OPEN_AND_PROVISIONAL))
    years: list[int] = []
    first: date | None = session.exec(query).one()
    while first is not None:
        years.append(first.year)
        end = date(first.year, 12, 31)
        first = session.exec(query.where(col(Finding.last_day) > end)).one()
    return years


def _running_by_day(scope: Scope) -> Subquery:
    """``last_day`` and ``n``: the sums of everything, or the findings of a scope counted."""
    if scope.everything:
        return columns(col(DueCount.last_day), col(DueCount.n)).subquery()
    # Of what is open everything runs but what waits for our review. Said of the state, because
    # a phase would lead to the index of everybody's findings.
    return (
        columns(col(Finding.last_day), func.count().label("n"))
        .where(text(OPEN), col(Finding.state) != State.SUBMITTED, scope.of(Finding.organization_id))
        .group_by(col(Finding.last_day))
        .subquery()
    )


def _unrecorded_by_organization(now: datetime) -> Subquery:
    """How many findings of an organization are overdue at ``now``, by the state on record."""
    return (
        columns(
            col(Finding.organization_id),
            *(func.count().filter(col(Finding.state) == one).label(one) for one in RUNNING_STATES),
        )
        .where(_unrecorded(now))
        .group_by(col(Finding.organization_id))
        .subquery()
    )


def _unrecorded(now: datetime) -> ColumnElement[bool]:
    """Findings that are overdue at ``now`` and not recorded so.

    A night that did all its work left none behind, but for what it noted to look at again.
    """
    last_whole = (
        select(NightlyRun.as_of)
        .where(is_whole(), NightlyRun.as_of < now)
        .order_by(col(NightlyRun.as_of).desc())
        .limit(1)
        .scalar_subquery()
    )
    ended = select(Finding.id).where(
        col(Finding.phase).in_(RUNNING_STATES),
        col(Finding.due_at) <= now,
        col(Finding.due_at) > func.coalesce(last_whole, literal(_NEVER, UTCDateTime)),
    )
    return and_(lapsed(now), col(Finding.id).in_(union_all(ended, select(LookAgain.finding_id))))
