"""Saved views: filters of the ledger under a name, one's own or the commission's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.services.save_view import LONGEST_NAME, LONGEST_QUERY, forget_view, save_view
from duban.web import narrowing
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.operations import Operations
from duban.web.api.shape import Body, Listing, Shape
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.errors import BadInput, NotAllowed, NotFound
from models.queries.ask import NAMES, ask
from models.queries.views import SeenView, own_view, views_for
from models.rights import GRANTS, Right, TokenScope

operations = Operations("views")

Number = Annotated[str, Path(description="Its id.", examples=["1"])]


class ViewShape(Shape):
    """A view; ``own`` ones can be deleted, ``mail_days`` are the ISO weekdays of its mails."""

    id: int
    name: str
    query: str
    href: str
    shared: bool
    owner: str
    own: bool
    mail_days: list[int]
    created_at: datetime


class ViewBody(Body):
    """A name for filters, written as in an address of the ledger."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, examples=["本周到期"])
    query: str = Field(max_length=LONGEST_QUERY, examples=["state=issued&due_within=7"])
    shared: bool = Field(default=False, strict=True)


@operations.get("/views", Listing[ViewShape], "One's own views and the shared ones, by name")
def list_views(desk: At) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        items = [_shape(desk, one) for one in views_for(sight.session, desk.person.account_id)]
        return desk.listing(Listing[ViewShape], items, None)


@operations.get("/views/{number}", ViewShape, "One view", tagged=True)
def show_view(desk: At, number: Number) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        shape = _shape_called(desk, sight, number)
        return desk.answer(ViewShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act("/views", ViewShape, "Save filters under a name", seen=False)
def save_filters(desk: At, body: ViewBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.READ_OFFICE)
        _may_keep(desk)
        given = _given(body.query)
        try:
            ask(sight.session, given, sight.now, scope=sight.scope)
        except BadInput as error:
            raise BadInput(error.message, field="query") from error
        view = save_view(
            sight.session, account_id=desk.person.account_id, name=body.name,
            query=narrowing.question(given), shared=body.shared, now=sight.now,
        )  # fmt: skip
        shape = _shape(desk, SeenView(view, desk.person.name))
        tag = {"etag": f'"{tag_of_shape(shape)}"'}
        return Done(ViewShape.model_validate(shape), 201, tag)

    return desk.once(act)


@operations.act(
    "/views/{number}", ViewShape, "Delete one's own view", method="DELETE", status=200, keyed=False
)
def delete_view(desk: At, number: Number) -> Response:
    with desk.writing() as sight:
        desk.enter(Right.READ_OFFICE)
        view = own_view(sight.session, desk.person.account_id, _id(number))
        shape = _shape_called(desk, sight, number)
        if view is None:
            raise _absent()
        _may_keep(desk)
        desk.check_tag(tag_of_shape(shape))
        forget_view(sight.session, view)
    return desk.changed(ViewShape.model_validate(shape), tag_of_shape(shape))


def _may_keep(desk: ApiDesk) -> None:
    """Refuse a token that is for looking alone; a shared view is seen by the whole commission."""
    if desk.person.rights <= GRANTS[TokenScope.READ]:
        raise NotAllowed(_("This token is for looking alone."))


def _given(query: str) -> Mapping[str, list[str]]:
    """The filters that a query names; unlike in a browser's address, others are refused."""
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in NAMES:
            raise BadInput(
                _("There is no parameter “{name}” here; there are: {known}.").format(
                    name=name[:60], known=", ".join(sorted(NAMES))
                ),
                field="query",
            )
        if not value.isprintable():
            raise BadInput(_("This value cannot be used."), field="query")
    return narrowing.given_by(query)


def _shape_called(desk: ApiDesk, sight: Sight, number: str) -> dict[str, Any]:
    wanted = _id(number)
    for one in views_for(sight.session, desk.person.account_id):
        if one.view.id == wanted:
            return _shape(desk, one)
    raise _absent()


def _shape(desk: ApiDesk, one: SeenView) -> dict[str, Any]:
    view = one.view
    return {
        "id": view.id,
        "name": view.name,
        "query": view.query,
        "href": one.address,
        "shared": view.shared,
        "owner": one.owner,
        "own": view.account_id == desk.person.account_id,
        "mail_days": one.days,
        "created_at": view.created_at,
    }


def _absent() -> NotFound:
    return NotFound(_("You have no such view."))


def _id(number: str) -> int:
    return int(number) if number.isascii() and number.isdigit() and len(number) <= 18 else 0
