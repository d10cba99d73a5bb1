"""Finding the heading of a sheet, over however many merged rows it runs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from duban.ledger.fields import Field, field_of, normal
from duban.ledger.workbook import Sheet, is_blank

LOOKED_AT = 60
TALLEST = 4
LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place (from 0), its heading as people read it, and what it is.

    ``ticks`` names an organization whose column holds only marks (√).
    """

    index: int
    heading: str
    field: Field | None = None
    ticks: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """The rows of a heading (from 0, inclusive) and the columns under it."""

    first: int
    last: int
    columns: tuple[Column, ...]

    def column(self, field: Field) -> Column | None:
        """The column that holds ``field``."""
        return next((column for column in self.columns if column.field is field), None)

    @property
    def fields(self) -> set[Field]:
        """The fields that have a column."""
        return {column.field for column in self.columns if column.field is not None}

    @property
    def tick_columns(self) -> tuple[Column, ...]:
        """Columns that stand for an organization each."""
        return tuple(column for column in self.columns if column.ticks is not None)


def find_header(sheet: Sheet) -> Header | None:
    """The rows that name most fields; none where nothing looks like a heading."""
    best: Header | None = None
    for first in range(min(len(sheet.rows), LOOKED_AT)):
        if not _may_be_heading(sheet, first):
            continue
        header = header_at(sheet, first, _last_row(sheet, first))
        if best is None or _worth(header) > _worth(best):
            best = header
    return best if best is not None and _worth(best) >= 1 else None


def header_at(sheet: Sheet, first: int, last: int) -> Header:
    """The heading that stands in the rows ``first`` to ``last``."""
    labels = {c: _label(sheet, first, last, c) for c in range(sheet.width)}
    found: dict[int, tuple[Field, int]] = {}
    ticks: dict[int, str] = {}
    for index, parts in labels.items():
        match = _match(parts)
        if match is not None:
            found[index] = match
    for index, parts in labels.items():
        if index not in found and len(parts) > 1:
            group = field_of("".join(parts[:-1]))
            if group is not None and group[0] is Field.ORGANIZATION:
                ticks[index] = parts[-1]
    best: dict[Field, int] = {}
    for index, (field, distance) in found.items():
        if field not in best or distance < found[best[field]][1]:
            best[field] = index
    return Header(
        first,
        last,
        tuple(
            Column(
                index,
                "/".join(parts),
                found[index][0] if index in found and best[found[index][0]] == index else None,
                ticks.get(index) if Field.ORGANIZATION not in best else None,
            )
            for index, parts in labels.items()
            if parts
        ),
    )


def repeats(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a row below says the heading again, as on each printed page."""
    same = 0
    for column in header.columns:
        said = normal(str(sheet.shown(row, column.index)))
        if said and said in (normal(column.heading), normal(column.heading.split("/")[-1])):
            same += 1
        elif said:
            return False
    return same >= 2


def _worth(header: Header) -> float:
    fields = header.fields
    ticked = 1 if header.tick_columns else 0
    known = len(fields - {Field.PROGRESS}) + ticked
    others = len(header.columns) - len(fields)
    if Field.TEXT not in fields and len(header.columns) < 2:
        return 0
    return known + (1 if Field.TEXT in fields else 0) + min(others, 5) / 100


def _may_be_heading(sheet: Sheet, row: int) -> bool:
    cells = [cell for cell in sheet.rows[row] if not is_blank(cell)]
    return bool(cells) and all(
        isinstance(cell, str) and len(normal(cell)) <= LONGEST_HEADING for cell in cells
    )


def _last_row(sheet: Sheet, first: int) -> int:
    last = first
    while last - first + 1 < TALLEST and _goes_on(sheet, first, last):
        last += 1
    return last


def _goes_on(sheet: Sheet, first: int, last: int) -> bool:
    """Whether the row after ``last`` still belongs to the heading."""
    below = last + 1
    if below >= len(sheet.rows) or not _may_be_heading(sheet, below):
        return False
    reaches_down = any(
        first <= sheet.anchors.get((below, c), (below, c))[0] <= last for c in range(sheet.width)
    )
    if reaches_down:
        return True
    # Without merged ranges (.csv): a second row only fills in below group headings.
    filled = [c for c in range(sheet.width) if not is_blank(sheet.cell(below, c))]
    above = [c for c in range(sheet.width) if not is_blank(sheet.shown(last, c))]
    if len(filled) < 2 or len(above) < 2 or min(filled) == min(above):
        return False
    named = [c for c in filled if field_of(str(sheet.cell(below, c))) is not None]
    gaps = [c for c in filled if c not in above]
    return bool(gaps) and bool(named)


def _label(sheet: Sheet, first: int, last: int, column: int) -> list[str]:
    """The headings above a column from the outermost in, each once."""
    parts: list[str] = []
    for row in range(first, last + 1):
        cell = sheet.shown(row, column)
        if is_blank(cell) and row < last and not is_blank(sheet.shown(last, column)):
            cell = _group_to_the_left(sheet, row, column)
        text = " ".join(str(cell).split())
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _group_to_the_left(sheet: Sheet, row: int, column: int) -> str:
    for left in range(column - 1, -1, -1):
        cell = sheet.shown(row, left)
        if not is_blank(cell):
            return str(cell)
    return ""


def _match(parts: list[str]) -> tuple[Field, int] | None:
    if not parts:
        return None
    own = field_of(parts[-1])
    if own is not None or len(parts) == 1:
        return own
    joined = field_of("".join(parts))
    # “责任单位/教育局” ends in no known word: the group alone does not name its columns.
    return joined if joined is not None and joined[1] < 200 else None


def is_dated(cell: object) -> bool:
    """Whether the spreadsheet itself says that a cell is a date or a time."""
    return isinstance(cell, date | datetime | time | timedelta)
