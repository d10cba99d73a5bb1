"""Which days are rest days: weekends, the State Council's notices, the law.

A year's arrangement is a notice (国务院办公厅关于部分节假日安排的通知), published late in
the year before. Until then the year is not covered, and the calendar refuses to
guess unless it is asked to answer provisionally.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo

from config.calendar_files import shipped_years
from config.language import _
from models.errors import BadInput, CalendarNotCovered
from models.statutory_days import statutory_days
from models.working_days import WorkingDays, lawful_working_days

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_YEAR, LAST_YEAR = 1990, 2100


def civil_date(instant: datetime) -> date:
    """The civil day of an instant in Asia/Shanghai.

    Raises:
        ValueError: the instant has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return instant.astimezone(SHANGHAI).date()


def start_of_day(day: date) -> datetime:
    """00:00 of a civil day in Asia/Shanghai."""
    return datetime.combine(day, time(), SHANGHAI)


@dataclass(frozen=True)
class CalendarYear:
    """One year's notice: days off and make-up working days with their festival."""

    year: int
    version: int
    notice_number: str
    noticed_on: date | None
    off_days: Mapping[date, str]
    make_up_days: Mapping[date, str]

    @cached_property
    def working_days(self) -> WorkingDays:
        """The days that are worked."""
        return WorkingDays.of(self.year, self.off_days, self.make_up_days)


@dataclass(frozen=True, eq=False)
class Calendar:
    """An immutable set of years; the highest version of a year counts.

    It is equal to itself only, so that what was worked out from it can be kept by it.
    """

    years: Mapping[int, CalendarYear] = field(default_factory=dict)
    provisional: bool = False

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> "Calendar":
        """A calendar of ``years``."""
        return cls().with_years(years)

    def with_years(self, years: Iterable[CalendarYear]) -> "Calendar":
        """This calendar with ``years`` laid over it; itself where there are none."""
        merged = dict(self.years)
        added = list(years)
        for year in added:
            if year.year not in merged or merged[year.year].version <= year.version:
                merged[year.year] = year
        return Calendar(merged, self.provisional) if added else self

    def provisionally(self) -> "Calendar":
        """The same, but a year without a notice has its weekends and the law's own days."""
        return self if self.provisional else self._provisional

    @property
    def covered_years(self) -> tuple[int, ...]:
        """The years with a notice, ascending."""
        return tuple(sorted(self.years))

    def covers(self, year: int) -> bool:
        """Whether the year's notice is loaded."""
        return year in self.years

    def is_rest_day(self, day: date) -> bool:
        """Whether nobody works on ``day``; a make-up weekend day is a working day.

        Raises:
            CalendarNotCovered: the year has no notice here.
        """
        year = self._worked(day)
        at = day.toordinal() - year.first
        return year.before[at] == year.before[at + 1]

    def festival_on(self, day: date) -> str | None:
        """The festival for which ``day`` is off by notice (or by law, provisionally)."""
        year = self._year(day)
        return statutory_days(day.year).get(day) if year is None else year.off_days.get(day)

    def make_up_on(self, day: date) -> str | None:
        """The festival for which a weekend ``day`` is worked."""
        year = self._year(day)
        return None if year is None else year.make_up_days.get(day)

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is worked, else the first later day that is."""
        year = self._worked(day)
        at = year.before[day.toordinal() - year.first]
        if at < len(year.days):
            return year.days[at]
        return self.next_working_day(date(day.year + 1, 1, 1))

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which is not counted; before, if negative."""
        if count > 0:
            return self._forward(day + timedelta(days=1), count)
        return self._back(day - timedelta(days=1), -count) if count else day

    def count_working_days(self, after: date, until: date) -> int:
        """How many days are worked after ``after`` up to ``until``, which counts too."""
        if until <= after:
            return 0
        return (
            self._worked_by(until)
            - self._worked_by(after)
            + sum(
                len(self._worked(date(year, 1, 1)).days) for year in range(after.year, until.year)
            )
        )

    def _worked_by(self, day: date) -> int:
        """How many days of its year are worked up to ``day``."""
        year = self._worked(day)
        return year.before[day.toordinal() - year.first + 1]

    def _forward(self, day: date, count: int) -> date:
        """The ``count``-th working day from ``day`` on."""
        while True:
            year = self._worked(day)
            at = year.before[day.toordinal() - year.first] + count - 1
            if at < len(year.days):
                return year.days[at]
            count = at + 1 - len(year.days)
            day = date(day.year + 1, 1, 1)

    def _back(self, day: date, count: int) -> date:
        """The same backwards."""
        while True:
            year = self._worked(day)
            at = year.before[day.toordinal() - year.first + 1] - count
            if at >= 0:
                return year.days[at]
            count = -at
            day = date(day.year - 1, 12, 31)

    def version_of(self, years: Iterable[int]) -> str:
        """What was consulted, such as ``2023-v1+2024-v1`` or ``2027-provisional``."""
        return "+".join(
            f"{year}-v{self.years[year].version}" if year in self.years else f"{year}-provisional"
            for year in sorted(set(years))
        )

    @cached_property
    def _provisional(self) -> "Calendar":
        return Calendar(self.years, provisional=True)

    @cached_property
    def _working_days(self) -> dict[int, WorkingDays]:
        """By year, as far as they were asked for."""
        return {}

    def _worked(self, day: date) -> WorkingDays:
        """The working days of the year of ``day``."""
        known = self._working_days.get(day.year)
        if known is None:
            year = self._year(day)
            known = lawful_working_days(day.year) if year is None else year.working_days
            self._working_days[day.year] = known
        return known

    def _year(self, day: date) -> CalendarYear | None:
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise BadInput(
                _("The date {day} is out of range; years from {first} to {last} are known.").format(
                    day=day, first=FIRST_YEAR, last=LAST_YEAR
                )
            )
        if day.year not in self.years and not self.provisional:
            raise CalendarNotCovered(
                _(
                    "The State Council's holiday notice for {year} is not loaded, so the date "
                    "cannot be computed; import it with “duban import calendar check FILE”."
                ).format(year=day.year),
                year=day.year,
            )
        return self.years.get(day.year)


