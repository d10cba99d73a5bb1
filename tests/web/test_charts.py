"""Every picture draws the numbers of its table, and they are those of the lists behind it."""

import re
from datetime import date, timedelta

import pytest

from config.language import set_language
from duban.web.charts.bars import ageing, stages
from duban.web.charts.due_days import due_days
from duban.web.charts.on_time import on_time as on_time_chart
from duban.web.charts.picture import Chart
from duban.web.charts.weeks import weeks
from duban.web.charts.windows import windows
from models.calendar import shipped_calendar as calendar
from models.date_label import date_label
from models.organization import Organization, OrganizationKind
from models.queries.pages import Filter, page
from models.queries.statistics import counted_since, mondays, on_time, open_by_week, standing_of
from models.ranking import OnTime, Placed, ranked
from models.transitions import State
from tests.web.district import NOW, TODAY, live_a_month, rows_of
from tests.world import INSTALLED, World


@pytest.fixture
def month(world: World) -> World:
    """The small district on 6 February 2024."""
    live_a_month(world)
    return world


def drawn_numbers(chart: Chart) -> list[str]:
    """The numbers that stand in a picture, in its order."""
    return re.findall(r">(\d+|–)</text>", str(chart.picture))


def column(chart: Chart, number: int) -> list[str]:
    return [row[number].words for row in chart.rows]


def test_bars_draw_the_numbers_of_their_tables() -> None:
    set_language("en")
    days = {TODAY + timedelta(days=n): k for n, k in
            ((-40, 7), (-31, 1), (-30, 1), (-16, 2), (-15, 3), (-8, 1), (-7, 4), (-1, 1), (0, 2),
             (30, 1), (31, 9))}  # fmt: skip
    histogram = due_days(days, TODAY, calendar().is_rest_day)
    assert column(histogram, 2) == ["8", "1", "2", "3", "1", "4", "1", "2", "1", "9"]
    assert drawn_numbers(histogram) == ["1", "2", "3", "1", "4", "1", "2", "1"]
    assert histogram.summary == (
        "Last day within the past 30 days: 12; today or within the next 30: 3; "
        "earlier: 8; later: 9."
    )
    assert str(histogram.picture).count('"url(#rest)"') == 1 + sum(
        calendar().is_rest_day(TODAY + timedelta(days=n)) for n in range(-30, 31)
    )
    ages = ageing(days, TODAY)
    assert column(ages, 0) == ["1–7 days", "8–15 days", "16–30 days", "over 30 days"]
    assert column(ages, 1) == drawn_numbers(ages) == ["5", "4", "3", "8"]
    bars = stages({State.ISSUED: 3, State.OVERDUE: 4, State.SUBMITTED: 2, State.RECTIFIED: 9})
    assert column(bars, 1) == drawn_numbers(bars) == ["3", "0", "4", "2", "9"]
    assert bars.summary == "Open: 9, of which 2 wait for our review; closed: 9."


def organization(number: int, group: str | None = "towns") -> Organization:
    return Organization(
        id=number, code=f"o{number}", name=f"单位{number}", name_en=f"Unit {number}",
        kind=OrganizationKind.COMMITTEE, path=f"/1/{number}/", ranking_group=group,
        created_at=INSTALLED,
    )  # fmt: skip


