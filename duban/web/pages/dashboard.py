"""The dashboard: six figures, what needs a decision, what is most urgent, then pictures."""

from markupsafe import Markup
from starlette.responses import Response

from duban.web.charts.bars import ageing, stages
from duban.web.charts.due_days import due_days
from duban.web.charts.on_time import on_time as on_time_chart
from duban.web.charts.picture import Chart, ledger
from duban.web.charts.weeks import AFTER, BEFORE, SHOWN, weeks
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.date_label import date_label
from models.month import month_before, months_until
from models.queries.statistics import (
    Standing,
    counted_since,
    mondays,
    on_time,
    open_by_week,
    standing_of,
    undecided,
)
from models.queries.status import SOON, worst
from models.ranking import LEAST, OnTime, ranked, share_words
from models.rights import Right
from models.transitions import RUNNING_STATES, State

pages = Pages()
MONTHS = 12
"""So many may be chosen for a brief."""

LISTS = {
    "open": ledger("open"),
    "overdue": ledger(State.OVERDUE),
    "due_soon": ledger(*RUNNING_STATES, due_within=SOON.days),
    "ours": ledger(State.SUBMITTED),
    "escalated": ledger("open", escalated="yes"),
}
"""The list whose rows each figure counts."""


@pages.get("/dashboard", Right.READ_OFFICE)
def dashboard(desk: Desk) -> Response:
    with desk.reading() as sight:
        body = desk.kept("dashboard", lambda: _body(desk, sight), now=sight.now)
        return desk.page("dashboard.html", sight, body=body)


def _body(desk: Desk, sight: Sight) -> Markup:
    standing = standing_of(sight.session, sight.now, sight.scope)
    urgent = worst(sight.session, sight.now, sight.scope)
    return desk.part(
        "dashboard_body.html",
        sight,
        standing=standing,
        lists=LISTS,
        undecided=undecided(sight.session, sight.now, sight.scope),
        urgent=[(row, date_label(row.finding, row.state, sight.now)) for row in urgent],
        charts=_charts(sight, standing),
        months=months_until(sight.now, MONTHS),
        chosen=month_before(sight.now),
    )


@pages.get("/dashboard/counting", Right.READ_OFFICE)
def counting(desk: Desk) -> Response:
    with desk.reading() as sight:
        standing = standing_of(sight.session, sight.now, sight.scope)
        closed = standing.states[State.RECTIFIED]
        since = counted_since(sight.session, sight.now, closed)
        by_id = on_time(sight.session, sight.now, since, sight.scope)
        return desk.page(
            "dashboard_counting.html",
            sight,
            standing=standing,
            lists=LISTS,
            undecided=undecided(sight.session, sight.now, sight.scope),
            closed=closed,
            issued=standing.open + closed,
            on_time=sum(by_id.values(), OnTime()),
            since=since,
            share=share_words,
            least=LEAST,
        )


def _charts(sight: Sight, standing: Standing) -> list[Chart]:
    today, calendar = standing.today, sight.rules.working_calendar
    first = [one.organization for one in standing.organizations if one.open][:SHOWN]
    days = mondays(today, BEFORE, AFTER)
    counts = open_by_week(sight.session, [one.id or 0 for one in first], days)
    since = counted_since(sight.session, sight.now, standing.states[State.RECTIFIED])
    by_id = on_time(sight.session, sight.now, since, sight.scope)
    groups = ranked(
        (one.organization, by_id.get(one.organization.id or 0, OnTime()))
        for one in standing.organizations
    )
    return [
        due_days(standing.days, today, calendar.is_rest_day),
        stages(standing.states),
        weeks(first, counts, days, today),
        ageing(standing.days, today),
        on_time_chart(groups, since),
    ]
