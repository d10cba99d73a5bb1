"""What stands around a page of the ledger: what happened last, and what can be chosen."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, tuple_, union
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import civil_date
from models.finding import Finding
from models.organization import Organization
from models.queries.scope import Scope
from models.transition_log import TransitionRecord
from models.transitions import OPEN_PHASES, Event


class LastAct(NamedTuple):
    """The newest line of a finding's history."""

    event: Event
    at: datetime

    @property
    def on(self) -> date:
        """The day of it."""
        return civil_date(self.at)


def last_acts(session: Session, ids: Collection[int]) -> dict[int, LastAct]:
    """The newest act on each of these findings; none on a draft."""
    number = (col(TransitionRecord.finding_id), col(TransitionRecord.version))
    newest = select(number[0], func.max(number[1])).where(number[0].in_(ids)).group_by(number[0])
    query = select(
        TransitionRecord.finding_id, TransitionRecord.event, TransitionRecord.effective_at
    ).where(tuple_(*number).in_(newest))
    return {finding_id: LastAct(Event(event), at) for finding_id, event, at in session.exec(query)}


def choices(session: Session, limit: int, *, scope: Scope) -> Sequence[Organization]:
    """The organizations of a scope by path, as far as ``limit``."""
    query = select(Organization).where(scope.of(Organization.id))
    return session.exec(query.order_by(col(Organization.path)).limit(limit)).all()


def categories(session: Session, limit: int, *, scope: Scope) -> list[str]:
    """The categories of open findings of a scope, by name; of ``limit`` in each phase at most."""
    parts = (
        columns(col(Finding.category))
        .where(col(Finding.phase) == phase, scope.of(Finding.organization_id))
        .order_by(col(Finding.due_at).desc())
        .limit(limit)
        for phase in OPEN_PHASES
    )
    found = session.execute(union(*(columns(part.subquery()) for part in parts))).scalars()
    return sorted(category for category in found if category)
