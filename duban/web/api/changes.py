"""A year's holiday notice on its way in: proposed by one person, approved by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.services.propose_change import CALENDAR, decide, propose
from duban.shapes import columns
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.findings_shapes import ReasonBody
from duban.web.api.operations import Operations
from duban.web.api.shape import Body, Day, Line, Listing, Shape, row_number
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.calendar import FIRST_YEAR, LAST_YEAR
from models.errors import BadInput, NotAllowed
from models.pending_change import PendingChange
from models.queries.changes import change_numbered, decided_changes, waiting_changes
from models.rights import Right

operations = Operations("calendar")

Number = Annotated[str, Path(description="A change's id.", examples=["1"])]
Days = Annotated[list[Day], Field(max_length=60)]


class NoticeBody(Body):
    """The notice by its number and day."""

    number: Line = Field(examples=["国办发明电〔2023〕7号"])
    date: Day = Field(examples=["2023-10-25"])


class HolidayBody(Body):
    """A festival with its days off and the rest days that are worked for it."""

    name: Line = Field(examples=["元旦"])
    off: Days = Field(examples=[["2024-01-01"]])
    make_up: Days = Field(default_factory=list, examples=[[]])


class CalendarBody(Body):
    """A year's notice in the form of ``docs/calendars.md``; an amended one has a higher version."""

    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR, examples=[2024])
    version: int = Field(default=1, ge=1, lt=10**6)
    notice: NoticeBody
    holidays: list[HolidayBody] = Field(min_length=1, max_length=60)


class ChangeShape(Shape):
    """A change that concerns everybody; ``approved`` is null until it is decided."""

    id: int
    kind: str
    data: dict[str, Any]
    proposed_at: datetime
    proposed_by: str
    approved: bool | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None


@operations.act(
    "/calendars/{year}", ChangeShape, "Propose a year's holiday notice; somebody else approves it",
    method="PUT", status=202, seen=False,
)  # fmt: skip
def propose_calendar(
    desk: At,
    year: Annotated[str, Path(description="Such as 2024.", examples=["2024"])],
    body: CalendarBody,
) -> Response:
    def act(sight: Sight) -> Done:
        desk.may(Right.PROPOSE_RULES)
        _see_everything(desk)
        if year != str(body.year):
            raise BadInput(_("The address names another year than the notice."), field="year")
        change = propose(
            sight.session, CALENDAR, body.model_dump(mode="json"), by=desk.person.name,
            now=sight.now, rules=sight.rules,
        )  # fmt: skip
        return Done(ChangeShape.model_validate(columns(change, set())), 202)

    return desk.once(act)


@operations.get("/changes", Listing[ChangeShape], "Changes that wait for a second person")
def list_changes(
    desk: At,
    state: Annotated[
        Literal["waiting", "decided"],
        Query(description="“waiting”: the oldest first; “decided”: the last ones decided."),
    ] = "waiting",
) -> Response:
    desk.enter(Right.READ_OFFICE)
    _see_everything(desk)
    with desk.reading() as sight:
        found: Sequence[PendingChange] = (
            waiting_changes(sight.session) if state == "waiting" else decided_changes(sight.session)
        )
        return desk.listing(Listing[ChangeShape], [columns(one, set()) for one in found], None)


@operations.get("/changes/{number}", ChangeShape, "One change", tagged=True)
def show_change(desk: At, number: Number) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        shape = columns(_change_called(desk, sight, number), set())
        return desk.answer(ChangeShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act(
    "/changes/{number}/approve", ChangeShape, "Approve it; it is carried out", status=200
)
def approve_change(desk: At, number: Number) -> Response:
    return _decide(desk, number, True)


@operations.act("/changes/{number}/decline", ChangeShape, "Decline it", status=200)
def decline_change(desk: At, number: Number, body: ReasonBody) -> Response:
    return _decide(desk, number, False, body.reason)


def _decide(desk: ApiDesk, number: str, approve: bool, reason: str = "") -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.APPROVE_RULES, Right.READ_OFFICE)
        change = _change_called(desk, sight, number)
        desk.may(Right.APPROVE_RULES, seen_by=Right.READ_OFFICE)
        desk.check_tag(tag_of_shape(columns(change, set())))
        decide(sight.session, change, approve, **desk.circumstances(sight), reason=reason)
        sight.session.refresh(change)
        shape = columns(change, set())
        tag = {"etag": f'"{tag_of_shape(shape)}"'}
        return Done(ChangeShape.model_validate(shape), 200, tag)

    return desk.once(act)


def _change_called(desk: ApiDesk, sight: Sight, number: str) -> PendingChange:
    """The change with this number.

    Raises:
        NotFound: there is none.
        NotAllowed: the visitor sees some organizations only.
    """
    found = change_numbered(sight.session, row_number(number))
    _see_everything(desk)
    return found


def _see_everything(desk: ApiDesk) -> None:
    """A calendar concerns everybody."""
    if not desk.person.scope.everything:
        raise NotAllowed(_("Only people who see every organization change what concerns all."))
