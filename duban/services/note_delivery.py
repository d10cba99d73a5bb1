"""What is heard of mails is kept once, and moves them forward: taken, delivered, bounced.

It may be told late, twice and in any order, and the end is the same.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from duban.services.move_mail import move_mail
from duban.services.rules import Rules
from models.delivery_event import DeliveryEvent
from models.queries.delivery import mails_to_move, told_of
from models.tables import insert_into, table_of

_AT_ONCE = 500
"""Events of one statement."""


def note_events(
    session: Session, events: Sequence[DeliveryEvent], *, now: datetime, rules: Rules
) -> int:
    """Keep the events that are new and move their mails; how many were new.

    ``message_id`` is the number that was told; where no mail of ours has it, none is kept.
    """
    told = {event.key: event for event in events}
    mails = mails_to_move(session, {event.message_id for event in events if event.message_id})
    new = defaultdict(list)
    # Two who tell the same at once meet at the keys, so they come in one order.
    keys = sorted(told)
    kept = 0
    for start in range(0, len(keys), _AT_ONCE):
        part = [told[key] for key in keys[start : start + _AT_ONCE]]
        for event in _kept(session, part, {*mails}):
            new[event.message_id or ""].append(event)
            kept += 1
    concerned = sorted(mails.keys() & new.keys())
    stories = told_of(session, concerned) if concerned else {}
    for number in concerned:
        move_mail(session, mails[number], new[number], stories[number], now=now, rules=rules)
    return kept


def _kept(
    session: Session, events: Sequence[DeliveryEvent], known: Collection[str | None]
) -> list[DeliveryEvent]:
    """Those of ``events`` that were not there; what is of no mail of ours is kept without one."""
    rows = [
        event.model_dump(exclude={"id", "message_id"})
        | {"message_id": event.message_id if event.message_id in known else None}
        for event in events
    ]
    connection = session.connection()
    key = table_of(DeliveryEvent).c.key
    insert = insert_into(connection, DeliveryEvent).values(rows)
    stored = connection.execute(insert.on_conflict_do_nothing().returning(key)).scalars()
    written = set(stored)
    return [event for event in events if event.key in written]
