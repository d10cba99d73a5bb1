"""The shipped notices against the collected facts, and the checks at import."""

import json
from datetime import date, timedelta

import pytest

from models.calendar import CalendarYear, parse_calendar_year, shipped_calendar
from models.check_calendar import faults_of
from models.statutory_days import statutory_days
from tests.shared_data import shared

NOTICED = date(2023, 10, 25)


def year_of(**changes: object) -> CalendarYear:
    shipped = shipped_calendar().years[2024]
    values = {
        "year": 2024, "version": 2, "notice_number": "x", "noticed_on": NOTICED,
        "off_days": dict(shipped.off_days), "make_up_days": dict(shipped.make_up_days),
    }  # fmt: skip
    return CalendarYear(**{**values, **changes})  # type: ignore[arg-type]  # a table of overrides


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_shipped_years_say_what_was_published(year: int) -> None:
    known = parse_calendar_year(json.loads(shared(f"holidays/{year}.json").read_text()))
    ours = shipped_calendar().years[year]
    assert (dict(ours.off_days), dict(ours.make_up_days)) == (known.off_days, known.make_up_days)


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_shipped_years_name_their_notice_and_have_no_fault(year: int) -> None:
    ours = shipped_calendar().years[year]
    assert ours.notice_number.startswith(f"国办发明电〔{year - 1}〕")
    assert (ours.noticed_on or NOTICED).year == year - 1
    assert faults_of(ours) == []


def test_published_years_pass_the_check() -> None:
    years = [
        parse_calendar_year(json.loads(shared(f"holidays/{year}.json").read_text()))
        for year in range(2008, 2027)
    ]
    # In 2020 a second notice sent people back to work on a Monday; it is the only one ever.
    assert {year.year: faults_of(year) for year in years if faults_of(year)} == {
        2020: ["The make-up working day 2020-02-03 is not a Saturday or Sunday."]
    }


def test_a_make_up_day_on_a_weekday_is_a_fault() -> None:
    wednesday = date(2024, 2, 21)
    faults = faults_of(year_of(make_up_days={wednesday: "春节"}))
    assert len(faults) == 1
    assert "2024-02-21" in faults[0]


def test_a_festival_without_its_statutory_day_is_a_fault() -> None:
    off = dict(shipped_calendar().years[2024].off_days)
    del off[date(2024, 10, 1)]
    faults = faults_of(year_of(off_days=off))
    assert len(faults) == 1
    assert "2024-10-01" in faults[0]


def test_the_law_gives_thirteen_days_since_2025_and_eleven_before() -> None:
    assert (len(statutory_days(2024)), len(statutory_days(2026))) == (11, 13)
    assert sorted(day for day, name in statutory_days(2027).items() if name == "春节") == [
        date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8),
    ]  # fmt: skip


def test_working_days_are_counted_across_a_year_and_never_backwards() -> None:
    calendar = shipped_calendar()
    spans = [
        (date(2023, 12, 28), date(2024, 1, 3)),
        (date(2024, 2, 3), date(2024, 2, 4)),
        (date(2024, 1, 5), date(2023, 12, 29)),
    ]
    assert [calendar.count_working_days(*span) for span in spans] == [3, 1, 0]
    walked = sum(not calendar.is_rest_day(date(2023, 11, 1) + timedelta(n)) for n in range(1, 400))
    end = date(2023, 11, 1) + timedelta(399)
    assert calendar.count_working_days(date(2023, 11, 1), end) == walked
