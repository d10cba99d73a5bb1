"""Named reads around a night: how much is open, and the letters that its mails name."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.finding_count import FindingCount
from models.letter import Letter
from models.queries.scope import EVERYTHING, Scope
from models.transitions import OPEN_STATES, State


def count_open(session: Session, scope: Scope = EVERYTHING) -> dict[State, int]:
    """Open findings by recorded state."""
    query = (
        select(FindingCount.state, func.sum(FindingCount.n))
        .where(col(FindingCount.state).in_(OPEN_STATES), scope.of(FindingCount.organization_id))
        .group_by(col(FindingCount.state))
    )
    return {State(state): int(count) for state, count in session.exec(query) if count}


def letters_by_id(session: Session, letter_ids: Iterable[int]) -> dict[int, Letter]:
    """Letters by their ids."""
    query = select(Letter).where(col(Letter.id).in_(set(letter_ids)))
    return {letter.id: letter for letter in session.exec(query) if letter.id is not None}
