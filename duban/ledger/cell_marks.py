"""What an exported ledger carries out of sight, so that its changed copy is known again.

A row has three cells of its own in hidden columns: whose it is (``row_mark``), the finding's
version, and a mark of each cell that was written, in the order that the heading of that column
names. A cell whose mark still fits was not touched, whatever a program made of its format.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256

from duban.ledger.cells import LONGEST_CELL, as_typed
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell

ROW, VERSION, CELLS = "duban-row", "duban-version", "duban-cells"
"""The headings of the hidden columns; the last one goes on with the columns and theirs."""

KEYS_SHEET = "duban"
"""The hidden sheet that names every row that was written, so that missing ones are noticed.

Beside the marks stand the texts of the first ``KEPT_ROWS`` rows, so that what stood there can be
shown where a cell was changed in the file and here.
"""

KEPT_ROWS = 20_000

CUT = "!"
"""How the mark of a cell begins that holds only the beginning of its text."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEADING = re.compile(r"duban-cells (\{.*\})", re.DOTALL)
_MARK_LENGTH, _OFTEN_REPEATED = 8, 60
_CUT_AT = 32_000


def row_mark(finding_id: int, created_at: datetime) -> str:
    """Whose row it is: the finding's number, and proof that it is this installation's."""
    proof = sha256(f"{finding_id} {created_at.timestamp():.6f}".encode()).hexdigest()[:10]
    return f"{finding_id}-{proof}"


def finding_of(mark: str) -> int | None:
    """The number in a row's mark; none in what is no such mark."""
    found = re.fullmatch(r"([1-9]\d{0,17})-[0-9a-f]{10}", mark)
    return None if found is None else int(found[1])


def written(value: str | date | None) -> tuple[str, str]:
    """The text of a cell as it is written, and its mark.

    What no spreadsheet can hold is left out: control characters, and what goes beyond the
    32,767 characters of a cell; the mark of a cell that was cut says so.
    """
    text = "" if value is None else str(value)
    if len(text) <= _OFTEN_REPEATED:
        return _written_short(text)
    return _written(text)


def _written(said: str) -> tuple[str, str]:
    text = _UNWRITABLE.sub("", said)
    if _units(text) > LONGEST_CELL:
        text = f"{text[:_CUT_AT]}…"
        while _units(text) > LONGEST_CELL:
            text = f"{text[: len(text) // 2]}…"
        return text, CUT + cell_mark(text)[len(CUT) :]
    return text, cell_mark(text)


_written_short = lru_cache(maxsize=4096)(_written)


def cell_mark(cell: Cell) -> str:
    """Eight characters that change when a reader would see another text in the cell."""
    digest = sha256(_plain(cell).encode("utf-8", "replace")).digest()
    return urlsafe_b64encode(digest[:6]).decode()


def is_cut(mark: str) -> bool:
    """Whether the cell of this mark holds only the beginning of its text."""
    return mark.startswith(CUT)


def fits(mark: str, cell: Cell) -> bool:
    """Whether a cell says what was written into it."""
    found = cell_mark(cell)
    return found[len(CUT) :] == mark[len(CUT) :] if is_cut(mark) else found == mark


def escaped(text: str) -> str:
    """``text`` so that a spreadsheet reads it as it is: _x0041_ would be read as A."""
    return _ESCAPED.sub(r"_x005F_x\1_", text)


def heading_of(columns: Mapping[Field, str]) -> str:
    """The heading of the marks: the columns that were written, with their headings."""
    return f"{CELLS} {json.dumps(columns, ensure_ascii=False)}"


def columns_in(heading: object) -> dict[Field, str] | None:
    """The columns that the heading of the marks names; none in any other cell."""
    found = _HEADING.fullmatch(heading) if isinstance(heading, str) else None
    if found is None:
        return None
    try:
        columns = json.loads(found[1])
        named = {Field(name): str(text) for name, text in columns.items()}
    except (ValueError, RecursionError):
        return None
    return None if Field.PROGRESS in named else named


def marks_in(cell: object, columns: Sequence[Field]) -> dict[Field, str] | None:
    """The marks of a row by column; none where they are not those of ``columns``."""
    parts = cell.split() if isinstance(cell, str) else []
    if len(parts) != len(columns) or any(len(part) != _MARK_LENGTH for part in parts):
        return None
    return dict(zip(columns, parts, strict=True))


def _plain(cell: Cell) -> str:
    text = as_typed(cell)
    while (shorter := _ESCAPED.sub(_character, text)) != text:
        text = shorter
    return as_typed(_UNWRITABLE.sub("", text))


def _character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16))


def _units(text: str) -> int:
    """Characters as a spreadsheet counts them: those beyond the first plane are two."""
    if 2 * len(text) <= LONGEST_CELL:
        return len(text)
    return len(text) + sum(character > "\uffff" for character in text)
