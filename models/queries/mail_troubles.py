"""Named reads of what is wrong with the outbox; of figures and instants only, never of people."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.delivery_event import DeliveryEvent, EventSource
from models.message import HELD_UNTIL, NOT_ARRIVED, TAKEN, Message, MessageState
from models.trouble import Waiting

LEFT = (*TAKEN, *NOT_ARRIVED)
"""The states of mails of which it is known what became of them after they left."""

DOUBTFUL = (MessageState.IN_DOUBT, MessageState.SENDING)
"""Of these nobody knows yet; what is being sent for long belongs to a process that died."""

_LATE = timedelta(days=7)
"""A mail is attempted at most so long after its time in all that is asked here; its time stands
in the index of states, its attempt does not."""


def waiting(session: Session) -> Sequence[Waiting]:
    """Every queued mail but those that wait for the end of a rehearsal."""
    query = select(
        Message.template, Message.queued_at, Message.next_attempt_at, Message.attempted_at
    ).where(Message.state == MessageState.QUEUED, col(Message.next_attempt_at) < HELD_UNTIL)
    return [Waiting(*row) for row in session.exec(query)]


def unsettled(session: Session, by: datetime) -> dict[MessageState, tuple[int, datetime]]:
    """How many mails are held, and how many in doubt or being sent since ``by`` or earlier.

    With each state the oldest of its attempts; states without such mails are left out.
    """
    attempted = func.coalesce(col(Message.attempted_at), col(Message.queued_at))
    query = (
        select(Message.state, func.count(), func.min(attempted))
        .where(
            col(Message.state).in_((*DOUBTFUL, MessageState.HELD)),
            or_(col(Message.state) == MessageState.HELD, attempted <= by),
        )
        .group_by(col(Message.state))
    )
    return {MessageState(state): (n, first) for state, n, first in session.exec(query)}


def left_since(session: Session, since: datetime) -> tuple[int, int]:
    """How many mails left from ``since`` on, and how many of them reached nobody."""
    lost = func.count().filter(col(Message.state).in_(NOT_ARRIVED))
    query = select(func.count(), lost).where(
        col(Message.state).in_(LEFT),
        col(Message.next_attempt_at) >= since - _LATE,
        col(Message.attempted_at) >= since,
    )
    return session.exec(query).one()


def unheard_since(session: Session, source: EventSource, now: datetime) -> datetime | None:
    """When the first mail was taken after ``source`` was heard last; none where it was since.

    Mails of the last week are asked about.
    """
    newest = select(func.max(DeliveryEvent.received_at)).where(DeliveryEvent.source == source)
    heard: datetime | None = session.exec(newest).one()
    begin = now - _LATE
    query = select(func.min(Message.accepted_at)).where(
        col(Message.state).in_((*TAKEN, MessageState.BOUNCED)),
        col(Message.next_attempt_at) >= begin - _LATE,
        col(Message.accepted_at) > max(begin, heard or begin),
    )
    return session.exec(query).one()
