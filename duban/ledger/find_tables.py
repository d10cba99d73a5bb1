"""Finding the tables of a sheet: where a heading begins, and where another one takes over."""

from dataclasses import dataclass

from duban.ledger.fields import LOOSE, exact_field, field_of, normal, plain
from duban.ledger.header import TOGETHER, Header, header_at
from duban.ledger.vocabulary import LEADING, SUPPORTING, Field
from duban.ledger.workbook import Cell, Sheet, is_blank

LOOKED_AT = 60
TALLEST = 4
LONGEST_HEADING = 40
SHORT = 12
"""Longer Chinese texts that end in a known word are sentences rather than headings."""

CERTAIN = 4
LIKELY = 2


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How much a row looks like a heading."""

    exact: frozenset[Field]
    loose: frozenset[Field]
    filled: int

    @property
    def worth(self) -> int:
        return 2 * len(self.exact) + len(self.loose - self.exact)

    @property
    def is_certain(self) -> bool:
        """Whether it names the finding or its organization, and something else beside."""
        return self.worth >= CERTAIN and bool(TOGETHER & (self.exact | self.loose))


def find_header(sheet: Sheet) -> Header | None:
    """The first row that is certainly a heading, else the likeliest; none where none is likely."""
    best, best_row = _Likeness(frozenset(), frozenset(), 0), -1
    for row in range(min(len(sheet.rows), LOOKED_AT)):
        likeness = _likeness(sheet, row)
        if likeness.is_certain:
            best, best_row = likeness, row
            break
        if (likeness.worth, likeness.filled) > (best.worth, best.filled):
            best, best_row = likeness, row
    if best.worth < LIKELY and (best.worth < 1 or best.filled < 3):
        return None
    return header_at(sheet, first_row(sheet, best_row), last_row(sheet, best_row))


def another_header(sheet: Sheet, row: int) -> Header | None:
    """The heading of a further table that begins in a row below; none in a row of findings."""
    cells = [cell for cell in sheet.rows[row] if not is_blank(cell)]
    if len(cells) < 2 or not all(isinstance(cell, str) for cell in cells):
        return None
    short = [str(cell) for cell in cells if len(str(cell)) <= LONGEST_HEADING]
    if 2 * len(short) < len(cells):
        return None
    fields: set[Field] = set()
    for left, cell in zip(range(len(short), 0, -1), short, strict=True):
        if 2 * (len(fields) + left) < len(cells):
            return None
        if (field := exact_field(cell)) is not None:
            fields.add(field)
    if len(fields) < 2 or not TOGETHER & fields or 2 * len(fields) < len(cells):
        return None
    return header_at(sheet, row, last_row(sheet, row))


def likeliest_heading(sheet: Sheet) -> tuple[int, list[str]] | None:
    """The row (from 1) with the most short texts: what a person may want to name as heading."""
    rows = [
        (len(cells), -row, cells)
        for row in range(min(len(sheet.rows), LOOKED_AT))
        if (cells := _texts(sheet.rows[row])) is not None
    ]
    if not rows:
        return None
    _count, row, cells = max(rows, key=lambda found: found[:2])
    return 1 - row, cells


def _texts(row: list[Cell]) -> list[str] | None:
    cells = [cell for cell in row if not is_blank(cell)]
    if len(cells) < 2 or not all(isinstance(cell, str) for cell in cells):
        return None
    return [" ".join(str(cell).split())[:LONGEST_HEADING] for cell in cells]


def _likeness(sheet: Sheet, row: int) -> _Likeness:
    cells = [cell for cell in sheet.rows[row] if not is_blank(cell)]
    shown = {str(sheet.shown(row, c)) for c in range(sheet.width)}
    exact, loose = set(), set()
    for text in shown:
        found = field_of(text) if text.strip() else None
        if found is not None and found[1] < LOOSE:
            exact.add(found[0])
        elif found is not None and (len(plain(text)) <= SHORT or text.isascii()):
            loose.add(found[0])
    # Dates, numbers and sentences stand under a heading; in one only beside sure words.
    unlike = not all(_is_short_text(cell) for cell in cells)
    if not cells or (unlike and len(exact) < 2):
        return _Likeness(frozenset(), frozenset(), len(cells))
    return _Likeness(frozenset(exact), frozenset(loose), len(cells))


def _is_short_text(cell: Cell) -> bool:
    """Whether a cell could be a heading; English takes about three letters for a character."""
    if not isinstance(cell, str):
        return False
    text = plain(cell)
    return len(text) <= (3 * LONGEST_HEADING if text.isascii() else LONGEST_HEADING)


def first_row(sheet: Sheet, row: int) -> int:
    """The row in which the heading begins that reaches down to ``row``."""
    reached = [
        top
        for c in range(sheet.width)
        if (top := sheet.anchors.get((row, c), (row, c))[0]) < row
        and not sheet.is_wide(top, c, more_than=sheet.width // 2)
    ]
    return max(min(reached, default=row), row - TALLEST + 1)


def last_row(sheet: Sheet, first: int) -> int:
    """The row in which the heading ends that begins in ``first``."""
    last = first
    while last - first + 1 < TALLEST and _goes_on(sheet, first, last):
        last += 1
    return last


def _goes_on(sheet: Sheet, first: int, last: int) -> bool:
    """Whether the row after ``last`` still belongs to the heading."""
    below = last + 1
    if below >= len(sheet.rows):
        return False
    own = [cell for cell in sheet.rows[below] if not is_blank(cell)]
    if not all(_is_short_text(cell) for cell in own):
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
    named = [
        text
        for c in filled
        if exact_field(text := str(sheet.cell(below, c))) is not None
        or normal(text) in LEADING | SUPPORTING
    ]
    return bool(named) and any(c not in above for c in filled)
