"""Named reads of the mails of which a person gets one a day."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.mail_classes import ONCE_A_DAY
from models.message import DIGEST, Message, MessageState
from models.sql_functions import folded

_LEFT = (
    MessageState.SENDING,
    MessageState.ACCEPTED,
    MessageState.DELIVERED,
    MessageState.BOUNCED,
    MessageState.IN_DOUBT,
    MessageState.HELD,
)
"""It left, or may have."""


def digests_due(session: Session, now: datetime, limit: int) -> Sequence[Message]:
    """Queued digests of nights that are due, the oldest first; locked where that is possible."""
    query = select(Message).where(
        col(Message.state) == MessageState.QUEUED,
        col(Message.next_attempt_at) <= now,
        col(Message.template) == DIGEST,
    )
    ordered = query.order_by(col(Message.next_attempt_at), col(Message.id)).limit(limit)
    return session.exec(ordered.with_for_update(skip_locked=True)).all()


def courtesies_due(
    session: Session, addresses: Collection[str], now: datetime
) -> Sequence[tuple[str, str]]:
    """(address, number) of queued mails that are due and are or may be of courtesy.

    Addresses are told apart without the case of their letters.
    """
    address = folded(Message.to)
    query = select(address, Message.id).where(
        col(Message.state) == MessageState.QUEUED,
        col(Message.next_attempt_at) <= now,
        col(Message.template).in_((*ONCE_A_DAY, DIGEST)),
        address.in_(addresses),
    )
    return session.exec(query.order_by(col(Message.queued_at), col(Message.id))).all()


def courtesies_left(session: Session, addresses: Collection[str], since: datetime) -> set[str]:
    """To which of these addresses a mail of courtesy left since then, or may have.

    The time of its next attempt is that of its last one, once it has left.
    """
    address = folded(Message.to)
    query = select(address).where(
        col(Message.state).in_(_LEFT),
        col(Message.next_attempt_at) >= since,
        col(Message.template).in_(ONCE_A_DAY),
        address.in_(addresses),
    )
    return set(session.exec(query.distinct()))
