"""Named reads of the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.message import Message, MessageState


def next_to_send(session: Session, now: datetime) -> Message | None:
    """The oldest queued mail whose time has come; locked where the database can."""
    query = (
        select(Message)
        .where(Message.state == MessageState.QUEUED, Message.next_attempt_at <= now)
        .order_by(col(Message.queued_at), col(Message.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.exec(query).first()


def stuck(session: Session, before: datetime) -> Sequence[Message]:
    """Mails that were being sent when their process died."""
    query = select(Message).where(
        Message.state == MessageState.SENDING, col(Message.attempted_at) < before
    )
    return session.exec(query).all()


def messages(
    session: Session, state: MessageState | None = None, to: str | None = None, limit: int = 50
) -> Sequence[Message]:
    """Mails, the newest first."""
    query = select(Message).order_by(col(Message.queued_at).desc(), col(Message.id)).limit(limit)
    if state is not None:
        query = query.where(Message.state == state)
    if to is not None:
        query = query.where(Message.to == to)
    return session.exec(query).all()


def counts(session: Session) -> dict[str, int]:
    """How many mails are in each state."""
    query = select(Message.state, func.count()).group_by(col(Message.state))
    return {MessageState(state).value: count for state, count in session.exec(query)}


def mail_named(session: Session, beginning: str) -> Message:
    """The one mail whose number begins like this.

    Raises:
        NotFound: there is none, or there are several.
    """
    query = select(Message).where(col(Message.id).startswith(beginning, autoescape=True))
    found = session.exec(query.limit(2)).all()
    if len(found) != 1:
        raise NotFound(
            _("There is no single mail “{id}”; see “duban mail list”.").format(id=beginning)
        )
    return found[0]
