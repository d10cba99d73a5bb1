"""Turning cells into the texts and dates of a finding, or saying why not."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from config.language import _
from duban.ledger.dates import NotADate, read_date
from duban.ledger.workbook import NO_VALUE, Cell, is_blank

LONGEST_CELL = 32_767
LONGEST_CODE = 200
EXACT_DIGITS = 10**15
SHOWN = 200
LEAP_YEAR = 2024
_DATED = (date, datetime, time, timedelta)
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]"
)
"""What nobody sees: marks of width and direction, controls, and halves of characters."""

NOTHING = frozenset({"", "/", "／", "-", "—", "——", "\\", "无", "暂无", "none", "n/a"})
"""What people write into a cell in which there is nothing to say."""

_NO_FINDING = re.compile(
    r"(暂|本次)?(无|未发现|未点评)(相关|明显|突出|具体)?(的)?问题|零报告|无此类问题"
)


class Fault(NamedTuple):
    """What is wrong with a cell."""

    code: str
    reason: str
    remedy: str


Read = str | date | Fault | None


def shown(cell: Cell) -> str:
    """A cell's own text, shortened only for display."""
    text = "" if isinstance(cell, str) and is_blank(cell) else _as_text(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def is_dated(cell: object) -> bool:
    """Whether the spreadsheet itself says that a cell is a date or a time."""
    return isinstance(cell, _DATED)


def read_finding(cell: Cell) -> str | Fault | None:
    """The text of a finding; a bare number or “无” is none."""
    text = read_text(cell)
    if isinstance(text, str):
        bare = text.strip("。.（）()[]【】 ")
        if bare in NOTHING or _NO_FINDING.fullmatch(bare):
            return None
    if isinstance(text, str) and re.fullmatch(r"[\d.,%]+", text):
        return Fault("text-is-number", _("a number is no finding"), _("write what was pointed out"))
    return text


def read_text(cell: Cell) -> str | Fault | None:
    """The text of a cell: line breaks kept, everything invisible removed."""
    if is_blank(cell):
        return None
    if isinstance(cell, bool):
        return Fault("boolean", _("TRUE or FALSE is no text"), _("write the text itself"))
    if is_dated(cell):
        return Fault(
            "date-in-wrong-column",
            _("a date stands where a text is expected"),
            _("move the date to its column, or format the cell as text"),
        )
    if isinstance(cell, float | int) and abs(cell) >= EXACT_DIGITS:
        return Fault(
            "number-rounded",
            _("the spreadsheet has rounded this long number"),
            _("format the column as text and type the number again"),
        )
    text = _clean(_as_text(cell))
    if len(text) > LONGEST_CELL:
        return Fault("text-too-long", _("the text is longer than a cell holds"), _("shorten it"))
    if text == NO_VALUE:
        return Fault(
            "formula-without-value",
            _("the formula has no stored value"),
            _("open the file in Excel or WPS and save it, or write the value itself"),
        )
    if text.startswith(("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!")):
        return Fault("formula-error", _("the formula has failed"), _("write the value itself"))
    return text or None


def read_name(cell: Cell) -> str | Fault | None:
    """The same on one line: names of organizations and people."""
    text = read_text(cell)
    return " ".join(text.split()) if isinstance(text, str) else text


def read_code(cell: Cell) -> str | Fault | None:
    """A number or code; Excel likes to turn 1-3 into the 3rd of January."""
    if is_dated(cell):
        return Fault(
            "code-became-date",
            _("the spreadsheet has turned this code into a date"),
            _("format the column as text and type the code again"),
        )
    name = read_name(cell)
    if isinstance(name, str) and len(name) > LONGEST_CODE:
        return Fault("too-long", _("the text is too long for a name or number"), _("shorten it"))
    return name


def day_reader(
    year: int | None, filled_on: date | None, order: str | None
) -> Callable[[Cell], Read]:
    """A reader of dates that must be dates; see ``Reading`` for ``year`` and ``filled_on``."""

    def read(cell: Cell) -> Read:
        if is_blank(cell) or cell in NOTHING:
            return None
        found = read_date(cell, year=year, order=order)
        if found is NotADate.YEAR_MISSING and filled_on is not None:
            found = read_date(cell, year=filled_on.year, order=order)
            if isinstance(found, date) and found > filled_on:
                found = read_date(cell, year=filled_on.year - 1, order=order)
        return _fault(found) if isinstance(found, NotADate) else found

    return read


def due_reader(order: str | None) -> Callable[[Cell], Read]:
    """A reader of the ledger's own time limit: a date, or words such as 立行立改.

    It only informs, since the letter sets the due date; so a limit without a year or a
    day stays as it is written.
    """

    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return None
        found = read_date(cell, order=order)
        if isinstance(found, date):
            return found.isoformat()
        if found is NotADate.YEAR_MISSING and isinstance(read_date(cell, year=LEAP_YEAR), date):
            return read_name(cell)
        if found is NotADate.YEAR_MISSING:
            return _fault(NotADate.IMPOSSIBLE)
        # “长期坚持”, “2024年3月” and “30” are limits too; only what is a day must be a real one.
        return read_name(cell) if found is NotADate.WORDS else _fault(found)

    return read


def as_typed(cell: Cell) -> str:
    """The text by which two cells say the same to a reader; line breaks are one character."""
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    return _clean(_as_text(cell))


def _as_text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.replace("_x000D_", "").strip()


def _fault(kind: NotADate) -> Fault:
    reason, remedy = {
        NotADate.IMPOSSIBLE: (
            _("there is no such day"),
            _("write a real date such as 2024-02-29"),
        ),
        NotADate.YEAR_MISSING: (
            _("the date has no year"),
            _("write the year, or name it with --year"),
        ),
        NotADate.SHORT_YEAR: (
            _("the year has two digits"),
            _("write all four, such as 2024-02-29"),
        ),
        NotADate.AMBIGUOUS: (
            _("day and month cannot be told apart"),
            _("write it like 2024-02-29, or name the order with --date-order"),
        ),
        NotADate.OUT_OF_RANGE: (
            _("the year is out of range"),
            _("write a date between 1990 and 2100"),
        ),
        NotADate.WORDS: (_("this is no date"), _("write a date such as 2024-02-29")),
    }[kind]
    return Fault(kind.value, reason, remedy)
