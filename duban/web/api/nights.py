"""Nightly checks: what ran, what each did and did not do, what tonight would do, running one."""

import re
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from config.language import _
from duban.services.account_log import log_event
from duban.services.account_run import page_of_account
from duban.services.catch_up import check_night, next_night
from duban.services.preview_night import preview_night
from duban.shapes import columns, cut, entry_shape, planned_shape
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing, Shape
from duban.web.sight import Sight
from models.errors import BadInput, BrakeTripped, NotAllowed, NotFound
from models.nightly_run import NightlyRun, RunState
from models.outcomes import Outcome, Reason
from models.queries.findings import rows_by_id
from models.queries.numbers import by_number
from models.queries.runs import runs
from models.rights import Right

operations = Operations("nights")

Number = Annotated[str, Path(description="A run's id.", examples=["1"])]
_PLACE = re.compile(r"(\d{1,10})-(\d{1,9})")


class RunShape(Shape):
    """One attempt at one night; of ``counts``, ``open`` is the sum of the five outcomes."""

    id: int
    business_date: date
    attempt: int
    as_of: datetime
    since: datetime | None
    started_at: datetime
    seconds: float | None
    via: str
    flow_run_id: str | None
    state: RunState
    shards: int
    covered_by: int | None
    calendar_version: str
    policy_version: str
    counts: dict[str, int]
    expected: int | None
    planned: int | None
    confirmed_by: str | None
    warnings: list[str]


class ItemShape(Shape):
    """What a night did or did not do for one open finding, and why not."""

    reference: str
    organization: str
    outcome: Outcome
    reason: Reason | None
    rungs: list[str]


class PlannedShape(ItemShape):
    """What a night would do for one finding."""

    lapses: bool
    to: list[str]


class BrakeShape(Shape):
    """How many findings a night would act on, how many were foreseen, and whether it stops."""

    planned: int
    expected: int
    stops: bool


class PreviewShape(Shape):
    """What the next check would do; nothing is written."""

    as_of: datetime
    count: int
    counts: dict[str, int]
    brake: BrakeShape
    truncated: bool
    items: list[PlannedShape]


@operations.get("/runs", Listing[RunShape], "The nights, the newest first", paged=True)
def list_runs(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    desk.enter(Right.READ_OFFICE)
    place = desk.place(cursor)
    with desk.reading() as sight:
        after = run_called(sight, place) if place else None
        found, more = cut(runs(sight.session, limit + 1, after=after), limit)
        items = [columns(one, set()) for one in found]
        return desk.listing(Listing[RunShape], items, str(found[-1].id) if more else None)


@operations.get("/runs/preview", PreviewShape, "What the next check would do")
def preview_run(desk: At, limit: Limit = 200) -> Response:
    desk.enter(Right.READ_OFFICE)
    _see_everything(desk)
    with desk.reading() as sight:
        night = next_night(sight.now, sight.settings)
        found = preview_night(sight.session, sight.rules, night, limit)
        body = {
            "as_of": night,
            "count": found.counts["changed"] + found.counts["noticed"],
            "counts": found.counts,
            "brake": asdict(found.braking),
            "truncated": found.more > 0,
            "items": [planned_shape(item) for item in found.items],
        }
        return desk.answer(PreviewShape.model_validate(body))


@operations.get("/runs/{number}", RunShape, "One night")
def show_run(desk: At, number: Number) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        run = run_called(sight, number)
        return desk.answer(RunShape.model_validate(columns(run, set())))


@operations.get(
    "/runs/{number}/items", Listing[ItemShape], "What it did for each open finding", paged=True
)
def list_items_of_run(
    desk: At, number: Number, limit: Limit = 50, cursor: Cursor = None
) -> Response:
    desk.enter(Right.READ_OFFICE)
    place = desk.place(cursor)
    with desk.reading() as sight:
        entries, following = page_of_account(
            sight.session, run_called(sight, number), sight.rules, limit=limit,
            after=None if place is None else _place(place), scope=sight.scope,
        )  # fmt: skip
        ids = [entry.finding.id or 0 for entry in entries]
        rows = rows_by_id(sight.session, ids, sight.now)
        items = []
        for entry in entries:
            row = rows[entry.finding.id or 0]
            items.append(entry_shape(entry, row.reference, row.organization.name))
        there = None if following is None else f"{following[0]}-{following[1]}"
        return desk.listing(Listing[ItemShape], items, there)


@operations.act("/runs", RunShape, "Run the check now, for every night that was missed", seen=False)
def run_check(desk: At) -> Response:
    def act() -> Done:
        desk.may(Right.RUN_NIGHT, seen_by=Right.READ_OFFICE)
        _see_everything(desk)
        house, person = desk.house, desk.person
        with desk.reading() as sight:
            now = sight.now
        report = check_night(house.database, as_of=now, settings=house.settings, via="web")
        if report.state is RunState.STOPPED:
            raise BrakeTripped(" ".join(report.warnings))
        with desk.writing() as sight:
            log_event(
                sight.session, "night.run", now=now, account_id=person.account_id,
                by=person.name, address=desk.address, run=report.run_id,
            )  # fmt: skip
            run = sight.session.get_one(NightlyRun, report.run_id)
            return Done(RunShape.model_validate(columns(run, set())))

    return desk.once_at_length(act)


def run_called(sight: Sight, number: str) -> NightlyRun:
    """The run with this number.

    Raises:
        NotFound: there is none.
    """
    fits = number.isascii() and number.isdigit() and len(number) <= 10
    found = by_number(sight.session, NightlyRun, int(number)) if fits else None
    if found is None:
        raise NotFound(_("There is no run {id}.").format(id=number[:20]))
    return found


def _see_everything(desk: ApiDesk) -> None:
    """A night is about everybody's findings."""
    if not desk.person.scope.everything:
        raise NotAllowed(_("A nightly check concerns every organization; you see only some."))


def _place(text: str) -> tuple[int, int]:
    found = _PLACE.fullmatch(text)
    if found is None:
        raise BadInput(_("This cursor is not one that this list gave you; begin without it."),
                       field="cursor")  # fmt: skip
    return int(found[1]), int(found[2])
