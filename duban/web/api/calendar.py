"""Holidays, working days, and when a period ends."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from config.language import _
from duban.shapes import calendar_year_shape
from duban.web.api.desk import At
from duban.web.api.findings_shapes import DeadlineShape
from duban.web.api.operations import Operations
from duban.web.api.shape import PeriodText, Shape
from models.deadline_proof import deadline_record, told
from models.deadlines import Rule
from models.errors import NotFound
from models.periods import Period
from models.rights import Right
from models.typed_days import typed_instant

operations = Operations("calendar")


class NamedDay(Shape):
    """A day and its festival."""

    day: date
    name: str


class CalendarYearShape(Shape):
    """A year by its holiday notice: days off, and rest days that are worked."""

    year: int
    version: int
    notice: str
    noticed_on: date | None
    off: list[NamedDay]
    make_up: list[NamedDay]


@operations.get("/calendars/{year}", CalendarYearShape, "A year's holiday notice")
def show_calendar(
    desk: At, year: Annotated[str, Path(description="Such as 2024.", examples=["2024"])]
) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        calendar = sight.rules.calendar
        known = {str(one): one for one in calendar.covered_years}
        if year not in known:
            raise NotFound(_("The holiday notice for {year} is not loaded.").format(year=year[:20]))
        shape = calendar_year_shape(calendar.years[known[year]])
        return desk.answer(CalendarYearShape.model_validate(shape))


@operations.get("/due", DeadlineShape, "When a period ends, and why on that day")
def compute_due_date(
    desk: At,
    since: Annotated[
        str,
        Query(
            alias="from",
            max_length=40,
            description="The day or instant from which it runs; that day is not counted.",
            examples=["2024-01-12"],
        ),
    ],
    window: Annotated[PeriodText, Query()] = "P1M",
    rule: Annotated[Rule, Query()] = Rule.NEXT_WORKDAY,
) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        deadline = sight.rules.due_from(typed_instant(since, "from"), Period.parse(window), rule)
        return desk.answer(DeadlineShape.model_validate(told(deadline_record(deadline))))
