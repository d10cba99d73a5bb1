"""Turning cells into the texts and dates of a finding, or saying why not."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from config.language import _
from duban.ledger.dates import NotADate, read_date
from duban.ledger.header import is_dated
from duban.ledger.workbook import Cell, is_blank

LONGEST_CELL = 32_767
EXACT_DIGITS = 10**15
SHOWN = 200
LEAP_YEAR = 2024
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_DATE_LIKE = re.compile(r"[\d\s./年月日号:-]{5,}")


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
    return read_name(cell)


def day_reader(year: int | None, order: str | None) -> Callable[[Cell], Read]:
    """A reader of dates that must be dates."""

    def read(cell: Cell) -> Read:
        if is_blank(cell):
            return None
        found = read_date(cell, year=year, order=order)
        return _fault(found) if isinstance(found, NotADate) else found

    return read


def due_reader(order: str | None) -> Callable[[Cell], Read]:
    """A reader of the ledger's own time limit: a date, or words such as 立行立改.

    It only informs, since the letter sets the due date; so a limit without a year
    stays as it is written.
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
        text = read_name(cell) if isinstance(cell, str) else None
        # What is written like a date must be one; “长期坚持” is a limit too.
        if isinstance(text, str) and (found is NotADate.WORDS and not _DATE_LIKE.fullmatch(text)):
            return text
        return _fault(found)

    return read


def _as_text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _clean(text: str) -> str:
    text = _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).replace("_x000D_", "").strip()


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
