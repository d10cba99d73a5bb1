"""The days on which the product's nights are held, found by its own calendar and ladder.

A night looks at what came since the one before, so each of the workload has a day of its own,
with the run of the day before it in the ledger of nights. Findings that are due in a later
night are issued in the future of an earlier one; nothing asks for that.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache

from benchmarks.workload import LAPSE_STEP, REST, STEPS
from config.settings import Settings
from duban.services.rules import Rules, policy_of
from models.calendar import shipped_calendar, start_of_day
from models.deadlines import Deadline
from models.ladder import Limit, Track
from models.night_days import days_come

TONIGHT = date(2026, 6, 9)
"""The day of the findings that are due in no night, and of the questions; a Tuesday with a rung
of every step: no rest day lies where one of them would be put off."""

DAY = timedelta(days=1)
HISTORY = timedelta(days=130)
"""So long before a day the letters begin whose findings have something due on it."""

FIRST_DAY = date(2023, 1, 1)
"""From here on there was a check every day; the shipped calendar begins here."""

APART = timedelta(days=35)
"""So far apart are nights at least. 25 of them fit; the largest workload has 23."""

STEP_OF = {"due-7": 0, "due-3": 1, "due-1": 2, "circular": 4, "summons": 5}


@cache
def rules() -> Rules:
    """The rules as they ship."""
    policy, ladder = policy_of(Settings())
    return Rules(Settings(), policy, ladder, shipped_calendar())


@cache
def night_days() -> tuple[date, ...]:
    """The days of the nights, in their order.

    On none of them anything comes, told before or not, of what is due in another night; the
    first letters of the findings that are due in none are later than all of them.
    """
    found: list[date] = []
    day, last = FIRST_DAY + HISTORY, TONIGHT - HISTORY - DAY
    while day < last:
        fits = _fits(day) and not any(_comes(day, one) or _comes(one, day) for one in found)
        if fits:
            found.append(day)
        day += APART if fits else DAY
    return tuple(found)


def day_of(night: int) -> date:
    """The civil day on which a night is held."""
    return TONIGHT if night == REST else night_days()[night]


def held_at(day: date) -> datetime:
    """When a day's check is held."""
    return start_of_day(day) + timedelta(minutes=10)


def run_of(day: date) -> int:
    """The id of the run of an earlier night."""
    return (day - FIRST_DAY).days + 1


@cache
def dates_of(issued_on: date) -> tuple[datetime, Deadline, date]:
    """When a letter of this day goes out, its deadline and the last day for the receipt."""
    issued_at = start_of_day(issued_on) + timedelta(hours=10)
    return issued_at, rules().due_from(issued_at), rules().sign_limit(issued_at)


@cache
def issue_days(day: date, received: bool) -> tuple[Mapping[int, date], Mapping[int, list[date]]]:
    """By step the letter day of open findings that are due on ``day``, and of those that are not.

    The latter stand before the step, and there are many.
    """
    due: dict[int, date] = {}
    rest: dict[int, list[date]] = {}
    for n in range(HISTORY.days):
        issued_on = day - HISTORY + n * DAY
        step, is_due = _step(day, issued_on, received)
        if step is not None and is_due:
            due[step] = issued_on
        elif step is not None:
            rest.setdefault(step, []).append(issued_on)
    return due, rest


def _step(day: date, issued_on: date, received: bool) -> tuple[int | None, bool]:
    """At which step an open finding of this letter stands, and whether it is due on ``day``."""
    _issued_at, finish, sign_by = dates_of(issued_on)
    calendar, ladder = rules().working_calendar, rules().ladder
    if not received and day in (
        rung.day(sign_by, calendar) for rung in ladder if rung.counts is Limit.SIGN
    ):
        return None, False
    if finish.last_day == day - DAY:
        return LAPSE_STEP, True
    track = Track.AFTER_DUE if finish.last_day < day else Track.BEFORE_DUE
    days = {
        rung.day(finish.last_day, calendar): rung.code for rung in ladder if rung.track is track
    }
    coming = min((one for one in days if one >= day), default=None)
    return (None, False) if coming is None else (STEP_OF.get(days[coming]), coming == day)


def _fits(day: date) -> bool:
    """Whether every step has a letter day, and none would be put off."""
    return not rules().working_calendar.is_rest_day(day) and all(
        {*issue_days(day, received)[0]} == {*range(STEPS)} for received in (True, False)
    )


def _comes(day: date, other: date) -> bool:
    """Whether anything of what is due on ``day`` comes on the ``other`` one."""
    come = _limits(other)
    for received in (True, False):
        for issued_on in issue_days(day, received)[0].values():
            _issued_at, finish, sign_by = dates_of(issued_on)
            unsigned = not received and sign_by in come[Limit.SIGN]
            if finish.last_day in come[Limit.DUE] or unsigned:
                return True
    return False


@cache
def _limits(day: date) -> Mapping[Limit, list[date]]:
    """The limits of which something comes on ``day``."""
    return days_come(rules().ladder, day - DAY, day, rules().working_calendar)
