"""The same small table as .xlsx, .xls, .ods or .csv."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from duban.ledger.ledger import Ledger

Rows = list[list[Any]]


def write(
    path: Path, rows: Rows, *, encoding: str = "utf-8", sheets: dict[str, Rows] | None = None
) -> Path:
    """Write ``rows`` in the format that the name asks for; ``sheets`` for several in .xlsx."""
    match path.suffix:
        case ".xlsx":
            _xlsx(path, sheets or {"台账": rows})
        case ".xls":
            _xls(path, rows)
        case ".ods":
            _ods(path, rows)
        case _:
            with path.open("w", encoding=encoding, newline="") as stream:
                csv.writer(stream).writerows(
                    [["" if c is None else c for c in row] for row in rows]
                )
    return path


def _xlsx(path: Path, sheets: dict[str, Rows]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def _xls(path: Path, rows: Rows) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("台账")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(r, c, value, day)
            elif value is not None:
                sheet.write(r, c, value)
    book.save(str(path))


def _ods(path: Path, rows: Rows) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="台账")
    for row in rows:
        line = TableRow()
        for value in row:
            line.addElement(_cell(value))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(str(path))


def _cell(value: Any) -> Any:
    if value is None:
        return TableCell()
    if isinstance(value, date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat())
    elif isinstance(value, (int, float)):
        cell = TableCell(valuetype="float", value=str(value))
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def merged(path: Path, rows: Rows, merges: str = "") -> Path:
    """An .xlsx with one sheet called “Sheet” and the merged ranges named like ``A1:B2 C1:C3``."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    for cells in merges.split():
        sheet.merge_cells(cells)
    book.save(path)
    return path


def findings(ledger: Ledger) -> list[tuple[str, str]]:
    """(organization, text) of every row that was read."""
    return [(row.organization, row.text) for row in ledger.rows]
