"""What a supervisor asks at a glance; every figure is as of one instant."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from models.calendar import civil_date
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.finding import Finding
from models.queries.findings import Filter, Row, is_open, lapsed, listed, state_at
from models.transitions import RUNNING_STATES, State

SOON = timedelta(days=7)
WORST = 10


@dataclass(frozen=True, slots=True)
class Figures:
    """Open findings by what is the matter with them; a finding may be in several."""

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


def figures(session: Session, now: datetime) -> Figures:
    """The figures as of ``now``, whether or not the nightly check has run since."""
    by_state = select(state_at(now), func.count()).where(col(Finding.state) != State.DRAFT)
    states = {
        State(state): count for state, count in session.exec(by_state.group_by(state_at(now)))
    }
    today = civil_date(now)
    running = col(Finding.state).in_(RUNNING_STATES) & ~lapsed(now)
    escalated = select(func.count(func.distinct(Escalation.finding_id))).join(
        Finding, col(Finding.id) == col(Escalation.finding_id)
    )
    closed = (State.RECTIFIED, State.WITHDRAWN)
    return Figures(
        draft=_count(session, col(Finding.state) == State.DRAFT),
        open=sum(count for state, count in states.items() if state not in closed),
        overdue=states.get(State.OVERDUE, 0),
        due_soon=_count(session, running & (col(Finding.last_day) <= today + SOON)),
        waiting_for_us=states.get(State.SUBMITTED, 0),
        review_late=_count(
            session, (col(Finding.state) == State.SUBMITTED) & (col(Finding.review_by) < today)
        ),
        unacknowledged=_count(session, is_open() & col(Finding.acknowledged_at).is_(None)),
        escalated=session.exec(
            escalated.where(is_open(), col(Escalation.state) != EscalationState.DECLINED)
        ).one(),
        proposals=session.exec(
            select(func.count()).where(col(Escalation.state) == EscalationState.PROPOSED)
        ).one(),
        extensions=session.exec(
            select(func.count()).where(col(ExtensionRequest.granted).is_(None))
        ).one(),
        provisional=_count(session, is_open() & col(Finding.provisional).is_(True)),
    )


def worst(session: Session, now: datetime) -> list[Row]:
    """The ten findings that are the latest, or come due the soonest."""
    with_them = (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE)
    return listed(session, Filter(states=with_them), now, limit=WORST)


def provisional_years(session: Session) -> list[int]:
    """The years in which open findings wait for a holiday notice."""
    query = select(col(Finding.last_day)).where(is_open(), col(Finding.provisional).is_(True))
    days: list[date] = [day for day in session.exec(query.distinct()) if day is not None]
    return sorted({day.year for day in days})


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(Finding).where(condition)).one()
