"""A ledger going out as .xlsx: row by row, so that a long one needs no more memory."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from config.language import _
from duban.ledger.cell_marks import (
    KEPT_ROWS,
    KEYS_SHEET,
    ROW,
    VERSION,
    escaped,
    heading_of,
    written,
)
from duban.ledger.ledger_columns import Columns
from duban.ledger.paper import height_of, rule, set_up_page, width_of

_TEXT_FORMAT = "@"
"""What is typed into such a cell stays as it is typed, also 1-3 and what begins with =."""

_HIDDEN = 3


class LedgerOut:
    """One ledger on its way into a file.

    ``filled`` are the fields that hold something. ``further`` are the headings at the right, of
    what says how a finding stands, with the widths of their columns.
    """

    def __init__(
        self, path: Path, columns: Columns, filled: Collection[str],
        further: Sequence[tuple[str, int]], title: str,
    ) -> None:  # fmt: skip
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell

        self.path, self.columns, self.count = path, columns, 0
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(_("Ledger"))
        self.keys = self.book.create_sheet(KEYS_SHEET)
        self.keys.sheet_state = "hidden"
        self.widths = [width_of(field, field.value in filled) for field in columns]
        self.widths += [width for _heading, width in further]
        set_up_page(self.sheet, title, self.widths, _HIDDEN)
        self.body = [WriteOnlyCell(self.sheet) for _width in self.widths]
        self.hidden = [WriteOnlyCell(self.sheet) for _column in range(_HIDDEN)]
        self.kept = [WriteOnlyCell(self.keys) for _column in range(1 + len(columns))]
        for place, cell in enumerate(self.body):
            rule(cell, centred=place >= len(columns))
            cell.number_format = _TEXT_FORMAT if place < len(columns) else "General"
        self._head([*columns.values(), *(heading for heading, _width in further)])

    def __enter__(self) -> "LedgerOut":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        from openpyxl.utils import get_column_letter

        if error is None:
            last = f"{get_column_letter(len(self.widths) + _HIDDEN)}{self.count + 1}"
            # Over the hidden columns too: what is sorted without them no longer fits them.
            self.sheet.auto_filter.ref = f"A1:{last}"
        # After an error too, for only so the library gives up its temporary files.
        self.book.save(self.path)

    def add(
        self, mark: str, version: int, values: Mapping[str, str | date | None],
        further: Sequence[str | int | None],
    ) -> None:  # fmt: skip
        """One finding; ``values`` by the names of the fields."""
        own, marks, texts = len(self.columns), [], []
        for cell, field in zip(self.body[:own], self.columns, strict=True):
            text, cell_mark = written(values.get(field.value))
            marks.append(cell_mark)
            texts.append(text)
            _write(cell, text)
        for cell, value in zip(self.body[own:], further, strict=True):
            if isinstance(value, int):
                cell.value = value
            else:
                _write(cell, written(value)[0])
        for cell, text in zip(self.hidden, (mark, str(version), " ".join(marks)), strict=True):
            _write(cell, text)
        for cell, text in zip(self.kept, (mark, *texts), strict=True):
            _write(cell, text)
        self.count += 1
        self._append([*self.body, *self.hidden], height_of(texts, self.widths[:own]))
        self.keys.append(self.kept if self.count <= KEPT_ROWS else self.kept[:1])

    def _head(self, headings: Sequence[str]) -> None:
        from openpyxl.cell import WriteOnlyCell

        cells: list[Any] = []
        for heading in (*headings, ROW, VERSION, heading_of(self.columns)):
            cell = WriteOnlyCell(self.sheet)
            _write(cell, heading)
            if len(cells) < len(headings):
                rule(cell, heading=True)
            cells.append(cell)
        self._append(cells, height_of(headings, self.widths))

    def _append(self, cells: list[Any], height: float | None) -> None:
        row = self.count + 1
        if height is not None:
            self.sheet.row_dimensions[row].height = height
        self.sheet.append(cells)
        self.sheet.row_dimensions.pop(row, None)


def _write(cell: Any, text: str) -> None:
    """``text`` as a typed string: what begins with = is no formula, and needs no sign before it."""
    # Its own way of setting a value would look at what the text begins with.
    cell._value, cell.data_type = escaped(text) or None, "s" if text else "n"
