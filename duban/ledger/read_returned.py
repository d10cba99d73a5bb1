"""Reading an exported ledger that comes back: which of its cells somebody has changed."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from config.language import _
from duban.ledger.cell_marks import cell_mark, finding_of, fits, is_cut, marks_in
from duban.ledger.cells import Fault, Read, as_typed, read_name, shown
from duban.ledger.draft import Draft, refusal_of, required
from duban.ledger.find_returned import Found
from duban.ledger.header import TOGETHER, Column
from duban.ledger.keys import row_with_key, with_keys
from duban.ledger.ledger import Before, LedgerRow, Origin, PassedOver, Refusal
from duban.ledger.mapping import ColumnMapping
from duban.ledger.progress import EVERY, Told
from duban.ledger.readers import DATES, readers_for
from duban.ledger.row_kinds import Kind, cell_of, kind_of, why_passed_over
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, is_blank

_BY_WHICH_KNOWN = {Field.CODE, *TOGETHER}


@dataclass
class Returned:
    """The rows of an exported ledger, those that were added to it among them.

    ``beside`` says that the hidden columns stand beside the rows they were written for;
    ``marks`` are those of the rows that are there, refused or not.
    """

    rows: list[LedgerRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    beside: bool = True
    marks: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Line:
    """A row of the file; without a mark somebody added it."""

    draft: Draft
    mark: str = ""
    text_mark: str = ""
    version: int | None = None
    changed: dict[str, Before] = field(default_factory=dict)


def read_returned(found: Found, mapping: ColumnMapping, told: Told) -> Returned:
    """Every row of an exported ledger, against the marks that it went out with."""
    result, lines, sheet = Returned(), list[_Line](), found.sheet
    reader, above = _Reader(found, mapping), Kind.HEADING
    for row in range(found.header.last + 1, len(sheet.rows)):
        if row % EVERY == 0:
            told(row, len(sheet.rows))
        if reader.is_empty(row):
            continue
        mark = str(sheet.cell(row, found.row_marks))
        marks = marks_in(sheet.cell(row, found.cell_marks), found.written)
        if finding_of(mark) is not None and marks is not None:
            above = Kind.DATA
            result.marks.add(mark)
            line = reader.known(row, mark, marks)
            line.version = _number(sheet.cell(row, found.versions))
            lines.append(line)
            continue
        above = kind_of(sheet, row, found.header, above)
        if why := why_passed_over(above):
            said = [shown(cell) for cell in sheet.rows[row] if not is_blank(cell)]
            result.passed_over.append(PassedOver(row + 1, " ".join(said[:2]), why))
        elif above not in (Kind.BLANK, Kind.HEADING):
            lines.append(reader.added(row))
    told(len(sheet.rows), len(sheet.rows))
    result.beside = _stand_beside(lines)
    _settle_copies(lines)
    _finish(lines, result)
    return result


class _Reader:
    """Reads the cells of one row after the other."""

    def __init__(self, found: Found, mapping: ColumnMapping) -> None:
        self.sheet, self.header, self.meeting_on = found.sheet, found.header, mapping.meeting_on
        self.written, self.exported = found.written, found.exported
        readers = readers_for(
            found.sheet, found.header, year=mapping.year, filled_on=None,
            date_order=mapping.date_order,
        ) | {Field.ORGANIZATION: read_name}  # fmt: skip
        self.columns = [
            (column, column.field, readers[column.field])
            for column in found.header.columns
            if column.field is not None
        ]

    def is_empty(self, row: int) -> bool:
        """Whether nothing is left in the columns of a finding."""
        sheet, header = self.sheet, self.header
        return all(
            is_blank(cell_of(sheet, row, column.index, header))
            for column, _field, _read in self.columns
        )

    def known(self, row: int, mark: str, marks: Mapping[Field, str]) -> _Line:
        """A row that went out; only a changed cell can be wrong."""
        line = _Line(Draft(self.sheet.name, row + 1), mark, marks.get(Field.TEXT, ""))
        for column, name, read in self.columns:
            cell, before = cell_of(self.sheet, row, column.index, self.header), marks[name]
            value = read(cell)
            if isinstance(value, Fault) and fits(before, cell):
                value = None if name in DATES else as_typed(cell)
            elif isinstance(value, Fault) or not (fits(before, cell) or fits(before, value or "")):
                line.changed[name] = Before(before, self._text(mark, name, before))
                value = _cut() if is_cut(before) else value
            _put(line.draft, column, name, value, shown(cell))
        self._require(line.draft, line.changed)
        return line

    def _text(self, mark: str, name: Field, cell_mark: str) -> str | None:
        """What stood in a cell, where it was kept and is not touched."""
        place, row = 1 + self.written.index(name), self.exported.get(mark, ())
        text = as_typed(row[place]) if place < len(row) else ""
        return text if len(row) > 1 and fits(cell_mark, text) else None

    def added(self, row: int) -> _Line:
        """A row that somebody wrote."""
        draft = Draft(self.sheet.name, row + 1)
        for column, name, read in self.columns:
            cell = cell_of(self.sheet, row, column.index, self.header)
            _put(draft, column, name, read(cell), shown(cell))
        if draft.values.get(Field.MEETING_ON) is None:
            draft.values[Field.MEETING_ON] = self.meeting_on
        self._require(draft, TOGETHER)
        return _Line(draft)

    def _require(self, draft: Draft, fields: Container[str]) -> None:
        for name, fault in required():
            if name in fields and draft.values.get(name) is None:
                draft.refusals.append(refusal_of(draft, fault, self.header.column(name), ""))


def _number(cell: Cell) -> int | None:
    text = as_typed(cell)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _put(draft: Draft, column: Column, name: Field, value: Read, said: str) -> None:
    if isinstance(value, Fault):
        draft.refusals.append(refusal_of(draft, value, column, said))
    draft.values[name] = value


def _stand_beside(lines: Sequence[_Line]) -> bool:
    """Whether texts stand beside their own marks: in rows sorted without them, they do not."""
    marks = {line.text_mark for line in lines if line.mark}
    texts = (line.draft.values[Field.TEXT] for line in lines if Field.TEXT in line.changed)
    return sum(cell_mark(text) in marks for text in texts if isinstance(text, str)) < 2


def _settle_copies(lines: Sequence[_Line]) -> None:
    """Of rows with one mark the one with its old text is the finding; the others were added.

    Where several have it, or none, nobody can tell, and all but the first are refused.
    """
    alike: dict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        if line.mark:
            alike[line.mark].append(line)
    for copies in alike.values():
        kept = [line for line in copies if Field.TEXT not in line.changed]
        if len(copies) == 1:
            continue
        if len(kept) == 1:
            for line in copies:
                if line is not kept[0]:
                    line.mark, line.changed = "", {}
            continue
        fault = _copied(copies[0])
        for line in copies[1:]:
            line.draft.refusals.append(refusal_of(line.draft, fault, None, ""))


def _finish(lines: Sequence[_Line], result: Returned) -> None:
    """Rows with their keys; one that nobody touched cannot be one too many."""
    keyed, refusals = with_keys([line.draft for line in lines])
    by_row, spared = {row.row: row for row in keyed}, set[int]()
    for line in lines:
        row = by_row.get(line.draft.row)
        is_itself = line.mark and not _BY_WHICH_KNOWN & line.changed.keys()
        if row is None and is_itself and not line.draft.refusals:
            spared.add(line.draft.row)
            row = row_with_key(line.draft, f"same-{line.mark}")
        if row is not None:
            origin = Origin(line.mark, line.version, line.changed) if line.mark else None
            result.rows.append(replace(row, origin=origin))
    result.refusals += [one for one in refusals if one.row not in spared]


def _cut() -> Fault:
    return Fault(
        "cell-was-cut",
        _("the cell held only the beginning of a longer text"),
        _("put it back as it was, and change the text on the page of the finding"),
    )


def _copied(first: _Line) -> Fault:
    return Fault(
        "copied-row",
        _("the row is a copy of row {row}, and either could be the finding").format(
            row=first.draft.row
        ),
        _("delete one of the two rows"),
    )
