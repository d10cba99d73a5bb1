"""Named reads for what is heard of mails."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlmodel import Session, col, select

from models.delivery_event import DeliveryEvent
from models.message import Message


def mails_to_move(session: Session, ids: Collection[str]) -> Mapping[str, Message]:
    """The mails of these numbers; locked in one order where the database can."""
    query = select(Message).where(col(Message.id).in_(ids)).order_by(col(Message.id))
    found = session.exec(query.with_for_update().execution_options(populate_existing=True))
    return {message.id: message for message in found}


def told_of(session: Session, ids: Collection[str]) -> Mapping[str, Sequence[DeliveryEvent]]:
    """Everything that was heard of each of these mails, the latest last."""
    query = select(DeliveryEvent).where(col(DeliveryEvent.message_id).in_(ids))
    found = defaultdict(list)
    for event in session.exec(query.order_by(col(DeliveryEvent.at), col(DeliveryEvent.key))):
        found[event.message_id or ""].append(event)
    return found
