"""Reading the dates that people write: exactly, or not at all."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import isfinite

from models.calendar import FIRST_YEAR, LAST_YEAR

_TIME = (
    r"(?:[T\s]*(?:凌晨|早上|上午|中午|下午|晚上|晚)?\s*"
    r"(?:\d{1,2}[:时点]\d{0,2}[:分]?\d{0,2}(?:\.\d+)?秒?(?:Z|[+-]\d\d:?\d\d)?)?)?"
)
_WEEKDAY = r"(?:\(?(?:星期|周)[一二三四五六日天]\)?)?"
_YMD = re.compile(
    rf"(\d{{4}})([./年-])(\d{{1,2}})[./月-](\d{{1,2}})日?号?{_WEEKDAY}{_TIME}(?:前|之前)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_DAY = re.compile(rf"(\d{{1,2}})月(\d{{1,2}})[日号]{_WEEKDAY}{_TIME}(?:前|之前)?")
_SLASHED = re.compile(rf"(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{4}}){_TIME}")
_SHORT_YEAR = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{1,2}|\d{2}年\d{1,2}月\d{1,2}日")
SERIALS = range(20000, 60001)
"""Excel's day numbers from 1954 to 2064; other numbers are not taken for dates."""

_DASHES = str.maketrans("‐‑‒–—―－", "-------")
DateOrder = str
"""``dmy`` or ``mdy``, for dates such as 03/04/2024."""


class NotADate(StrEnum):
    """Why a text is no date."""

    IMPOSSIBLE = "date-impossible"
    YEAR_MISSING = "date-without-year"
    SHORT_YEAR = "date-with-short-year"
    AMBIGUOUS = "date-ambiguous"
    OUT_OF_RANGE = "date-out-of-range"
    WORDS = "date-unreadable"


def read_date(
    value: object, *, year: int | None = None, order: DateOrder | None = None
) -> date | NotADate:
    """The civil date in a cell.

    ``year`` completes a date without one; ``order`` settles 03/04/2024.
    """
    match value:
        case datetime():
            return _in_range(value.date())
        case date():
            return _in_range(value)
        case bool():
            return NotADate.WORDS
        case int() | float():
            return _from_number(value)
        case str():
            return _from_text(value, year, order)
        case _:
            return NotADate.WORDS


def order_of(values: Iterable[object]) -> DateOrder | None:
    """Which order a column's slashed dates have, if some of them can be read in one way only."""
    orders = set()
    for value in values:
        if isinstance(value, str) and (found := _SLASHED.fullmatch(_plain(value))):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                orders.add("dmy")
            elif second > 12 >= first:
                orders.add("mdy")
    return orders.pop() if len(orders) == 1 else None


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).strip().rstrip("。.;,").translate(_DASHES)
    text = re.sub(r"(?<=\d)、(?=\d)", ".", text)
    return re.sub(r"\s*([年月日./:-])\s*", r"\1", text)


def _from_text(text: str, year: int | None, order: DateOrder | None) -> date | NotADate:
    plain = _plain(text)
    if found := _YMD.fullmatch(plain):
        return _real(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.fullmatch(plain):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if found := _MONTH_DAY.fullmatch(plain):
        return NotADate.YEAR_MISSING if year is None else _real(year, int(found[1]), int(found[2]))
    if found := _SLASHED.fullmatch(plain):
        first, second, full_year = int(found[1]), int(found[2]), int(found[3])
        known = order or ("dmy" if first > 12 else "mdy" if second > 12 else None)
        if known is None and first != second:
            return NotADate.AMBIGUOUS
        day, month = (first, second) if known == "dmy" else (second, first)
        return _real(full_year, month, day)
    if re.fullmatch(r"\d{5}(\.\d+)?", plain):
        return _from_number(float(plain))
    return NotADate.SHORT_YEAR if _SHORT_YEAR.fullmatch(plain) else NotADate.WORDS


def _from_number(number: float) -> date | NotADate:
    if not isfinite(number):
        return NotADate.WORDS
    if int(number) in SERIALS:
        return date(1899, 12, 30) + timedelta(days=int(number))
    if number == int(number) and (found := _COMPACT.fullmatch(str(int(number)))):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    return NotADate.WORDS


def _real(year: int, month: int, day: int) -> date | NotADate:
    try:
        return _in_range(date(year, month, day))
    except ValueError:
        return NotADate.IMPOSSIBLE


def _in_range(day: date) -> date | NotADate:
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else NotADate.OUT_OF_RANGE
