"""A ledger going out as .xlsx: row by row, so that a long one needs no more memory."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from config.language import _
from duban.ledger.cell_marks import KEYS_SHEET, ROW, VERSION, escaped, heading_of, written
from duban.ledger.ledger_columns import Columns
from duban.ledger.vocabulary import Field

A3 = 8
_GROUND, _LINE = "FFF0F2F4", "FFB8BEC4"
_TEXT_FORMAT = "@"
"""What is typed into such a cell stays as it is typed, also 1-3 and what begins with =."""

_WIDTHS = {Field.TEXT: 46, Field.REQUIREMENT: 28, Field.MEASURES: 34, Field.ORGANIZATION: 22,
           Field.CO_ORGANIZATIONS: 18, Field.REMARK: 18, Field.CODE: 9}  # fmt: skip
_WIDTH = 12


class LedgerOut:
    """One ledger on its way into a file; its sheet is for A3 paper, the heading on each page.

    ``further`` are the headings at the right of what says how a finding stands.
    """

    def __init__(self, path: Path, columns: Columns, further: Sequence[str], title: str) -> None:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell

        self.path, self.columns, self.title = path, columns, title
        self.book = Workbook(write_only=True)
        self.sheet = self.book.create_sheet(_("Ledger"))
        self.keys = self.book.create_sheet(KEYS_SHEET)
        self.keys.sheet_state = "hidden"
        self.width = len(columns) + len(further)
        self.count = 0
        self._set_up()
        self.body = [WriteOnlyCell(self.sheet) for _column in range(self.width)]
        self.hidden = [WriteOnlyCell(self.sheet) for _column in range(3)]
        self._style()
        self._head([*columns.values(), *further])

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
            last = f"{get_column_letter(self.width + 3)}{self.count + 1}"
            # Over the hidden columns too: what is sorted without them no longer fits them.
            self.sheet.auto_filter.ref = f"A1:{last}"
        self.book.save(self.path)

    def add(
        self, mark: str, version: int, values: Mapping[str, str | date | None],
        further: Sequence[str | int | None],
    ) -> None:  # fmt: skip
        """One finding; ``values`` by the names of the fields."""
        own, marks = len(self.columns), []
        for cell, field in zip(self.body[:own], self.columns, strict=True):
            text, cell_mark = written(values.get(field.value))
            marks.append(cell_mark)
            _write(cell, text)
        for cell, value in zip(self.body[own:], further, strict=True):
            if isinstance(value, int):
                cell.value = value
            else:
                _write(cell, written(value)[0])
        for cell, text in zip(self.hidden, (mark, str(version), " ".join(marks)), strict=True):
            _write(cell, text)
        self.sheet.append([*self.body, *self.hidden])
        self.keys.append([mark])
        self.count += 1

    def _set_up(self) -> None:
        from openpyxl.utils import get_column_letter

        sheet = self.sheet
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom = 0.7, 0.6
        sheet.oddHeader.center.text = self.title.replace("&", "&&")
        sheet.oddFooter.center.text = "&P / &N"
        fields = [*self.columns, *[None] * (self.width - len(self.columns))]
        for place, field in enumerate(fields, start=1):
            width = _WIDTHS.get(field, _WIDTH) if field else _WIDTH
            sheet.column_dimensions[get_column_letter(place)].width = width
        for place in range(self.width + 1, self.width + 4):
            sheet.column_dimensions[get_column_letter(place)].hidden = True

    def _style(self) -> None:
        from openpyxl.styles import Alignment, Border, Side

        side = Side("thin", color=_LINE)
        for cell in self.body:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.border = Border(side, side, side, side)
            cell.number_format = _TEXT_FORMAT
        for cell in self.body[len(self.columns) :]:
            cell.number_format = "General"

    def _head(self, headings: Sequence[str]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        side, cells = Side("thin", color=_LINE), []
        for heading in headings:
            cell = WriteOnlyCell(self.sheet)
            _write(cell, heading)
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", start_color=_GROUND)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            cell.border = Border(side, side, side, side)
            cells.append(cell)
        for heading in (ROW, VERSION, heading_of(self.columns)):
            cell = WriteOnlyCell(self.sheet)
            _write(cell, heading)
            cells.append(cell)
        self.sheet.append(cells)


def _write(cell: Any, text: str) -> None:
    """``text`` as a typed string: what begins with = is no formula, and needs no sign before it."""
    # Its own way of setting a value would look at what the text begins with.
    cell._value, cell.data_type = escaped(text) or None, "s" if text else "n"
