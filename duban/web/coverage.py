"""Which years' holiday notices are loaded, and from when a missing one is felt."""

from dataclasses import dataclass
from datetime import date, datetime

from duban.services.rules import Rules
from models.calendar import CalendarYear, civil_date, shipped_calendar
from models.deadlines import Rule
from models.ladder_words import first_concerned
from models.periods import Period


@dataclass(frozen=True, slots=True)
class YearCovered:
    """A year, its notice if there is one, and else the first day of issue that it concerns."""

    year: int
    notice: CalendarYear | None
    shipped: bool
    concerns_from: date | None
    felt: bool
    """Whether letters of today or of the next weeks are concerned already."""


def coverage(rules: Rules, now: datetime) -> list[YearCovered]:
    """From the first year loaded to the one after the present, the newest last."""
    this_year = civil_date(now).year
    covered = rules.calendar.covered_years
    first, last = min([*covered, this_year]), max([*covered, this_year + 1])
    return [_year(year, rules, now) for year in range(first, last + 1)]


def missing_year(rules: Rules, now: datetime) -> YearCovered | None:
    """This or the next year, if its notice is missing."""
    this_year = civil_date(now).year
    for year in (this_year, this_year + 1):
        if not rules.calendar.covers(year):
            return _year(year, rules, now)
    return None


def _year(year: int, rules: Rules, now: datetime) -> YearCovered:
    notice = rules.calendar.years.get(year)
    shipped = notice is not None and shipped_calendar().years.get(year) == notice
    if notice is not None:
        return YearCovered(year, notice, shipped, None, False)
    deadline = rules.policy.deadline
    day = first_concerned(year, Period.parse(deadline.window), Rule(deadline.rule), rules.calendar)
    return YearCovered(year, None, False, day, civil_date(now) >= day)
