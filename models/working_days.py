"""The days of one year that are worked, laid out so that counting them is looking them up."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import date
from functools import cache

from models.statutory_days import statutory_days

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """One year's working days, ascending, and how many of them lie before each of its days.

    ``first`` is the ordinal of 1 January; ``before`` has an entry for each day of the year,
    counted from it, and one for the day after the last.
    """

    first: int
    days: tuple[date, ...]
    before: tuple[int, ...]

    @classmethod
    def of(
        cls, year: int, off_days: Container[date], make_up_days: Container[date]
    ) -> "WorkingDays":
        """Weekends and ``off_days`` are rest days, except ``make_up_days``."""
        first = date(year, 1, 1).toordinal()
        days: list[date] = []
        before = [0]
        for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in make_up_days or (day.weekday() < SATURDAY and day not in off_days):
                days.append(day)
            before.append(len(days))
        return cls(first, tuple(days), tuple(before))


@cache
def lawful_working_days(year: int) -> WorkingDays:
    """The working days of a year without a notice: by weekends and the law's own days."""
    return WorkingDays.of(year, statutory_days(year), ())
