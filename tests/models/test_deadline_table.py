"""The tables against the rule: every day of twenty years, every rule, and every refusal."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import product

import pytest

from models.calendar import SHANGHAI, Calendar, parse_calendar_year, shipped_calendar
from models.deadline_table import DeadlineTable, deadline_table
from models.deadlines import Rule, compute_due, count_from
from models.errors import BadInput, CalendarNotCovered, DubanError
from models.periods import Period, Unit
from models.statutory_days import statutory_days
from tests.shared_data import shared

FIRST, LAST = date(2007, 1, 1), date(2026, 12, 31)
DAYS = [date.fromordinal(n) for n in range(FIRST.toordinal(), LAST.toordinal() + 1)]
YEARS = [date(year, 1, 1) for year in range(1989, 2103)]


@cache
def published() -> Calendar:
    """Every notice since 2007; 2027 is not published."""
    return Calendar.of(
        parse_calendar_year(json.loads(shared(f"holidays/{year}.json").read_text()))
        for year in range(2007, 2027)
    )


def answer(ask: Callable[[], object]) -> object:
    """What is answered, or how it is refused."""
    try:
        return ask()
    except DubanError as error:
        return type(error), error.message, error.details


def by_rule(day_zero: date, period: Period, rule: Rule, calendar: Calendar) -> object:
    def ask() -> tuple[date, datetime]:
        found = count_from(day_zero, period, rule, calendar)
        return found.last_day, found.due_at

    return answer(ask)


def differences(days: list[date], period: Period, rule: Rule, calendar: Calendar) -> list[date]:
    """The days for which the table says something else than the rule."""
    table = DeadlineTable(period, rule, calendar)
    return [
        day
        for day in days
        if answer(lambda day=day: table.on(day)) != by_rule(day, period, rule, calendar)  # type: ignore[misc]  # bound here
    ]


@pytest.mark.parametrize(("months", "rule"), list(product(range(1, 13), Rule)))
def test_every_day_of_twenty_years_for_one_to_twelve_months(months: int, rule: Rule) -> None:
    # What 2026 counts into 2027 is refused by both.
    assert differences(DAYS, Period(months, Unit.MONTH), rule, published()) == []


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(
    "period",
    [
        Period(15, Unit.DAY),
        Period(5, Unit.WORKING_DAY),
        Period(60, Unit.WORKING_DAY),
        Period(-1, Unit.MONTH),
        Period(-10, Unit.WORKING_DAY),
    ],
    ids=str,
)
def test_days_and_working_days(period: Period, rule: Rule) -> None:
    assert differences(DAYS, period, rule, published()) == []


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize(
    "period", [Period(12, Unit.MONTH), Period(400, Unit.DAY), Period(300, Unit.WORKING_DAY)],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("provisional", [False, True])
def test_the_edges_of_what_is_known(period: Period, rule: Rule, provisional: bool) -> None:
    calendar = shipped_calendar()
    edges = [day + timedelta(days=n) for day in YEARS for n in (-40, -1, 0, 1, 40)]
    assert (
        differences(edges, period, rule, calendar.provisionally() if provisional else calendar)
        == []
    )


def test_many_at_once_and_one_at_an_instant() -> None:
    period = Period(1, Unit.MONTH)
    table = deadline_table(period, Rule.NEXT_WORKDAY, shipped_calendar())
    days = [day for day in DAYS if day.year in (2024, 2025)]
    assert table.of_all(day.toordinal() for day in days) == [table.on(day) for day in days]
    late_in_london = datetime.fromisoformat("2024-01-25T17:00:00+00:00")  # 01:00 on the 26th
    found = compute_due(late_in_london, period, Rule.NEXT_WORKDAY, shipped_calendar())
    assert table.at(late_in_london) == (found.last_day, found.due_at)
    assert found.due_at == datetime(2024, 2, 27, tzinfo=SHANGHAI)
    with pytest.raises(CalendarNotCovered) as caught:
        table.of_all([date(2024, 1, 26).toordinal(), date(2026, 12, 15).toordinal()])
    assert caught.value.details == {"year": 2027}
    with pytest.raises(BadInput):
        table.on(date(1989, 12, 31))


def test_a_calendar_keeps_its_tables_and_no_other_calendar_gets_them() -> None:
    period, calendar = Period(1, Unit.MONTH), shipped_calendar()
    kept = deadline_table(period, Rule.NEXT_WORKDAY, calendar)
    assert deadline_table(Period.parse("P1M"), Rule.NEXT_WORKDAY, calendar) is kept
    assert calendar.with_years([]) is calendar
    other = calendar.with_years(calendar.years.values())
    assert deadline_table(period, Rule.NEXT_WORKDAY, other) is not kept
    assert other.provisionally().provisionally() is other.provisionally()


def is_rest_day(day: date, calendar: Calendar) -> bool:
    """What the notice says of one day."""
    year = calendar.years.get(day.year)
    if year is None and not calendar.provisional:
        raise CalendarNotCovered("", year=day.year)
    off = statutory_days(day.year) if year is None else year.off_days
    made_up = year is not None and day in year.make_up_days
    return not made_up and (day.weekday() >= 5 or day in off)


@pytest.mark.parametrize("count", [-250, -5, -1, 1, 3, 10, 250])
@pytest.mark.parametrize("provisional", [False, True])
def test_working_days_are_those_of_the_notices(count: int, provisional: bool) -> None:
    calendar = published().provisionally() if provisional else published()
    days = [date.fromordinal(n) for n in range(date(2006, 10, 1).toordinal(),
                                               date(2027, 3, 31).toordinal())]  # fmt: skip
    rest: dict[date, bool] = {}

    def rests(day: date) -> bool:
        if day not in rest:
            rest[day] = is_rest_day(day, calendar)
        return rest[day]

    def counted(day: date) -> date:
        step, left = timedelta(days=1 if count > 0 else -1), abs(count)
        while left:
            day += step
            left -= not rests(day)
        return day

    def rolled(day: date) -> date:
        while rests(day):
            day += timedelta(days=1)
        return day

    def year_or_day(ask: Callable[[date], object], day: date) -> object:
        try:
            return ask(day)
        except CalendarNotCovered as error:
            return error.details

    def told(*asks: Callable[[date], object]) -> list[list[object]]:
        return [[year_or_day(ask, day) for ask in asks] for day in days]

    assert told(
        calendar.is_rest_day,
        calendar.next_working_day,
        lambda day: calendar.add_working_days(day, count),
    ) == told(rests, rolled, counted)


def test_a_count_of_none_asks_no_calendar() -> None:
    assert Calendar().add_working_days(date(1700, 1, 1), 0) == date(1700, 1, 1)
