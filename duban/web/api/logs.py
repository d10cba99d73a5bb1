"""What happened: to findings, for who mirrors them elsewhere; at the doors, for the auditor."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from duban.shapes import columns, cut, event_shape
from duban.web.api.desk import At
from duban.web.api.findings_shapes import EventShape
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing, Shape
from models.queries.accounts import account_events
from models.queries.feed_of_events import Happened, events_after
from models.queries.findings import Row
from models.rights import Right

operations = Operations("logs")

LARGEST = 2**31 - 1


class FeedEvent(EventShape):
    """An arrow that a finding took; ``id`` is what ``after`` takes."""

    id: int
    reference: str
    organization_code: str


class FeedShape(Shape):
    """Events in order; ``last`` is the id to go on after, also where there was none."""

    items: list[FeedEvent]
    last: int


class AuditShape(Shape):
    """Something that happened at the doors."""

    id: int
    at: datetime
    what: str
    account_id: int | None
    by: str
    address: str
    details: dict[str, Any]


@operations.get("/events", FeedShape, "Everything that happened to findings, in order")
def list_events(
    desk: At,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Begin behind this id.")] = 0,
    limit: Limit = 200,
) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        found = events_after(sight.session, after, scope=sight.scope, limit=limit)
        items = [_event(one) for one in found]
        last = found[-1].record.id if found else after
        return desk.answer(FeedShape.model_validate({"items": items, "last": last}))


@operations.get("/audit", Listing[AuditShape], "The log of the doors, the newest first", paged=True)
def list_audit(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    desk.enter(Right.READ_LOG)
    place = desk.place(cursor)
    with desk.reading() as sight:
        found, more = cut(
            account_events(sight.session, limit=limit + 1, before=int(place) if place else None),
            limit,
        )
        items = [columns(one, set()) for one in found]
        return desk.listing(Listing[AuditShape], items, str(found[-1].id) if more else None)


def _event(one: Happened) -> dict[str, Any]:
    row = Row(one.finding, one.letter, one.organization, one.finding.state)
    return {
        "id": one.record.id,
        "reference": row.reference,
        "organization_code": one.organization.code,
        **event_shape(one.record),
    }
