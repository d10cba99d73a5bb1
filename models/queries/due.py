"""Named reads around a night: how much is due, and who can be told.

What is due is a condition, never a window: what a missed night left undone is still due
the next night, and a second run finds nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.finding import Finding
from models.finding_count import FindingCount
from models.letter import Letter
from models.queries.findings import is_open
from models.transitions import OPEN_STATES, State


def count_open(session: Session) -> dict[State, int]:
    """Open findings by recorded state."""
    query = (
        select(FindingCount.state, func.sum(FindingCount.n))
        .where(col(FindingCount.state).in_(OPEN_STATES))
        .group_by(col(FindingCount.state))
    )
    return {State(state): int(count) for state, count in session.exec(query) if count}


def count_due(session: Session, now: datetime) -> int:
    """How many open findings may have something due."""
    query = select(func.count()).where(is_open(), col(Finding.next_action_at) <= now)
    return session.exec(query).one()


def count_foreseen(session: Session, now: datetime, settled_by: datetime) -> tuple[int, int]:
    """The same, and how many of them were in the book by ``settled_by`` with this day."""
    foreseen = func.count().filter(col(Finding.action_set_at) <= settled_by)
    query = select(func.count(), foreseen).where(is_open(), col(Finding.next_action_at) <= now)
    return session.exec(query).one()


def letters_by_id(session: Session, letter_ids: Iterable[int]) -> dict[int, Letter]:
    """Letters by their ids."""
    query = select(Letter).where(col(Letter.id).in_(set(letter_ids)))
    return {letter.id: letter for letter in session.exec(query) if letter.id is not None}
