"""What a supervisor asks at a glance; every figure is as of one instant.

What is recorded is counted beside the findings (``finding_counts``). What time alone has
changed since (a period that ended, a review that is late) is found through an index.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, text, union_all
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import civil_date, start_of_day
from models.columns import enum_column
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.finding import OPEN_AND_PROVISIONAL, Finding
from models.finding_count import FindingCount
from models.organization import Organization
from models.queries.findings import Row, lapsed
from models.queries.pages import Filter, page
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
    counts = session.connection().execute(
        columns(*alike, func.sum(FindingCount.n)).group_by(*alike)
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
    # Due is 24:00 of the last day.
    soon = start_of_day(today + SOON + timedelta(days=1))
    ended = col(Finding.due_at) <= now
    return Figures(
        draft=states[State.DRAFT],
        open=sum(states[state] for state in OPEN_STATES),
        overdue=states[State.OVERDUE] + _running(session, ended),
        due_soon=_running(session, ~ended, col(Finding.due_at) <= soon),
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
        columns(*ended, func.count()).where(lapsed(now)).group_by(*ended)
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


def _running(session: Session, *due: ColumnElement[bool]) -> int:
    """How many findings run whose due instant is so.

    One look into the index for each state: PostgreSQL takes state and due instant for
    unrelated, expects half of the ledger from both at once, and calls workers to count it.
    """
    states = union_all(
        *(columns(literal(state, enum_column(State)).label("state")) for state in RUNNING_STATES)
    ).subquery()
    found = select(func.count()).where(col(Finding.state) == states.c.state, *due)
    total = columns(func.sum(found.correlate(states).scalar_subquery())).select_from(states)
    return int(session.connection().execute(total).scalar_one())
