"""What waits for a supervisor: requests for more time, and proposals to escalate."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.services.decide_escalation import decide
from duban.services.extend import decline_extension, grant_extension
from duban.services.rescind import rescind
from duban.services.revoke import revoke_extension
from duban.services.tell_otherwise import LONGEST_HEARD_BY, heard_of
from duban.shapes import cut, escalation_shape, extension_shape
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.findings_shapes import ExtensionShape, ReasonBody
from duban.web.api.operations import Operations
from duban.web.api.shape import ONE_LINE, Body, Cursor, Limit, Listing, Shape, row_number
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.errors import NotFound
from models.escalation import Escalation, EscalationState
from models.extension import ExtensionRequest
from models.heard_before import Hearing
from models.queries.decisions import (
    Case,
    proposals_decided,
    proposals_numbered,
    proposals_pending,
    request_numbered,
    requests_decided,
    requests_pending,
)
from models.queries.submissions import requests_revoked
from models.rights import Right

operations = Operations("decisions")

Number = Annotated[str, Path(description="Its id.", examples=["1"])]
Wanted = Annotated[
    Literal["pending", "decided"],
    Query(description="“pending”: the oldest first; “decided”: the last decided first, one page."),
]


class EscalationShape(Shape):
    """A proposal to escalate; a named person decides it."""

    reference: str
    organization: str
    id: int
    finding_id: int
    due_on: date
    rung: str
    level: int
    effective_on: date
    state: EscalationState
    proposed_at: datetime
    run_id: int | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    heard: Hearing | None
    """How far the notice before it came; null once it is decided."""
    heard_at: datetime | None
    heard_why: str | None


class ApprovalBody(Body):
    """Who was told by telephone or on paper; needed where the notice before reached nobody."""

    heard_by: Annotated[str, Field(max_length=LONGEST_HEARD_BY, pattern=ONE_LINE)] | None = None


WITHOUT_WORDS = ApprovalBody()


@operations.get("/extensions", Listing[ExtensionShape], "Requests for more time", paged=True)
def list_extensions(
    desk: At, state: Wanted = "pending", limit: Limit = 50, cursor: Cursor = None
) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        found, following = _page(desk, sight, state, limit, cursor, requests_pending,
                                 requests_decided)  # fmt: skip
        revoked = requests_revoked(sight.session, {one.record.finding_id for one in found})
        items = [_request(one, revoked) for one in found]
        return desk.listing(Listing[ExtensionShape], items, following)


@operations.get("/extensions/{number}", ExtensionShape, "One request", tagged=True)
def show_extension(desk: At, number: Number) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        shape = _request_now(sight, request_called(sight, number))
        return desk.answer(ExtensionShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act("/extensions/{number}/approve", ExtensionShape, "Grant it", status=200)
def approve_extension(desk: At, number: Number) -> Response:
    return _decide_request(
        desk, number,
        lambda sight, one: grant_extension(sight.session, [one], **desk.circumstances(sight)),
    )  # fmt: skip


@operations.act("/extensions/{number}/decline", ExtensionShape, "Decline it", status=200)
def decline_extension_request(desk: At, number: Number, body: ReasonBody) -> Response:
    return _decide_request(
        desk, number,
        lambda sight, one: decline_extension(
            sight.session, [one], reason=body.reason, **desk.circumstances(sight)
        ),
    )  # fmt: skip


@operations.act(
    "/extensions/{number}/revoke", ExtensionShape, "Take back the time that it gave", status=200
)
def revoke_granted_time(desk: At, number: Number, body: ReasonBody) -> Response:
    return _decide_request(
        desk, number,
        lambda sight, one: revoke_extension(
            sight.session, [one], reason=body.reason, **desk.circumstances(sight)
        ),
    )  # fmt: skip


@operations.get("/escalations", Listing[EscalationShape], "Proposals to escalate", paged=True)
def list_escalations(
    desk: At, state: Wanted = "pending", limit: Limit = 50, cursor: Cursor = None
) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        found, following = _page(desk, sight, state, limit, cursor, proposals_pending,
                                 proposals_decided)  # fmt: skip
        return desk.listing(Listing[EscalationShape], _proposals(sight, found), following)


@operations.get("/escalations/{number}", EscalationShape, "One proposal", tagged=True)
def show_escalation(desk: At, number: Number) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        shape = _proposal(sight, proposal_called(sight, number))
        return desk.answer(EscalationShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act("/escalations/{number}/approve", EscalationShape, "Approve it", status=200)
def approve_escalation(desk: At, number: Number, body: ApprovalBody = WITHOUT_WORDS) -> Response:
    return _decide_proposal(desk, number, True, None, body.heard_by)


@operations.act("/escalations/{number}/decline", EscalationShape, "Decline it", status=200)
def decline_escalation(desk: At, number: Number, body: ReasonBody) -> Response:
    return _decide_proposal(desk, number, False, body.reason)


@operations.act(
    "/escalations/{number}/rescind", EscalationShape, "Take back an approved step", status=200
)
def rescind_escalation(desk: At, number: Number, body: ReasonBody) -> Response:
    return _act_on_proposal(
        desk, number,
        lambda sight, ids: rescind(
            sight.session, ids, reason=body.reason, **desk.circumstances(sight)
        ),
    )  # fmt: skip


def request_called(sight: Sight, number: str) -> Case[ExtensionRequest]:
    """The request with this number.

    Raises:
        NotFound: there is none, or it is not to be seen.
    """
    found = request_numbered(sight.session, row_number(number), sight.now, scope=sight.scope)
    if found is None:
        raise NotFound(_("There is no request {id}.").format(id=number[:20]))
    return found


def proposal_called(sight: Sight, number: str) -> Case[Escalation]:
    """The proposal with this number.

    Raises:
        NotFound: there is none, or it is not to be seen.
    """
    found = proposals_numbered(sight.session, [row_number(number)], sight.now, scope=sight.scope)
    if not found:
        raise NotFound(_("There is no proposal {id}.").format(id=number[:20]))
    return found[0]


def _decide_request(
    desk: ApiDesk, number: str, decide_on: Callable[[Sight, ExtensionRequest], Any]
) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.DECIDE, Right.READ)
        found = request_called(sight, number)
        desk.may(Right.DECIDE)
        desk.check_tag(tag_of_shape(_request_now(sight, found)))
        decide_on(sight, found.record)
        shape = _request_now(sight, found)
        tag = {"etag": f'"{tag_of_shape(shape)}"'}
        return Done(ExtensionShape.model_validate(shape), 200, tag)

    return desk.once(act)


def _decide_proposal(
    desk: ApiDesk, number: str, approve: bool, reason: str | None, heard_by: str | None = None
) -> Response:
    return _act_on_proposal(
        desk, number,
        lambda sight, ids: decide(
            sight.session, ids, approve, reason=reason, heard_by=heard_by,
            **desk.circumstances(sight),
        ),
    )  # fmt: skip


def _act_on_proposal(
    desk: ApiDesk, number: str, act_on: Callable[[Sight, list[int]], Any]
) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.DECIDE, Right.READ_OFFICE)
        found = proposal_called(sight, number)
        desk.may(Right.DECIDE)
        desk.check_tag(tag_of_shape(_proposal(sight, found)))
        act_on(sight, [found.record.id or 0])
        shape = _proposal(sight, found)
        tag = {"etag": f'"{tag_of_shape(shape)}"'}
        return Done(EscalationShape.model_validate(shape), 200, tag)

    return desk.once(act)


def _page(
    desk: ApiDesk,
    sight: Sight,
    state: str,
    limit: int,
    cursor: str | None,
    pending: Callable[..., list[Case[Any]]],
    decided: Callable[..., list[Case[Any]]],
) -> tuple[list[Case[Any]], str | None]:
    if state == "decided":
        return decided(sight.session, sight.now, scope=sight.scope, limit=limit), None
    after = row_number(desk.place(cursor) or "0")
    found, more = cut(
        pending(sight.session, sight.now, scope=sight.scope, limit=limit + 1, after=after), limit
    )
    return found, str(found[-1].record.id) if more else None


def _request(case: Case[ExtensionRequest], revoked: Collection[int]) -> dict[str, Any]:
    return extension_shape(case.record, case.row.reference, case.record.id in revoked)


def _request_now(sight: Sight, case: Case[ExtensionRequest]) -> dict[str, Any]:
    return _request(case, requests_revoked(sight.session, [case.record.finding_id]))


def _proposal(sight: Sight, case: Case[Escalation]) -> dict[str, Any]:
    return _proposals(sight, [case])[0]


def _proposals(sight: Sight, cases: Sequence[Case[Escalation]]) -> list[dict[str, Any]]:
    waiting = [case.record for case in cases if case.record.state is EscalationState.PROPOSED]
    heard = heard_of(sight.session, waiting, sight.rules)
    return [escalation_shape(one.record, one.row, heard.get(one.record.id or 0)) for one in cases]
