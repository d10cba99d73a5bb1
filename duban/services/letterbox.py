"""What else waits for the addresses of the mails in hand, read once for a batch of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.calendar import civil_date, start_of_day
from models.message import Message, MessageState
from models.queries.courtesies import courtesies_due, courtesies_left

_KEY = "letterboxes"


@dataclass
class Letterboxes:
    """By address, without the case of its letters: mails of courtesy that are due, and whether
    one left today.

    It lives as long as the transaction, in which nobody else writes mails.
    """

    known: set[str] = field(default_factory=set)
    due: dict[str, list[str]] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)


def letterbox_of(message: Message) -> str:
    """The address of a mail, as addresses are told apart."""
    return message.to.casefold()


def served_today(session: Session, message: Message, now: datetime) -> bool:
    """Whether a mail of courtesy left for this address today, or may have."""
    return letterbox_of(message) in _boxes(session, message, now).served


def others_due(session: Session, message: Message, now: datetime) -> list[Message]:
    """The other mails to this address that are due and are or may be of courtesy.

    A copy of what may have arrived stays what it is.
    """
    numbers = _boxes(session, message, now).due.get(letterbox_of(message), ())
    found = (session.get(Message, number) for number in numbers if number != message.id)
    due = [one for one in found if one is not None and one.state is MessageState.QUEUED]
    return [one for one in due if not one.blind_copies]


def serve(session: Session, message: Message, now: datetime) -> None:
    """Remember that ``message`` is the one of today for its address."""
    message.next_attempt_at = now
    _boxes(session, message, now).served.add(letterbox_of(message))


def _boxes(session: Session, message: Message, now: datetime) -> Letterboxes:
    boxes: Letterboxes = session.info.setdefault(_KEY, Letterboxes())
    if letterbox_of(message) not in boxes.known:
        in_hand = [one for one in session.identity_map.values() if isinstance(one, Message)]
        _read(session, boxes, {letterbox_of(one) for one in (message, *in_hand)}, now)
    return boxes


def _read(session: Session, boxes: Letterboxes, addresses: Iterable[str], now: datetime) -> None:
    new = {one for one in addresses if one not in boxes.known}
    session.flush()
    for address, number in courtesies_due(session, new, now):
        boxes.due.setdefault(address, []).append(number)
    boxes.served |= courtesies_left(session, new, start_of_day(civil_date(now)))
    boxes.known |= new
