"""Named reads of changes that wait for a second person."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.pending_change import PendingChange
from models.queries.numbers import by_number


def waiting_changes(session: Session) -> Sequence[PendingChange]:
    """Those that nobody has decided, the oldest first."""
    query = select(PendingChange).where(col(PendingChange.approved).is_(None))
    return session.exec(query.order_by(col(PendingChange.id))).all()


def decided_changes(session: Session, limit: int = 20) -> Sequence[PendingChange]:
    """Those that were decided, the newest first."""
    query = select(PendingChange).where(col(PendingChange.approved).is_not(None))
    return session.exec(query.order_by(col(PendingChange.id).desc()).limit(limit)).all()


def change_numbered(session: Session, number: int) -> PendingChange:
    """The change with this number.

    Raises:
        NotFound: there is none.
    """
    found = by_number(session, PendingChange, number)
    if found is None:
        raise NotFound(_("There is no change {id}.").format(id=number))
    return found