def parse_calendar_year(
    data: Mapping[str, Any], *, notice_number: str = "", noticed_on: date | None = None
) -> CalendarYear:
    """A year from our file format, or from holiday-cn's (``days`` with ``isOffDay``).

    Raises:
        BadInput: a key is missing or a date is not one.
    """
    off: dict[date, str] = {}
    make_up: dict[date, str] = {}
    if "days" in data:
        for entry in _tables(data, "days"):
            side = off if _value(entry, "isOffDay") else make_up
            side[_day(_text(entry, "date"))] = _text(entry, "name")
        number, noticed = notice_number, noticed_on
    else:
        for holiday in _tables(data, "holidays"):
            name = _text(holiday, "name")
            off.update({_day(day): name for day in _list(holiday, "off")})
            make_up.update({_day(day): name for day in _list(holiday, "make_up")})
        notice = _table(data, "notice")
        number, noticed = _text(notice, "number"), _day(_text(notice, "date"))
    year, version = _number(data, "year"), _number({"version": 1, **data}, "version")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _unfit(
            _("“year” must lie between {first} and {last}"), first=FIRST_YEAR, last=LAST_YEAR
        )
    return CalendarYear(year, version, number, noticed, off, make_up)


def _unfit(why: str, **values: object) -> BadInput:
    return BadInput(
        _("The calendar file does not fit ({why}); see docs/calendars.md for its form.").format(
            why=why.format(**values)
        )
    )


def _value(data: Mapping[str, Any], key: str) -> Any:
    if key not in data:
        raise _unfit(_("the key “{key}” is missing"), key=key)
    return data[key]


def _text(data: Mapping[str, Any], key: str) -> str:
    value = _value(data, key)
    if not isinstance(value, str):
        raise _unfit(_("“{key}” must be a text"), key=key)
    return value


def _number(data: Mapping[str, Any], key: str) -> int:
    value = _value(data, key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**6:
        raise _unfit(_("“{key}” must be a whole number"), key=key)
    return value


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    value = _value(data, key)
    if not isinstance(value, list):
        raise _unfit(_("“{key}” must be a list"), key=key)
    return value


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = _value(data, key)
    if not isinstance(value, Mapping):
        raise _unfit(_("“{key}” must be a table of keys"), key=key)
    return value


def _tables(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    entries = _list(data, key)
    if not all(isinstance(entry, Mapping) for entry in entries):
        raise _unfit(_("“{key}” must be a list of tables"), key=key)
    return entries


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise _unfit(_("“{text}” is not a real date"), text=text) from error


@cache
def shipped_calendar() -> Calendar:
    """The notices that ship with the program."""
    return Calendar.of(parse_calendar_year(data) for data in shipped_years())
