"""The numbers of the dashboard's pictures: who is due when, how old it is, who is on time."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.web.api.desk import At
from duban.web.api.figures import FigureShape
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing, Shape
from duban.web.charts.bars import Age, ages
from duban.web.charts.weeks import AFTER, BEFORE, SHOWN, spans
from models.queries.statistics import (
    counted_since,
    mondays,
    on_time,
    open_by_week,
    standing_of,
)
from models.ranking import OnTime, Placed, ranked
from models.rights import Right
from models.transitions import State

operations = Operations("figures")


class SpanShape(Shape):
    """From which day to which; null where there is no end."""

    first: date | None
    last: date | None


class WeeksShape(Shape):
    """The open findings of one organization, a figure for each of ``weeks``."""

    code: str
    name: str
    figures: list[FigureShape]


class HeatmapShape(Shape):
    """Open findings by organization and the week of their last day.

    ``organizations`` have open findings; ``items`` holds as many as were asked for, those that
    stand worst first.
    """

    as_of: datetime
    weeks: list[SpanShape]
    organizations: int
    items: list[WeeksShape]


class AgeShape(Shape):
    """The findings that are so many days overdue; ``to_days`` is null where there is no end."""

    from_days: int
    to_days: int | None
    figure: FigureShape


class AgeingShape(Shape):
    """How long the overdue findings have been so; ``oldest_days`` is null where there are none."""

    as_of: datetime
    overdue: FigureShape
    oldest_days: int | None
    items: list[AgeShape]


class PlacedShape(Shape):
    """What became of the findings of one organization, and its place within its group.

    ``place`` is null without a group, or where there are too few findings to compare.
    """

    code: str
    name: str
    group: str | None
    place: int | None = Field(examples=[1])
    on_time: FigureShape
    closed_late: int
    still_open: int


class OnTimeShape(Listing[PlacedShape]):
    """Who delivers on time, of the findings with a last day on ``since`` or later."""

    as_of: datetime
    since: date
    on_time: FigureShape


@operations.get("/stats/heatmap", HeatmapShape, "Who is due in which week")
def show_heatmap(desk: At, limit: Limit = SHOWN) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        standing = standing_of(sight.session, sight.now, sight.scope)
        with_open = [one for one in standing.organizations if one.open]
        shown = with_open[:limit]
        days = mondays(standing.today, BEFORE, AFTER)
        weeks = spans(days)
        counts = open_by_week(sight.session, [one.organization.id or 0 for one in shown], days)
        items = []
        for one in shown:
            organization = one.organization
            figures = [
                _figure(
                    n, one.open, _(
                        "Open findings of the organization whose last day lies in these days; "
                        "reports that wait for review are open too."
                    ),
                    sight.now, state="open", org=organization.code, due_from=first, due_to=last,
                )
                for n, (first, last) in zip(counts[organization.id or 0], weeks, strict=True)
            ]  # fmt: skip
            items.append({"code": organization.code, "name": organization.name, "figures": figures})
        body = {
            "as_of": sight.now,
            "weeks": [{"first": first, "last": last} for first, last in weeks],
            "organizations": len(with_open),
            "items": items,
        }
        return desk.answer(HeatmapShape.model_validate(body))


@operations.get("/stats/ageing", AgeingShape, "How old the overdue findings are")
def show_ageing(desk: At) -> Response:
    desk.enter(Right.READ_OFFICE)
    with desk.reading() as sight:
        standing = standing_of(sight.session, sight.now, sight.scope)
        late = {day: n for day, n in standing.days.items() if n and day < standing.today}
        overdue = sum(late.values())
        body = {
            "as_of": sight.now,
            "overdue": _figure(
                overdue, standing.open,
                _("Open, the last day is over, and no report is with the commission."),
                sight.now, state=State.OVERDUE,
            ),
            "oldest_days": (standing.today - min(late)).days if late else None,
            "items": [
                {
                    "from_days": age.first,
                    "to_days": age.last,
                    "figure": _figure(
                        age.n, overdue, _age_words(age), sight.now, state=State.OVERDUE,
                        due_from=age.due_from, due_to=age.due_to,
                    ),
                }
                for age in ages(late, standing.today)
            ],
        }  # fmt: skip
        return desk.answer(AgeingShape.model_validate(body))


@operations.get("/stats/ontime", OnTimeShape, "Who delivers on time", paged=True)
def show_on_time(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    desk.enter(Right.READ_OFFICE)
    begin = int(desk.place(cursor) or 0)
    with desk.reading() as sight:
        standing = standing_of(sight.session, sight.now, sight.scope)
        since = counted_since(sight.session, sight.now, standing.states[State.RECTIFIED])
        by_id = on_time(sight.session, sight.now, since, sight.scope)
        groups = ranked(
            (one.organization, by_id.get(one.organization.id or 0, OnTime()))
            for one in standing.organizations
        )
        placed = [one for group in groups.values() for one in group]
        words = _(
            "In time, of the findings with a last day since {day} that are closed or whose last "
            "day has passed."
        ).format(day=since)
        end = begin + limit
        return desk.page_of(
            OnTimeShape,
            [_placed(one, words, sight.now) for one in placed[begin:end]],
            str(end) if end < len(placed) else None,
            len(placed),
            as_of=sight.now,
            since=since,
            on_time=_share(sum(by_id.values(), OnTime()), words, sight.now),
        )


def _placed(placed: Placed, words: str, now: datetime) -> dict[str, Any]:
    organization = placed.organization
    return {
        "code": organization.code,
        "name": organization.name,
        "group": organization.ranking_group,
        "place": placed.place,
        "on_time": _share(placed.on_time, words, now),
        "closed_late": placed.on_time.closed_late,
        "still_open": placed.on_time.still_open,
    }


def _share(found: OnTime, words: str, now: datetime) -> dict[str, Any]:
    return _figure(found.in_time, found.n, words, now)


def _figure(value: int, whole: int, words: str, now: datetime, **names: object) -> dict[str, Any]:
    """A figure; ``names`` narrow the list of findings to what it counts, where there is one."""
    given = {name: str(wanted) for name, wanted in names.items() if wanted is not None}
    return {
        "value": value, "numerator": value, "denominator": whole, "as_of": now,
        "definition": words, "href": f"/api/v1/findings?{urlencode(given)}" if given else None,
    }  # fmt: skip


def _age_words(age: Age) -> str:
    if age.last is None:
        return _("Overdue for {n} days or more.").format(n=age.first)
    return _("Overdue for {a} to {b} days.").format(a=age.first, b=age.last)
