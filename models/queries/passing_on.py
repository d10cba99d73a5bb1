"""Named reads behind a mail that did not arrive: who else was told, and who can be told."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.escalation import Notice
from models.message import NOT_ARRIVED, REVIEW_LATE, Message, MessageState
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.queries.contacts import has_address

_NEVER_TOLD = (MessageState.CANCELLED, *NOT_ARRIVED)
_TURN = {role: place for place, role in enumerate(ContactRole)}


def step_of(message: Message) -> str:
    """What the mail tells, without the person: its ``step_key`` up to the last colon."""
    return message.step_key.rpartition(":")[0]


def mails_beside(session: Session, message: Message) -> list[Message]:
    """Mails that may tell the same as ``message``, itself among them.

    Of a night those of its organization; a review that is late is told in mails of its own.
    """
    # These two columns lead: an index has them.
    query = select(Message).where(
        Message.run_id == message.run_id,
        Message.organization_id == message.organization_id,
    )
    if message.run_id is None:
        step = step_of(message)
        query = query.where(
            Message.template == message.template, Message.letter_id == message.letter_id
        )
        return [one for one in session.exec(query) if step_of(one) == step]
    review = message.template == REVIEW_LATE
    return [one for one in session.exec(query) if (one.template == REVIEW_LATE) is review]


def who_may_hear(session: Session, contact: Contact) -> list[Contact]:
    """Who can be told instead of ``contact``, the nearest first.

    Of an organization its contact person, its head, its leader in charge, then the others; of
    the commission only who has the same role.
    """
    query = select(Contact).where(Contact.organization_id == contact.organization_id, has_address())
    kind = session.get_one(Organization, contact.organization_id).kind
    if kind is OrganizationKind.COMMISSION:
        query = query.where(Contact.role == contact.role)
    return sorted(session.exec(query), key=lambda one: (_TURN[one.role], one.id))


def who_share_address(session: Session, contact: Contact) -> list[Contact]:
    """The people of the same organization at the present address of ``contact``, with them."""
    query = select(Contact).where(
        Contact.organization_id == contact.organization_id, col(Contact.email).is_not(None)
    )
    wanted = (contact.email or "").casefold()
    return [one for one in session.exec(query) if (one.email or "").casefold() == wanted]


def notices_told_by(session: Session, message: Message) -> list[Notice]:
    """The notices that stand and of which ``message`` told or was to tell."""
    if message.run_id is None:
        return []
    query = select(Notice).where(
        Notice.run_id == message.run_id,
        Notice.organization_id == message.organization_id,
        col(Notice.withdrawn_at).is_(None),
    )
    found = session.exec(query.order_by(col(Notice.id)))
    return [one for one in found if message.tells(one.finding_id, one.rung)]


def notices_withdrawn_of(session: Session, message: Message) -> list[Notice]:
    """The notices that ``message`` told and that were withdrawn; without what is told anew."""
    if message.run_id is None:
        return []
    anew = aliased(Notice)
    told_anew = (
        select(anew.id)
        .where(
            anew.due_on == col(Notice.due_on),
            anew.finding_id == col(Notice.finding_id),
            anew.rung == col(Notice.rung),
            col(anew.withdrawn_at).is_(None),
        )
        .exists()
    )
    query = select(Notice).where(
        Notice.run_id == message.run_id,
        Notice.organization_id == message.organization_id,
        col(Notice.withdrawn_at).is_not(None),
        ~told_anew,
    )
    return [one for one in session.exec(query) if message.tells(one.finding_id, one.rung)]


def mails_that_may_have_told(session: Session, message: Message) -> Sequence[Message]:
    """The mails of the same night and organization that arrived or may yet, or nobody knows.

    What left in another mail stands as that one does.
    """
    night = {"night": message.run_id, "organization": message.organization_id}
    return session.exec(_may_have_told(), params=night).all()


@cache
def _may_have_told() -> SelectOfScalar[Message]:
    """The question, built once: a large night asks it for every second mail."""
    host = aliased(Message)
    return (
        select(Message)
        .join(host, col(Message.joined_id) == host.id, isouter=True)
        .where(
            col(Message.run_id) == bindparam("night"),
            col(Message.organization_id) == bindparam("organization"),
            or_(
                col(Message.state).not_in(_NEVER_TOLD),
                col(host.state).not_in(_NEVER_TOLD),
            ),
        )
    )
