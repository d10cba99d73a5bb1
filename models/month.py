"""A month of the calendar in Asia/Shanghai."""

import re
from datetime import date, datetime
from typing import NamedTuple

from config.language import _, current_language
from models.calendar import FIRST_YEAR, LAST_YEAR, civil_date, start_of_day
from models.day_words import short_day
from models.errors import BadInput


class Month(NamedTuple):
    """``number`` counts from 1; as text it is ``2024-01``."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return start_of_day(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        number = self.number % 12 + 1
        return start_of_day(date(self.year + self.number // 12, number, 1))

    @property
    def words(self) -> str:
        """``2024年1月``, ``Jan 2024``."""
        if current_language() == "zh":
            return f"{self.year}年{self.number}月"
        return f"{short_day(self.first).removeprefix('1 ')} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"


def month_of(instant: datetime) -> Month:
    """The month in which an instant lies."""
    day = civil_date(instant)
    return Month(day.year, day.month)


def month_before(instant: datetime) -> Month:
    """The last month that was over at an instant."""
    year, number = month_of(instant)
    return Month(year, number - 1) if number > 1 else Month(year - 1, 12)


def months_until(instant: datetime, n: int) -> list[Month]:
    """The ``n`` months up to that of an instant, the newest first."""
    found = [month_of(instant)]
    while len(found) < n:
        found.append(month_before(found[-1].begins))
    return found


def typed_month(text: str) -> Month:
    """The month that somebody typed as ``2024-01``.

    Raises:
        BadInput: it is no month.
    """
    found = re.fullmatch(r"(\d{4})-(\d{2})", text.strip(), re.ASCII)
    month = Month(int(found[1]), int(found[2])) if found else Month(0, 0)
    if not (1 <= month.number <= 12 and FIRST_YEAR <= month.year < LAST_YEAR):
        raise BadInput(
            _("“{text}” is no month; write it like 2024-01.").format(text=text), field="month"
        )
    return month
