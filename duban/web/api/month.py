"""One month in figures over the API: the numbers of the monthly brief."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from duban.month_shape import month_shape
from duban.web.api.desk import At
from duban.web.api.operations import Operations
from duban.web.api.shape import Shape
from models.month import month_before, typed_month
from models.queries.month import month_figures
from models.rights import Right

operations = Operations("figures")

MonthText = Annotated[
    str | None,
    Query(
        description="2024-01; without it the last month that is over.",
        pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$",
        examples=["2024-01"],
    ),
]


class OnTimeOfMonthShape(Shape):
    """``in_time`` of ``n``; the others were closed late, or are open though the day has passed."""

    in_time: int
    n: int
    closed_late: int
    still_open: int


class DaysShape(Shape):
    """The median of ``n`` stretches in civil days; null where there is none."""

    median: float | None
    n: int


class OfOneShape(Shape):
    """One organization; ``days_late`` is how late its oldest overdue finding is."""

    code: str
    name: str
    open: int
    overdue: int
    days_late: int
    in_review: int
    returned: int
    on_time_by_original: OnTimeOfMonthShape
    on_time_by_present: OnTimeOfMonthShape


class MonthShape(Shape):
    """What stands as of ``as_of``, and what was done in ``month``; ``count`` organizations.

    ``their_days`` lead from an issue or a return to the report, ``our_days`` from a report to the
    decision. ``approved_steps`` are counted by level: 2 circular, 3 summons, 4 referral.
    """

    month: str = Field(examples=["2024-01"])
    as_of: datetime
    open: int
    overdue: int
    organizations_overdue: int
    in_review: int
    review_late: int
    letters_issued: int
    findings_issued: int
    submitted: int
    returned: int
    closed: int
    extended: int
    approved_steps: dict[str, int]
    on_time_by_original: OnTimeOfMonthShape
    on_time_by_present: OnTimeOfMonthShape
    their_days: DaysShape
    our_days: DaysShape
    count: int
    organizations: list[OfOneShape]


@operations.get("/stats/month", MonthShape, "A month: who is late, how punctual, whose days")
def show_month(desk: At, month: MonthText = None) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        chosen = typed_month(month) if month is not None else month_before(sight.now)
        figures = month_figures(sight.session, chosen, sight.now, sight.scope)
        return desk.answer(MonthShape.model_validate(month_shape(figures)))
