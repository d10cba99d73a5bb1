"""Named reads of what became of one mail after it left."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.delivery_event import DeliveryEvent
from models.message import Message, MessageState


def heard_of(session: Session, message_id: str) -> Sequence[DeliveryEvent]:
    """Everything that was heard of one mail, the oldest first."""
    query = select(DeliveryEvent).where(DeliveryEvent.message_id == message_id)
    return session.exec(query.order_by(col(DeliveryEvent.at), col(DeliveryEvent.id))).all()


def joined_into(session: Session, message: Message) -> Sequence[Message]:
    """The mails whose lines left in this one instead of by themselves, the oldest first."""
    query = select(Message).where(
        # A mail that left with another one is no longer needed; few are, and an index has them.
        Message.state == MessageState.CANCELLED,
        Message.joined_id == message.id,
    )
    return session.exec(query.order_by(col(Message.queued_at), col(Message.id))).all()
