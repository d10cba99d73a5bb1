"""Named reads of what the mails about acts were about, as it is now."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.transitions import State


def states_of(session: Session, finding_ids: Collection[int]) -> dict[int, tuple[State, bool]]:
    """The recorded state of each of these findings, and whether its receipt is there, by id."""
    query = select(Finding.id, Finding.state, col(Finding.acknowledged_at).is_not(None))
    found = session.exec(query.where(col(Finding.id).in_(finding_ids)))
    return {number or 0: (State(state), received) for number, state, received in found}


def proposals_as_they_are(session: Session, ids: Collection[int]) -> Sequence[EscalationState]:
    """What became of each of these proposals."""
    found = session.exec(select(Escalation.state).where(col(Escalation.id).in_(ids)))
    return [EscalationState(state) for state in found]
