"""The deadline rule looked up: for those who need the date and not the reasoning.

``models.deadlines`` is the rule, with its reasons; a table gives the same last day for
the same day zero, and leaves every refusal to it.
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from models.calendar import FIRST_YEAR, LAST_YEAR, Calendar, civil_date, start_of_day
from models.deadlines import Rule, count_from
from models.errors import BadInput, CalendarNotCovered
from models.periods import Period, Unit

KEPT_TABLES = 32


class Due(NamedTuple):
    """The last day (inclusive) and the instant after it (exclusive)."""

    last_day: date
    due_at: datetime


class DeadlineTable(dict[int, Due]):
    """What each day zero, by its ordinal, gives; a year of them is worked out when asked for."""

    def __init__(self, period: Period, rule: Rule, calendar: Calendar) -> None:
        super().__init__()
        self.period, self.rule, self.calendar = period, rule, calendar
        self._years: set[int] = set()

    def __missing__(self, ordinal: int) -> Due:
        day_zero = date.fromordinal(ordinal)
        if FIRST_YEAR <= day_zero.year <= LAST_YEAR and day_zero.year not in self._years:
            self._years.add(day_zero.year)
            self._work_out(day_zero.year)
            return self[ordinal]
        # The rule refuses this day, and says why.
        found = count_from(day_zero, self.period, self.rule, self.calendar)
        return Due(found.last_day, found.due_at)

    def on(self, day_zero: date) -> Due:
        """The deadline of one civil day that is itself not counted.

        Raises:
            CalendarNotCovered, BadInput: as ``models.deadlines.count_from`` does.
        """
        return self[day_zero.toordinal()]

    def at(self, issued_at: datetime) -> Due:
        """The deadline of something issued at an instant; its civil day is day zero."""
        return self[civil_date(issued_at).toordinal()]

    def of_all(self, ordinals: Iterable[int]) -> list[Due]:
        """The deadlines of many days zero, given and answered in the same order."""
        return list(map(self.__getitem__, ordinals))

    def _work_out(self, year: int) -> None:
        """Every day of ``year`` that is not refused."""
        dues: dict[date, Due] = {}
        for ordinal in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
            try:
                last = self._last_day(date.fromordinal(ordinal))
            except (CalendarNotCovered, BadInput):
                continue
            # Neighbours often end on one day, and share it.
            if last not in dues:
                dues[last] = Due(last, start_of_day(last + timedelta(days=1)))
            self[ordinal] = dues[last]

    def _last_day(self, day_zero: date) -> date:
        count, calendar = self.period.count, self.calendar
        if self.period.unit is Unit.WORKING_DAY:
            return calendar.add_working_days(day_zero, count)
        if self.period.unit is Unit.MONTH:
            day = _months_after(day_zero, count)
        else:
            day = day_zero + timedelta(days=count)
        if self.rule is Rule.NEXT_WORKDAY:
            return calendar.next_working_day(day)
        if self.rule is Rule.STATUTORY_ONLY:
            while calendar.festival_on(day) is not None:
                day += timedelta(days=1)
        return day


@lru_cache(maxsize=KEPT_TABLES)
def deadline_table(period: Period, rule: Rule, calendar: Calendar) -> DeadlineTable:
    """The table of a period, a rule and a calendar; the last few asked for are kept."""
    return DeadlineTable(period, rule, calendar)


def _months_after(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
