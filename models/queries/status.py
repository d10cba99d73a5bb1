"""What a supervisor asks at a glance; every figure is as of one instant.

What is recorded is counted beside the findings (``finding_counts``), and by due day
(``due_counts``), so that what time alone has changed is a sum too. Only whose periods ended
since the last check, and which reviews are late, is found through an index.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, text, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import civil_date
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.finding import OPEN_AND_PROVISIONAL, Finding
from models.finding_count import DueCount, FindingCount
from models.look_again import LookAgain
from models.organization import Organization
from models.queries.findings import Row, lapsed
from models.queries.pages import Filter, page
from models.queries.runs import last_whole
from models.transitions import OPEN_STATES, RUNNING_STATES, State

SOON = timedelta(days=7)
WORST = 10


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
    """How many findings of one organization are in each state as of one instant."""

    organization: Organization
    states: Mapping[State, int]

    @property
    def open(self) -> int:
        """Issued and not yet rectified or withdrawn."""
        return sum(self.states[state] for state in OPEN_STATES)


def figures(session: Session, now: datetime) -> Figures:
    """The figures as of ``now``, whether or not the nightly check has run since."""
    alike = (
        col(FindingCount.state), col(FindingCount.received), col(FindingCount.provisional),
        col(FindingCount.escalated),
    )  # fmt: skip
    connection = session.connection()
    counts = connection.execute(columns(*alike, func.sum(FindingCount.n)).group_by(*alike))
    states: Counter[State] = Counter()
    unacknowledged = escalated = provisional = 0
    for state, is_received, is_provisional, is_escalated, n in counts:
        states[state] += n
        if state in OPEN_STATES:
            unacknowledged += 0 if is_received else n
            provisional += n if is_provisional else 0
            escalated += n if is_escalated else 0
    today = civil_date(now)
    last_day, n = col(DueCount.last_day), func.sum(DueCount.n)
    overdue, due_soon = connection.execute(
        columns(
            func.coalesce(n.filter(last_day < today), 0),
            func.coalesce(n.filter(last_day >= today, last_day <= today + SOON), 0),
        )
    ).one()
    return Figures(
        draft=states[State.DRAFT],
        open=sum(states[state] for state in OPEN_STATES),
        overdue=int(overdue),
        due_soon=int(due_soon),
        waiting_for_us=states[State.SUBMITTED],
        # Only what waits for our review has such a day.
        review_late=session.exec(select(func.count()).where(col(Finding.review_by) < today)).one(),
        unacknowledged=unacknowledged,
        escalated=escalated,
        proposals=session.exec(
            select(func.count()).where(col(Escalation.state) == EscalationState.PROPOSED)
        ).one(),
        extensions=session.exec(
            select(func.count()).where(col(ExtensionRequest.granted).is_(None))
        ).one(),
        provisional=provisional,
    )


def by_organization(session: Session, now: datetime) -> list[OfOrganization]:
    """Every organization that has findings, those with the most overdue and open ones first."""
    connection = session.connection()
    recorded = (col(FindingCount.organization_id), col(FindingCount.state))
    found: defaultdict[int, Counter[State]] = defaultdict(Counter)
    for organization_id, state, n in connection.execute(
        columns(*recorded, func.sum(FindingCount.n)).group_by(*recorded)
    ):
        found[organization_id][state] += n
    ended = (col(Finding.organization_id), col(Finding.state))
    for organization_id, state, n in connection.execute(
        columns(*ended, func.count()).where(_unrecorded(session, now)).group_by(*ended)
    ):
        found[organization_id][state] -= n
        found[organization_id][State.OVERDUE] += n
    query = select(Organization).order_by(col(Organization.path))
    rows = [
        OfOrganization(organization, states)
        for organization in session.exec(query)
        if any((states := found[organization.id or 0]).values())
    ]
    return sorted(rows, key=lambda row: (-row.states[State.OVERDUE], -row.open))


def worst(session: Session, now: datetime) -> list[Row]:
    """The ten findings that are the latest, or come due the soonest."""
    with_them = (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE)
    return page(session, Filter(states=with_them), now, limit=WORST).rows


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


def _unrecorded(session: Session, now: datetime) -> ColumnElement[bool]:
    """Findings that are overdue at ``now`` and not recorded so.

    A night that did all its work left none behind, but for what it noted to look at again.
    """
    ended = select(Finding.id).where(
        col(Finding.phase).in_(RUNNING_STATES), col(Finding.due_at) <= now
    )
    if (night := last_whole(session, now)) is not None:
        ended = ended.where(col(Finding.due_at) > night.as_of)
    return and_(lapsed(now), col(Finding.id).in_(union_all(ended, select(LookAgain.finding_id))))
