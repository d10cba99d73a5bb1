"""Named reads of the outbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import and_, bindparam, func, literal_column, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from config.language import _
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.errors import NotFound
from models.mail_classes import CLASSES, MailClass
from models.message import HELD_UNTIL, UNSETTLED, Message, MessageState
from models.queries.scope import EVERYTHING, Scope

FORMAL = [template for template, kind in CLASSES.items() if kind is MailClass.FORMAL]


def next_to_send(
    session: Session, now: datetime, templates: Collection[str], limit: int
) -> Sequence[Message]:
    """The next queued mails of these templates whose time has come; locked where that is possible.

    What one person is told of one letter leaves in the order in which it was queued: while an
    earlier mail is on its way, in doubt or a formal notice that waits, a later one stays.
    """
    given = {"now": now, "templates": list(templates), "most": limit}
    return session.exec(_next_to_send(), params=given).all()


@cache
def _next_to_send() -> SelectOfScalar[Message]:
    """The question, built once: putting it together takes longer than its answer."""
    earlier = aliased(Message)
    about_it = or_(
        col(earlier.letter_id) == col(Message.letter_id),
        col(earlier.letter_id).is_(None),
        col(Message.letter_id).is_(None),
    )
    before = or_(
        col(earlier.queued_at) < col(Message.queued_at),
        and_(col(earlier.queued_at) == col(Message.queued_at), col(earlier.id) < col(Message.id)),
    )
    in_the_way = (
        select(earlier.id)
        .where(
            col(earlier.contact_id) == col(Message.contact_id),
            col(earlier.organization_id) == col(Message.organization_id),
            # As in the index of those that are not settled, so that it is used.
            col(earlier.state).in_([literal_column(f"'{state}'") for state in UNSETTLED]),
            or_(col(earlier.state) != MessageState.QUEUED, col(earlier.template).in_(FORMAL)),
            about_it,
            before,
        )
        .exists()
    )
    return (
        select(Message)
        .where(
            col(Message.state) == MessageState.QUEUED,
            col(Message.next_attempt_at) <= bindparam("now"),
            col(Message.template).in_(bindparam("templates", expanding=True)),
            ~in_the_way,
        )
        .order_by(col(Message.next_attempt_at), col(Message.id))
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=Message)
    )


def waiting_for_hours(session: Session, now: datetime, templates: Collection[str]) -> int:
    """How many queued mails could leave but for the hour or the day."""
    query = select(func.count()).where(
        Message.state == MessageState.QUEUED,
        Message.next_attempt_at <= now,
        col(Message.template).not_in(templates),
    )
    return session.exec(query).one()


def mail_of_step(session: Session, step: str) -> Message | None:
    """The mail that tells what ``step`` names."""
    return session.exec(select(Message).where(Message.step_key == step)).first()


def in_state(session: Session, state: MessageState) -> Sequence[Message]:
    """The mails in ``state``, the oldest attempt first; locked where the database can.

    One that somebody else is moving just now is left out.
    """
    query = select(Message).where(Message.state == state).with_for_update(skip_locked=True)
    return session.exec(query.order_by(col(Message.attempted_at), col(Message.id))).all()


def with_ids(session: Session, ids: Collection[str]) -> Mapping[str, Message]:
    """Mails by their numbers."""
    found = session.exec(select(Message).where(col(Message.id).in_(ids)))
    return {message.id: message for message in found}


def still_being_sent(session: Session, ids: Collection[str]) -> set[str]:
    """Of these mails those of which nothing else is known, and that hold no link for one person.

    They are locked where the database can, so nothing is heard of them meanwhile.
    """
    query = select(Message.id).where(
        col(Message.id).in_(ids),
        Message.state == MessageState.SENDING,
        col(Message.forget_text).is_(False),
    )
    return set(session.exec(query.order_by(col(Message.id)).with_for_update()))


def newest_attempt_heard_of(
    session: Session, source: EventSource, heard: Collection[Heard]
) -> datetime | None:
    """When the last mail was handed over of which one of these things was heard."""
    query = (
        select(func.max(Message.attempted_at))
        .join(DeliveryEvent, col(DeliveryEvent.message_id) == col(Message.id))
        .where(
            DeliveryEvent.source == source,
            col(DeliveryEvent.heard).in_(heard),
            # What was heard before belongs to an earlier attempt at the same mail.
            col(DeliveryEvent.received_at) >= col(Message.attempted_at),
        )
    )
    return session.exec(query).one()


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