def test_few_findings_have_no_place_and_none_a_dash() -> None:
    set_language("en")
    bases = {1: OnTime(), 2: OnTime(1), 3: OnTime(3, 1), 4: OnTime(4, 1), 5: OnTime(8, 0, 2),
             6: OnTime(0, 5), 7: OnTime(6, 0, 0)}  # fmt: skip
    rows = [(organization(n), one) for n, one in bases.items()]
    rows.append((organization(8, None), OnTime(9)))
    groups = ranked(rows)
    assert [
        (name, one.organization.code, one.on_time.words, one.on_time.percent, one.place)
        for name, placed in groups.items() for one in placed
    ] == [
        ("towns", "o7", "6/6", "100.0%", 1),
        ("towns", "o4", "4/5", "80.0%", 2),
        ("towns", "o5", "8/10", "80.0%", 2),
        ("towns", "o6", "0/5", "0.0%", 4),
        ("towns", "o3", "3/4", "75.0%", None),
        ("towns", "o2", "1/1", "100.0%", None),
        ("towns", "o1", "–", "–", None),
        ("", "o8", "9/9", "100.0%", None),
    ]  # fmt: skip
    chart = on_time_chart(groups, date(2023, 2, 6))
    assert column(chart, 2) == re.findall(r">(\d+/\d+|–)</text>", str(chart.picture))
    assert column(chart, 4) == [
        "1", "2", "2", "4", "sample too small, not ranked", "sample too small, not ranked", "–",
        "no group to compare with",
    ]  # fmt: skip
    many = {"towns": [Placed(organization(n), OnTime(n), n) for n in range(1, 60)]}
    assert column(on_time_chart(many, TODAY), 4) == [str(n) for n in range(36, 60)]


def test_weeks_count_what_their_lists_hold(month: World) -> None:
    set_language("en")
    days = mondays(TODAY, 3, 4)
    assert (days[0], days[3], days[-1], len(days)) == (
        date(2024, 1, 15), date(2024, 2, 5), date(2024, 3, 11), 9,
    )  # fmt: skip
    with month.database.read() as session:
        found = [one.organization for one in standing_of(session, NOW).organizations]
        ids = {one.code: one.id or 0 for one in found}
        counts = open_by_week(session, ids.values(), days)
        assert {code: counts[number] for code, number in ids.items()} == {
            "a": [0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
            "b": [0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
            "c": [0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
            "d": [0] * 10,
        }
        chart = weeks(found, counts, days, TODAY)
    cells = [cell for row in chart.rows for cell in row[1:]]
    assert [cell.words for cell in cells] == drawn_numbers(chart)
    linked = [cell for cell in cells if cell.href]
    assert [rows_of(month, cell.href or "") for cell in linked] == [
        int(cell.words) for cell in linked
    ]
    assert open_by_week_of_nobody(month) == {}


def open_by_week_of_nobody(world: World) -> object:
    with world.database.read() as session:
        return open_by_week(session, [], mondays(TODAY, 1, 1))


def test_on_time_looks_at_what_is_closed_or_past(
    month: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with month.database.read() as session:
        since = counted_since(session, NOW, closed=1)
        assert since == date(2023, 2, 6)
        ids = {one.organization.id: one.organization.code
               for one in standing_of(session, NOW).organizations}  # fmt: skip
        found = {ids[number]: one for number, one in on_time(session, NOW, since).items()}
        assert found == {
            "a": OnTime(0, 0, 3), "c": OnTime(0, 0, 2), "d": OnTime(1, 0, 0),
        }  # fmt: skip
        # 26 January is the last day of what was closed: more than that is cut off whole days.
        assert on_time(session, NOW, date(2024, 1, 27)) == {}
        monkeypatch.setattr("models.queries.statistics.MOST", 0)
        assert counted_since(session, NOW, closed=1) == date(2024, 1, 27)


def test_windows_end_where_the_findings_do(month: World) -> None:
    set_language("en")
    with month.database.read() as session:
        rows = page(session, Filter(states=(State.OVERDUE, State.ACKNOWLEDGED)), NOW, limit=9).rows
        chart = windows(rows, [date_label(row.finding, row.state, NOW) for row in rows], TODAY)
    assert [[cell.words for cell in row] for row in chart.rows][2:] == [
        ["2023-1-3", "Tue 2023-12-26", "Fri 2024-01-26", "Overdue", "11 days overdue"],
        ["2023-2-1", "Tue 2023-12-26", "Thu 2024-02-08", "In progress",
         "2 days left, extended to 8 Feb"],
    ]  # fmt: skip
    assert str(windows([], [], TODAY).picture).count("<line") == 0
