"""A ledger handed back with every refused cell coloured and commented."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.language import _
from duban.ledger.check_file import suffix_of
from duban.ledger.ledger import Refusal
from duban.ledger.workbook import read_sheets
from duban.ledger.xlsx_parts import column_index

if TYPE_CHECKING:
    from openpyxl import Workbook

COLOUR = "FFF8D5D2"
_LONGEST_TITLE = 31
_NOT_IN_TITLES = dict.fromkeys(map(ord, "[]:*?/\\'"), "_")


def marked_workbook(path: Path, name: str, refusals: Sequence[Refusal]) -> bytes:
    """A copy of the ledger as .xlsx; other formats are written anew with their rows as read.

    A refusal that concerns no single column marks the first cell of its row.

    Raises:
        BadInput: the file can no longer be read.
    """
    book, titles = _copy(path, name)
    for refusal in refusals:
        title = titles.get(refusal.sheet)
        if title is not None:
            _mark(book[title], refusal)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_text(place: Any, text: str) -> None:
    """Write ``text`` into a cell of openpyxl as it stands: what begins with = is no formula."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if text:
        place.value = ILLEGAL_CHARACTERS_RE.sub("", text)
        place.data_type = "s"


def _copy(path: Path, name: str) -> tuple["Workbook", dict[str, str]]:
    """The workbook, and by the ledger's names of its sheets their titles in it."""
    if suffix_of(name) in (".xlsx", ".xlsm"):
        from openpyxl import load_workbook

        try:
            book = load_workbook(io.BytesIO(path.read_bytes()))
        except Exception:  # noqa: BLE001  it refuses workbooks that Excel and our reader open
            return _written_anew(path, name)
        return book, {title: title for title in book.sheetnames}
    return _written_anew(path, name)


def _written_anew(path: Path, name: str) -> tuple["Workbook", dict[str, str]]:
    from openpyxl import Workbook

    book, titles = Workbook(), {}
    book.remove(book.active)
    for sheet in read_sheets(path, name)[0]:
        page = book.create_sheet(_title(sheet.name))
        titles[sheet.name] = page.title
        for row, cells in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(cells, start=1):
                if isinstance(cell, str):
                    as_text(page.cell(row, column), cell)
                else:
                    page.cell(row, column, cell)
    return book, titles


def _title(name: str) -> str:
    return name.translate(_NOT_IN_TITLES)[:_LONGEST_TITLE] or "_"


def _mark(sheet: Any, refusal: Refusal) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    column = 0 if refusal.column is None else column_index(refusal.column)
    place = _anchor(sheet, refusal.row, column + 1)
    said = _("{why}. Remedy: {remedy}.").format(why=refusal.reason, remedy=refusal.remedy)
    before = f"{place.comment.text}\n" if place.comment else ""
    place.fill = PatternFill("solid", start_color=COLOUR)
    place.comment = Comment(before + said, _("Duban"), height=120, width=320)


def _anchor(sheet: Any, row: int, column: int) -> Any:
    """The cell itself, or the one that stands for it in a merged range."""
    for merged in sheet.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            return sheet.cell(merged.min_row, merged.min_col)
    return sheet.cell(row, column)
