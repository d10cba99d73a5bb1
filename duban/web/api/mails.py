"""The outbox: what was mailed to whom, and how far it came."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from config.language import _
from duban.services.send_mail import send_again
from duban.services.settle_mail import Settler, settle_as_arrived
from duban.shapes import columns, cut
from duban.web.api.desk import At, Done
from duban.web.api.findings_shapes import ReasonBody
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing, Shape
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.errors import NotFound
from models.message import Message, MessageState
from models.queries.outbox import messages
from models.rights import Right

operations = Operations("mail")

Number = Annotated[str, Path(description="A mail's id.", examples=["53497c9072d64d1a"])]
_WITHOUT = {"text", "html", "headers", "guard", "step_key", "forget_text"}


class MailLine(Shape):
    """A mail, without what it says."""

    id: str
    template: str
    contact_id: int | None
    organization_id: int
    letter_id: int | None
    run_id: int | None
    to: str
    to_name: str
    language: str
    subject: str
    state: MessageState
    queued_at: datetime
    next_attempt_at: datetime
    attempts: int
    attempted_at: datetime | None
    accepted_at: datetime | None
    delivered_at: datetime | None
    bounced_at: datetime | None
    blind_copies: int
    joined_id: str | None
    provider_id: str | None
    answer: str | None


class MailShape(MailLine):
    """A mail; ``text`` is null where it is written as it leaves, or holds a personal link."""

    text: str | None


@operations.get("/messages", Listing[MailLine], "Mails, the newest first", paged=True)
def list_messages(
    desk: At,
    state: Annotated[MessageState | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    desk.enter(Right.READ_OFFICE)
    place = desk.place(cursor)
    with desk.reading() as sight:
        after = message_called(sight, place) if place else None
        found, more = cut(
            messages(sight.session, state, limit=limit + 1, after=after, scope=sight.scope), limit
        )
        items = [columns(one, _WITHOUT) for one in found]
        return desk.listing(Listing[MailLine], items, found[-1].id if more else None)


@operations.get("/messages/{number}", MailShape, "One mail", tagged=True)
def show_message(desk: At, number: Number) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        shape = _shape(message_called(sight, number))
        return desk.answer(MailShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act(
    "/messages/{number}/resend", MailShape, "Queue a mail that did not arrive again", status=200
)
def resend_message(desk: At, number: Number) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.SEND_AGAIN, Right.READ_OFFICE)
        mail = message_called(sight, number)
        desk.may(Right.SEND_AGAIN)
        desk.check_tag(tag_of_shape(_shape(mail)))
        send_again(sight.session, mail, sight.now)
        shape = _shape(mail)
        return Done(MailShape.model_validate(shape), 200, {"etag": f'"{tag_of_shape(shape)}"'})

    return desk.once(act)


@operations.act(
    "/messages/{number}/settle", MailShape, "Settle a doubtful or held mail as arrived", status=200
)
def settle_message(desk: At, number: Number, body: ReasonBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.SEND_AGAIN, Right.READ_OFFICE)
        mail = message_called(sight, number)
        desk.may(Right.SEND_AGAIN)
        desk.check_tag(tag_of_shape(_shape(mail)))
        who = Settler(desk.person.name, desk.person.account_id, desk.address)
        settle_as_arrived(sight.session, mail, reason=body.reason, who=who, now=sight.now)
        shape = _shape(mail)
        return Done(MailShape.model_validate(shape), 200, {"etag": f'"{tag_of_shape(shape)}"'})

    return desk.once(act)


def message_called(sight: Sight, number: str) -> Message:
    """The mail with this number.

    Raises:
        NotFound: there is none, or it is not to be seen.
    """
    if not (number.isascii() and number.isalnum()):
        raise NotFound(_("There is no mail {id}.").format(id=number))
    return sight.message(number)


def _shape(mail: Message) -> dict[str, Any]:
    text = None if mail.forget_text else mail.text or None
    return {**columns(mail, _WITHOUT), "text": text}
