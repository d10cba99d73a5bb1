"""One mail and what is newly heard of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from duban.services.pass_on import arrived, not_arrived
from duban.services.queue_account_mail import forget_link
from duban.services.rules import Rules
from models.blame import blames_address
from models.delivery_event import DeliveryEvent, Heard
from models.errors import BadInput
from models.message import HEARD_LATER, UNSETTLED, Message, MessageState
from notifications.mail import check_address

_CAME_BACK = (Heard.BOUNCED, Heard.DROPPED)
_TELLING = {
    MessageState.ACCEPTED: (Heard.DEFERRED,),
    MessageState.DELIVERED: (Heard.DELIVERED,),
    MessageState.BOUNCED: _CAME_BACK,
}
"""Whose words say why a mail is where it is."""


def move_mail(
    session: Session,
    message: Message,
    news: Sequence[DeliveryEvent],
    story: Sequence[DeliveryEvent],
    *,
    now: datetime,
    rules: Rules,
) -> None:
    """Move ``message`` forward by ``news``; ``story`` is all that was ever heard, in order.

    Who was told of it is told, too: the next person where it came back, nobody else where it
    was delivered. News of another address prove at most that a doubtful mail was taken.
    """
    was = message.state
    doubtful = _is_doubtful(message)
    if was is MessageState.CANCELLED or (was is MessageState.REFUSED and not doubtful):
        return
    news = [event for event in news if _is_of_this_attempt(message, event)]
    if not news:
        return
    own = [event for event in news if is_to(message, event.address)]
    if doubtful:
        message.state = MessageState.ACCEPTED
        # Where it is being sent, this is the answer, and there was no doubt.
        message.answer = None if was is MessageState.SENDING else HEARD_LATER
    _date(message, news, own)
    if _has(Heard.BOUNCED, own) or _has(Heard.DROPPED, own):
        message.state = MessageState.BOUNCED
    elif message.state is MessageState.ACCEPTED and _has(Heard.DELIVERED, own):
        message.state = MessageState.DELIVERED
    _answer(message, story)
    if message.forget_text:
        forget_link(message)
    session.add(message)
    session.flush()
    if message.state is was:
        return
    if message.state is MessageState.BOUNCED:
        why = message.answer or ""
        fault = blames_address(why)
        not_arrived(session, message, why, now=now, rules=rules, address_at_fault=fault)
    elif message.state is MessageState.DELIVERED:
        arrived(session, message)


def is_to(message: Message, address: str | None) -> bool:
    """Whether an address is the mail's own, as far as is told."""
    if address is None or address.casefold() == message.to.casefold():
        return True
    return _comparable(address) == _comparable(message.to)


def _comparable(address: str) -> str:
    try:
        return check_address(address).casefold()
    except BadInput:
        return address.casefold()


def _is_doubtful(message: Message) -> bool:
    """Whether it is not known that the mail server ever took it, and it may have."""
    unsettled = message.state in (*UNSETTLED, MessageState.HELD)
    return unsettled or (message.state is MessageState.REFUSED and message.blind_copies > 0)


def _is_of_this_attempt(message: Message, event: DeliveryEvent) -> bool:
    """Not of one that had come back already before somebody sent the mail again."""
    if message.bounced_at is None or message.state is MessageState.BOUNCED:
        return True
    if message.state is MessageState.QUEUED or message.attempted_at is None:
        return False
    # Providers write whole seconds.
    return event.at > message.attempted_at - timedelta(seconds=1)


def _date(message: Message, taken: Iterable[DeliveryEvent], own: Iterable[DeliveryEvent]) -> None:
    """The first instant of each thing heard, whichever was told first."""
    begun = message.attempted_at or message.queued_at
    accepted = [max(event.at, begun) for event in taken]
    delivered = [event.at for event in own if event.heard is Heard.DELIVERED]
    bounced = [event.at for event in own if event.heard in _CAME_BACK]
    # What was known when it came back is no longer so of a mail that was sent again.
    ended = None if message.state is MessageState.BOUNCED else message.bounced_at
    message.accepted_at = _first(message.accepted_at, accepted)
    message.delivered_at = _first(_since(message.delivered_at, ended), delivered)
    if bounced:
        message.bounced_at = _first(_since(message.bounced_at, ended), bounced)


def _since(known: datetime | None, ended: datetime | None) -> datetime | None:
    return None if known is None or (ended is not None and known <= ended) else known


def _has(heard: Heard, events: Iterable[DeliveryEvent]) -> bool:
    return any(event.heard is heard for event in events)


def _first(known: datetime | None, told: Iterable[datetime]) -> datetime | None:
    return min([*told, *([] if known is None else [known])], default=None)


def _answer(message: Message, story: Sequence[DeliveryEvent]) -> None:
    """Keep the words of the latest event that says why the mail is where it is."""
    telling = [
        event
        for event in story
        if event.heard in _TELLING[message.state]
        and is_to(message, event.address)
        and _is_of_this_attempt(message, event)
    ]
    if telling:
        message.answer = telling[-1].reason or telling[-1].heard.value
