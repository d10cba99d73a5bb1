"""Opening a spreadsheet file into plain sheets of typed cells."""

import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from config.language import _
from duban.ledger.check_file import MAX_COLUMNS, MAX_ROWS, checked_bytes, suffix_of
from duban.ledger.ods_merges import Merge, merges_of
from duban.ledger.xlsx_parts import Parts, cell_name, parts_of
from models.errors import BadInput

Cell = str | int | float | bool | date | datetime | time | timedelta

_UNREADABLE = "\ufffd"
_OFTEN_REPEATED = 60
"""Longer texts are seldom written twice."""

NO_VALUE = "=?"
"""Stands in for a formula whose value the file does not hold."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows from the top of the page, and its merged ranges (from 0, inclusive)."""

    name: str
    rows: list[list[Cell]]
    merges: tuple[Merge, ...]
    hidden: bool = False
    hidden_rows: int = 0
    delimited: bool = False
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
    def merged_rows(self) -> frozenset[int]:
        """The rows that hold a covered cell; most sheets have none."""
        return frozenset(row for row, _column in self.anchors)

    @cached_property
    def width(self) -> int:
        """The number of columns in the widest row."""
        return max((len(row) for row in self.rows), default=0)

    def is_wide(self, row: int, column: int, *, more_than: int = 1) -> bool:
        """Whether a merged range begins in the cell and covers more columns than that."""
        top, left = self.anchors.get((row, column), (row, column))
        return self._right_ends.get((top, left), left) - left + 1 > more_than

    @cached_property
    def _right_ends(self) -> Mapping[tuple[int, int], int]:
        return {begin: end[1] for begin, end in self.merges}

    def shown(self, row: int, column: int) -> Cell:
        """The value that a reader sees there: that of the merged range, if it is in one."""
        return self.cell(*self.anchors.get((row, column), (row, column)))


def is_blank(cell: Cell) -> bool:
    """Whether there is nothing to read in a cell."""
    return isinstance(cell, str) and (not cell or cell.isspace())


def kept_once(known: dict[Cell, Cell], cell: Cell) -> Cell:
    """The same cell; a text that was ``known`` before takes no further memory."""
    if isinstance(cell, str) and len(cell) <= _OFTEN_REPEATED:
        return known.setdefault(cell, cell)
    return cell


def read_sheets(path: Path, name: str | None = None) -> tuple[list[Sheet], str]:
    """Every sheet of the file, and the SHA-256 of its bytes; ``name`` is what people call it.

    Raises:
        BadInput: it is missing, empty, too large, encrypted, damaged or no spreadsheet.
    """
    name = path.name if name is None else name
    data = checked_bytes(path, name)
    if suffix_of(name) == ".csv":
        from duban.ledger.csv_file import read_csv

        sheets = [read_csv(data, name)]
    else:
        parts = parts_of(data)
        _refuse_stray_cells(parts, name)
        sheets = _read_workbook(data, name, parts)
    for sheet in sheets:
        if len(sheet.rows) > MAX_ROWS:
            raise BadInput(
                _(
                    "The sheet “{sheet}” of {name} has {rows} rows; at most {most} can be "
                    "imported. Split the file."
                ).format(sheet=sheet.name, name=name, rows=len(sheet.rows), most=MAX_ROWS)
            )
    return sheets, hashlib.sha256(data).hexdigest()


def _refuse_stray_cells(parts: Mapping[str, Parts], name: str) -> None:
    """One cell far away would make the parser build everything in between."""
    for sheet, found in parts.items():
        if found.last_row >= MAX_ROWS or found.last_column >= MAX_COLUMNS:
            raise BadInput(
                _(
                    "The sheet “{sheet}” of {name} reaches to the cell {cell}; at most {rows} rows "
                    "and {columns} columns are read. Delete what stands there, or split the file."
                ).format(
                    sheet=sheet, name=name, cell=cell_name(found.last_row, found.last_column),
                    rows=MAX_ROWS, columns=MAX_COLUMNS,
                )
            )  # fmt: skip


def _read_workbook(data: bytes, name: str, parts: Mapping[str, Parts]) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        merges = merges_of(data) if name.lower().endswith(".ods") else {}
        sheets = [
            _sheet(
                workbook, meta.name, meta.visible is not SheetVisibleEnum.Visible,
                parts.get(meta.name, Parts()), merges.get(meta.name, ()),
            )
            for meta in workbook.sheets_metadata
            if meta.typ is SheetTypeEnum.WorkSheet
        ]  # fmt: skip
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
    if any(_UNREADABLE in sheet.name for sheet in sheets):
        raise BadInput(
            _(
                "The texts of {name} are written as Excel 5.0/95 did; open it in Excel or WPS and "
                "save it as .xlsx."
            ).format(name=name)
        )
    return sheets


def _sheet(
    workbook: CalamineWorkbook, name: str, hidden: bool, parts: Parts, merges: Iterable[Merge]
) -> Sheet:
    sheet = workbook.get_sheet_by_name(name)
    known: dict[Cell, Cell] = {}
    before: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    rows = [before + [kept_once(known, cell) for cell in row] for row in sheet.iter_rows()]
    # The parser takes both for empty cells.
    unread = {**dict.fromkeys(parts.empty_formulas, NO_VALUE), **parts.errors}
    for (row, column), value in unread.items():
        rows += [[] for _missing in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    ranges = tuple(m for m in (*(sheet.merged_cell_ranges or ()), *merges) if m[0][0] < len(rows))
    return Sheet(name, rows, ranges, hidden, parts.hidden_rows)
