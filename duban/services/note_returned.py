"""What mails that came to us tell: believed of our own mails alone, and of whom they went to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from duban.services.move_mail import is_to
from duban.services.note_delivery import note_events
from duban.services.rules import Rules
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.message import Message
from models.queries.outbox import with_ids
from notifications.returned_mail import Returned
from notifications.told_events import event_told


def note_returned(
    session: Session, told: Sequence[Returned], *, now: datetime, rules: Rules
) -> tuple[list[DeliveryEvent], int]:
    """Note what is told of mails of ours; what was believed, and how much of it was new."""
    ours = with_ids(session, {number for one in told for number in one.numbers})
    events = [event for one in told if (event := _believed(one, ours, now)) is not None]
    return events, note_events(session, events, now=now, rules=rules)


def _believed(one: Returned, ours: Mapping[str, Message], now: datetime) -> DeliveryEvent | None:
    """The event that a mail tells of one of ours, unless it names somebody else."""
    for number in one.numbers:
        message = ours.get(number)
        if message is None:
            continue
        named = any(is_to(message, address) for address in one.addresses)
        if not named and one.heard is not Heard.SEEN:
            continue
        return event_told(
            number,
            one.heard,
            source=EventSource.MAILBOX,
            told_at=one.told_at,
            at=one.at,
            received_at=now,
            address=message.to if named else "".join(one.addresses[:1]),
            reason=one.reason,
        )
    return None
