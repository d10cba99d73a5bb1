"""Mails in the outbox as rows, in any state, and what is told of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.message import Message, MessageState
from notifications.told_events import event_told
from tests.world import ISSUED, World

LEFT = ISSUED + timedelta(minutes=1)


def put(world: World, number: str, state: MessageState, **values: Any) -> str:
    """A mail to ``x@a.example`` that was handed over once; its number."""
    put_all(world, [(number, state)], **values)
    return number


def put_all(world: World, mails: Iterable[tuple[str, MessageState]], **values: Any) -> None:
    """The same of several, in one transaction."""
    row: dict[str, Any] = {
        "template": "account-changed", "to": "x@a.example", "organization_id": world.commission_id,
        "to_name": "x", "language": "en", "subject": "s", "text": "t", "html": "h",
        "queued_at": ISSUED, "next_attempt_at": ISSUED, "attempts": 1, "attempted_at": LEFT,
    }  # fmt: skip
    with world.database.begin() as session:
        for number, state in mails:
            step = f"test:{number}"
            session.add(Message(id=number, step_key=step, state=state, **row | values))


def told(
    number: str, heard: Heard, minutes: float = 1, address: str = "x@a.example", reason: str = ""
) -> DeliveryEvent:
    """Something that happened so many minutes after the mail was handed over."""
    at = LEFT + timedelta(minutes=minutes)
    return event_told(
        number, heard, source=EventSource.WEBHOOK, told_at=str(at.timestamp()), at=at,
        received_at=at, address=address, reason=reason,
    )  # fmt: skip


def note(world: World, *events: DeliveryEvent, now: datetime = LEFT) -> int:
    """Note these in one transaction; how many were new."""
    from duban.services.note_delivery import note_events

    with world.database.begin() as session:
        return note_events(session, events, now=now, rules=world.rules(session))


def mail(world: World, number: str) -> Message:
    """How a mail stands now."""
    return mails(world)[number]


def mails(world: World) -> dict[str, Message]:
    """How all of them stand."""
    return {message.id: message for message in world.messages()}
