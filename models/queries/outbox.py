"""Named reads of the outbox."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.message import HELD_UNTIL, Message, MessageState
from models.queries.scope import EVERYTHING, Scope


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


def mail_of_step(session: Session, step: str) -> Message | None:
    """The mail that tells what ``step`` names."""
    return session.exec(select(Message).where(Message.step_key == step)).first()


def stuck(session: Session, before: datetime) -> Sequence[Message]:
    """Mails that were being sent when their process died."""
    query = select(Message).where(
        Message.state == MessageState.SENDING, col(Message.attempted_at) < before
    )
    return session.exec(query).all()


def messages(
    session: Session,
    state: MessageState | None = None,
    to: str | None = None,
    limit: int = 50,
    *,
    organization_id: int | None = None,
    letter_id: int | None = None,
    run_id: int | None = None,
    after: Message | None = None,
    scope: Scope = EVERYTHING,
) -> Sequence[Message]:
    """Mails to organizations in ``scope``, the newest first, from behind ``after`` on."""
    wanted = {
        "state": state, "to": to, "organization_id": organization_id, "letter_id": letter_id,
        "run_id": run_id,
    }  # fmt: skip
    query = select(Message).where(scope.of(Message.organization_id))
    for name, value in wanted.items():
        if value is not None:
            query = query.where(getattr(Message, name) == value)
    if after is not None:
        earlier = col(Message.queued_at) < after.queued_at
        beside = and_(col(Message.queued_at) == after.queued_at, col(Message.id) > after.id)
        query = query.where(or_(earlier, beside))
    order = (col(Message.queued_at).desc(), col(Message.id))
    return session.exec(query.order_by(*order).limit(limit)).all()


def mails_of_night(
    session: Session, run_id: int, organization_ids: Collection[int]
) -> Sequence[Message]:
    """What a night put into the outbox for these organizations."""
    query = select(Message).where(
        Message.run_id == run_id, col(Message.organization_id).in_(organization_ids)
    )
    return session.exec(query.order_by(col(Message.contact_id))).all()


def counts(session: Session, scope: Scope = EVERYTHING) -> dict[str, int]:
    """How many mails to organizations in ``scope`` are in each state."""
    query = select(Message.state, func.count()).where(scope.of(Message.organization_id))
    found = session.exec(query.group_by(col(Message.state)))
    return {MessageState(state).value: count for state, count in found}


def queued_by_rehearsal(session: Session) -> tuple[int, int]:
    """How many queued mails wait for the end of a rehearsal, and how many it queued itself."""
    waits = col(Message.next_attempt_at) == HELD_UNTIL
    query = select(func.count().filter(waits), func.count().filter(~waits)).where(
        Message.state == MessageState.QUEUED
    )
    return session.exec(query).one()


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
