"""The deadline rule: month ends, rest days, make-up days, and what the calendar does not know."""

import json
from datetime import date, datetime

import pytest

from models.calendar import SHANGHAI, Calendar, shipped_calendar
from models.deadlines import Rule, compute_due, count_from
from models.errors import BadInput, CalendarNotCovered
from models.periods import Period, Unit, parse_offset
from tests.command import duban
from tests.shared_data import shared

MONTH = Period(1, Unit.MONTH)


def steps(issued: str, window: str, rule: str) -> list[tuple[str, str, str]]:
    deadline = count_from(
        date.fromisoformat(issued), Period.parse(window), Rule(rule), shipped_calendar()
    )
    return [(step.code, str(step.on), step.note) for step in deadline.steps]


def test_all_shared_cases_by_the_command() -> None:
    cases = json.loads(shared("deadline-cases.json").read_text())
    answers = [
        duban("calendar", "due", case["issued"], "--window", case["window"], "--rule",
              case["calendar"], "--json").data
        for case in cases
    ]  # fmt: skip
    assert [(a["due_at"], a["last_day"], a["nominal_last_day"]) for a in answers] == [
        (case["expected_due"], case["last_day"], case["nominal_last_day"]) for case in cases
    ]
    assert len(cases) == 28


def test_the_uncovered_shared_cases_refuse() -> None:
    for case in json.loads(shared("deadline-cases-uncovered.json").read_text()):
        answer = duban("calendar", "due", case["issued"], "--window", case["window"], "--rule",
                       case["calendar"], "--json")  # fmt: skip
        assert (answer.code, answer.problem["code"]) == (7, case["expected_error"])


def test_the_reasoning_over_the_spring_festival() -> None:
    # 12 February 2024 is a holiday; the 18th is a Sunday that is worked.
    assert steps("2024-01-12", "P1M", "next-workday") == [
        ("day-zero", "2024-01-12", ""),
        ("nominal", "2024-02-12", ""),
        ("rest-day", "2024-02-12", "春节"),
        ("rest-day", "2024-02-13", "春节"),
        ("rest-day", "2024-02-14", "春节"),
        ("rest-day", "2024-02-15", "春节"),
        ("rest-day", "2024-02-16", "春节"),
        ("rest-day", "2024-02-17", "春节"),
        ("make-up-day", "2024-02-18", "春节"),
        ("last-day", "2024-02-18", ""),
    ]


@pytest.mark.parametrize(
    ("issued", "window", "rule", "last_day"),
    [
        ("2024-01-31", "P1M", "natural", "2024-02-29"),
        ("2023-01-31", "P1M", "natural", "2023-02-28"),
        ("2024-01-31", "P2M", "natural", "2024-03-31"),  # from the origin, not month by month
        ("2024-02-29", "P1M", "natural", "2024-03-29"),
        ("2024-02-29", "P1Y", "natural", "2025-02-28"),
        ("2024-01-26", "P15D", "natural", "2024-02-10"),
        ("2024-08-14", "P1M", "next-workday", "2024-09-14"),  # a Saturday that is worked
        ("2024-08-15", "P1M", "next-workday", "2024-09-18"),  # into the Mid-Autumn days
        ("2024-08-10", "P1M", "statutory-only", "2024-09-10"),
        ("2024-02-17", "P1M", "statutory-only", "2024-03-17"),  # an ordinary Sunday stays
        ("2023-12-26", "2wd", "next-workday", "2023-12-28"),
        ("2023-12-29", "1wd", "natural", "2024-01-02"),
        ("2024-02-08", "10wd", "natural", "2024-02-28"),  # 9 and 18 February are worked
    ],
)
def test_month_ends_and_make_up_days(issued: str, window: str, rule: str, last_day: str) -> None:
    found = count_from(
        date.fromisoformat(issued), Period.parse(window), Rule(rule), shipped_calendar()
    )
    assert str(found.last_day) == last_day


def test_the_civil_day_is_that_of_shanghai() -> None:
    late_in_london = datetime.fromisoformat("2024-01-25T17:00:00+00:00")  # 01:00 on the 26th
    found = compute_due(late_in_london, MONTH, Rule.NATURAL, shipped_calendar())
    assert (found.day_zero, found.due_at) == (
        date(2024, 1, 26),
        datetime(2024, 2, 27, tzinfo=SHANGHAI),
    )


def test_a_natural_date_needs_no_calendar_but_a_rolled_one_does() -> None:
    day = date(2027, 1, 15)
    found = count_from(day, MONTH, Rule.NATURAL, Calendar())
    assert (found.last_day, found.calendar_version, found.provisional) == (
        date(2027, 2, 15), "", False,
    )  # fmt: skip
    with pytest.raises(CalendarNotCovered) as caught:
        count_from(day, MONTH, Rule.NEXT_WORKDAY, shipped_calendar())
    assert caught.value.details == {"year": 2027}


def test_provisional_uses_weekends_and_the_days_of_the_law() -> None:
    # 6 February 2027 is the first day of the lunar year, a Saturday.
    found = count_from(
        date(2027, 1, 6), MONTH, Rule.NEXT_WORKDAY, shipped_calendar().provisionally()
    )
    assert (found.last_day, found.provisional, found.calendar_version) == (
        date(2027, 2, 9), True, "2027-provisional",
    )  # fmt: skip
    assert [(s.code, str(s.on), s.note) for s in found.steps if s.code == "rest-day"] == [
        ("rest-day", "2027-02-06", "春节"),
        ("rest-day", "2027-02-07", "春节"),
        ("rest-day", "2027-02-08", "春节"),
    ]


@pytest.mark.parametrize(
    "text", ["P0M", "-P1M", "0d", "P", "1M", "P1M2D", "一个月", "P9999999M", ""]
)
def test_a_window_is_at_least_one_and_at_most_ten_years(text: str) -> None:
    with pytest.raises(BadInput):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("P1Y", 12, "month"), ("P2W", 14, "day"), ("10wd", 10, "working-day"), ("7d", 7, "day")],
)
def test_periods_have_units(text: str, count: int, unit: str) -> None:
    assert Period.parse(text) == Period(count, Unit(unit))


def test_offsets_are_signed() -> None:
    assert [parse_offset(text) for text in ("-7d", "+0d", "+5wd", "+P1M")] == [
        Period(-7, Unit.DAY), Period(0, Unit.DAY), Period(5, Unit.WORKING_DAY), MONTH,
    ]  # fmt: skip


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_dates_outside_the_known_years_are_refused(day: date) -> None:
    with pytest.raises(BadInput):
        count_from(day, MONTH, Rule.NATURAL, shipped_calendar())
