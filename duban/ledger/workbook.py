"""Opening a spreadsheet file into plain sheets of typed cells."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from config.language import _
from duban.ledger.check_file import MAX_ROWS, checked_bytes
from models.errors import BadInput

Cell = str | int | float | bool | date | datetime | time | timedelta
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the top of the page, and its merged ranges (from 0, inclusive)."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...]
    hidden: bool = False
    _anchors: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, repr=False)

    def cell(self, row: int, column: int) -> Cell:
        """The cell's own value; an empty text where there is none."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    @cached_property
    def anchors(self) -> Mapping[tuple[int, int], tuple[int, int]]:
        """For each covered cell of a merged range, the cell that holds its value."""
        found = {}
        for (top, left), (bottom, right) in self.merges:
            for row in range(top, min(bottom, len(self.rows)) + 1):
                for column in range(left, min(right, self.width) + 1):
                    found[row, column] = (top, left)
        return found

    @cached_property
    def width(self) -> int:
        """The number of columns in the widest row."""
        return max((len(row) for row in self.rows), default=0)

    def shown(self, row: int, column: int) -> Cell:
        """The value that a reader sees there: that of the merged range, if it is in one."""
        return self.cell(*self.anchors.get((row, column), (row, column)))


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing to read in a cell."""
    return isinstance(cell, str) and not cell.strip()


def read_sheets(path: Path) -> tuple[list[Sheet], bytes]:
    """Every sheet of the file, and the file's bytes.

    Raises:
        BadInput: it is missing, empty, too large, encrypted, damaged or no spreadsheet.
    """
    data = checked_bytes(path)
    if path.suffix.lower() == ".csv":
        from duban.ledger.csv_file import read_csv

        sheets = [read_csv(data, path.name)]
    else:
        sheets = _read_workbook(data, path.name)
    for sheet in sheets:
        if len(sheet.rows) > MAX_ROWS:
            raise BadInput(
                _(
                    "The sheet “{sheet}” of {name} has {rows} rows; at most {most} can be "
                    "imported. Split the file."
                ).format(sheet=sheet.name, name=path.name, rows=len(sheet.rows), most=MAX_ROWS)
            )
    return sheets, data


def _read_workbook(data: bytes, name: str) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            _sheet(workbook, meta.name, meta.visible is not SheetVisibleEnum.Visible)
            for meta in workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise BadInput(
            _("The file {name} is protected by a password; remove it and try again.").format(
                name=name
            )
        ) from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except (
        BaseException
    ) as error:  # the parser is foreign code and may panic, which is no Exception
        raise BadInput(
            _(
                "The file {name} cannot be read as a spreadsheet ({why}); open it in Excel or WPS "
                "and save it as .xlsx."
            ).format(name=name, why=str(error)[:120] or type(error).__name__)
        ) from error


def _sheet(workbook: CalamineWorkbook, name: str, hidden: bool) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    merges = tuple(m for m in sheet.merged_cell_ranges or () if m[0][0] < len(rows))
    return Sheet(name=name, rows=rows, merges=merges, hidden=hidden)
