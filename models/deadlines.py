"""The deadline rule: when “within one month” ends.

Civil Code of the PRC, Articles 200-204: periods are counted by the Gregorian calendar
in years, months, days and hours (200); the day of the event is not counted (201); a
period of months ends on the corresponding day of the last month, or on that month's
last day where there is none (202); where the last day is a statutory rest day, the
day after the rest ends is the last day, and a day ends at 24:00 (203); other law or
agreement prevails (204), which is why the rule is stored with each letter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

import pendulum

from config.language import _
from models.calendar import FIRST_YEAR, LAST_YEAR, Calendar, civil_date, start_of_day
from models.errors import BadInput
from models.periods import Period, Unit


class Rule(StrEnum):
    """What happens when the last day is a rest day."""

    NATURAL = "natural"
    NEXT_WORKDAY = "next-workday"
    STATUTORY_ONLY = "statutory-only"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reasoning: what, on which day, and a name where there is one."""

    code: str
    on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed deadline and how it came about.

    ``due_at`` is exclusive: 00:00 in Asia/Shanghai of the day after ``last_day``.
    ``calendar_version`` is empty when no calendar was consulted.
    """

    day_zero: date
    nominal_day: date
    last_day: date
    due_at: datetime
    window: Period
    rule: Rule
    calendar_version: str
    provisional: bool
    steps: tuple[Step, ...]


def compute_due(issued_at: datetime, window: Period, rule: Rule, calendar: Calendar) -> Deadline:
    """The deadline of something issued at an instant; its civil day is day zero.

    Raises:
        CalendarNotCovered: a day in a year without a notice had to be judged.
        BadInput: the dates leave the years that are known.
    """
    return count_from(civil_date(issued_at), window, rule, calendar)


def count_from(day_zero: date, period: Period, rule: Rule, calendar: Calendar) -> Deadline:
    """The deadline ``period`` after a civil day that is itself not counted."""
    if not FIRST_YEAR <= day_zero.year <= LAST_YEAR:
        raise BadInput(
            _("The date {day} is out of range; years from {first} to {last} are known.").format(
                day=day_zero, first=FIRST_YEAR, last=LAST_YEAR
            )
        )
    steps = [Step("day-zero", day_zero)]
    if period.unit is Unit.WORKING_DAY:
        last = nominal = calendar.add_working_days(day_zero, period.count)
        steps.append(Step("working-days", last, str(period.count)))
        consulted = set(range(day_zero.year, last.year + 1))
    else:
        nominal = _nominal(day_zero, period)
        if period.unit is Unit.MONTH and nominal.day != day_zero.day:
            steps.append(Step("month-end", nominal))
        steps.append(Step("nominal", nominal))
        rolled = list(_roll(nominal, rule, calendar))
        steps += rolled
        last = rolled[-1].on if rolled else nominal
        consulted = set() if rule is Rule.NATURAL else {nominal.year, last.year}
    steps.append(Step("last-day", last))
    return Deadline(
        day_zero=day_zero,
        nominal_day=nominal,
        last_day=last,
        due_at=start_of_day(last + timedelta(days=1)),
        window=period,
        rule=rule,
        calendar_version=calendar.version_of(consulted),
        provisional=any(not calendar.covers(year) for year in consulted),
        steps=tuple(steps),
    )


def not_before(deadline: Deadline, told: date) -> Deadline:
    """The deadline, but never earlier than the last day that people were told."""
    if deadline.last_day >= told:
        return deadline
    *steps, _last = deadline.steps
    return replace(
        deadline,
        last_day=told,
        due_at=start_of_day(told + timedelta(days=1)),
        steps=(*steps, Step("kept", told), Step("last-day", told)),
    )


def _nominal(day_zero: date, period: Period) -> date:
    # Always from the origin: one month twice is not two months (31 January).
    origin = pendulum.date(day_zero.year, day_zero.month, day_zero.day)
    moved = (
        origin.add(months=period.count)
        if period.unit is Unit.MONTH
        else origin.add(days=period.count)
    )
    return date(moved.year, moved.month, moved.day)


def _roll(day: date, rule: Rule, calendar: Calendar) -> Iterator[Step]:
    """The rest days skipped, then the day on which the period stops; nothing if it stays."""
    if rule is Rule.NATURAL:
        return
    moved = False
    while _is_skipped(day, rule, calendar):
        yield Step("rest-day", day, calendar.festival_on(day) or "")
        day += timedelta(days=1)
        moved = True
    festival = calendar.make_up_on(day)
    if festival is not None:
        yield Step("make-up-day", day, festival)
    elif moved:
        yield Step("working-day", day)


def _is_skipped(day: date, rule: Rule, calendar: Calendar) -> bool:
    if rule is Rule.STATUTORY_ONLY:
        return calendar.festival_on(day) is not None
    return calendar.is_rest_day(day)
