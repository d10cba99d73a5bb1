"""The days that a night is about are those that a search of every day finds."""

from datetime import date, timedelta
from random import Random

import pytest

from config.policy_file import policy_file
from models.calendar import Calendar, shipped_calendar
from models.ladder import Limit, Rung, RungKind, ladder_from, waits_for_working_day
from models.night_days import days_come
from models.organization import ContactRole
from models.periods import Period, Unit

CALENDAR = shipped_calendar().provisionally()
DAY = timedelta(days=1)


def _searched(
    ladder: list[Rung], since: date, today: date, calendar: Calendar
) -> dict[Limit, list[date]]:
    found: dict[Limit, set[date]] = {limit: set() for limit in Limit}
    for n in range(-500, 500):
        limit = today + n * DAY
        if since < limit + DAY <= today:
            found[Limit.DUE].add(limit)
        for rung in ladder:
            day = rung.day(limit, calendar)
            if waits_for_working_day(rung):
                day = calendar.next_working_day(day)
            if since < day <= today:
                found[rung.counts].add(limit)
    return {limit: sorted(days) for limit, days in found.items()}


def _ladder(random: Random) -> list[Rung]:
    most = {Unit.DAY: 60, Unit.WORKING_DAY: 60, Unit.MONTH: 4}
    rungs = []
    for n in range(5):
        unit = random.choice(list(Unit))
        count = random.randint(-most[unit] if unit is not Unit.MONTH else 0, most[unit])
        rungs.append(
            Rung(f"r{n}", 1, random.choice(list(RungKind)), random.choice(list(Limit)),
                 Period(count, unit), (ContactRole.CONTACT,))
        )  # fmt: skip
    return rungs


@pytest.mark.parametrize("seed", range(20))
def test_no_day_is_passed_over_and_none_invented(seed: int) -> None:
    random = Random(seed)
    today = date(2024, 1, 1) + random.randint(0, 700) * DAY
    since = today - random.choice((0, 1, 1, 2, 9, 40)) * DAY
    ladder = _ladder(random)
    assert days_come(ladder, since, today, CALENDAR) == _searched(ladder, since, today, CALENDAR)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (date(2024, 1, 2), date(2024, 1, 19)),
        (date(2024, 1, 19), date(2024, 1, 23)),
        (date(2024, 1, 27), date(2024, 2, 2)),
        (date(2024, 2, 26), None),
    ],
)
def test_the_next_night_of_a_last_day_by_the_shipped_ladder(
    after: date, expected: date | None
) -> None:
    ladder, limit = ladder_from(policy_file().policy()), date(2024, 1, 26)
    nights = (after + n * DAY for n in range(1, 200))
    about = (
        night for night in nights
        if limit in days_come(ladder, night - DAY, night, CALENDAR)[Limit.DUE]
    )  # fmt: skip
    assert next(about, None) == expected


def test_nights_in_a_row_meet_each_rung_of_a_limit_once() -> None:
    """The festival of 2024 included, in which reminders wait."""
    ladder = _ladder(Random(1))
    first, nights = date(2024, 1, 20), 60
    once = [
        (limit, day)
        for n in range(nights)
        for limit, days in days_come(
            ladder, first + n * DAY, first + (n + 1) * DAY, CALENDAR
        ).items()
        for day in days
    ]
    whole = days_come(ladder, first, first + nights * DAY, CALENDAR)
    assert {*once} == {(limit, day) for limit, days in whole.items() for day in days}
