"""From the rows below a heading to findings and refusals."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from config.language import _
from duban.ledger.cells import Fault, Read, day_reader, due_reader, read_code, read_name, read_text
from duban.ledger.cells import shown as cell_shown
from duban.ledger.dates import order_of
from duban.ledger.fields import Field
from duban.ledger.header import Header, repeats
from duban.ledger.ledger import Refusal
from duban.ledger.workbook import Cell, Sheet, is_blank

NAMES = (Field.ORGANIZATION, Field.CATEGORY, Field.SOURCE, Field.RAISED_BY, Field.OWNER,
         Field.LEAD, Field.CO_ORGANIZATIONS)  # fmt: skip
DATES = (Field.MEETING_ON, Field.DUE)
CONTINUED = (Field.REQUIREMENT, Field.MEASURES, Field.OWNER, Field.LEAD, Field.CO_ORGANIZATIONS,
             Field.REMARK, Field.DUE)  # fmt: skip
"""What further rows of one merged finding may add to it."""

_TOTAL = re.compile(r"(合\s*计|总\s*计|小\s*计|共\s*计|total\b).{0,20}", re.IGNORECASE)
_NOTE = re.compile(
    r"(※|[*＊]|(注|备注|说明|填表|填报|制表|审核|审批|联系|签字|单位负责|分管领导|note)[^:：]{0,8}[:：])",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"([一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十]+[部类章])"
)
_LEADING = re.compile(r"牵头|主责|主办|[★▲◎]|lead", re.IGNORECASE)
_LONGEST_NUMBER = 12
_LONGEST_NAME = 200


Readers = dict[Field, Callable[[Cell], Read]]


@dataclass(frozen=True)
class Reading:
    """How one sheet is read beyond its heading."""

    organization: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    date_order: str | None = None
    fill_down: bool = False


@dataclass
class Draft:
    """One data row while it is read."""

    sheet: str
    row: int
    values: dict[Field, Read] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass
class SheetRows:
    """The data rows of one sheet, and how many other rows were passed over."""

    drafts: list[Draft] = field(default_factory=list)
    skipped: int = 0


class _Kind(Enum):
    BLANK = auto()
    PASSED_OVER = auto()
    SECTION = auto()
    CONTINUED = auto()
    DATA = auto()


def read_rows(sheet: Sheet, header: Header, reading: Reading) -> SheetRows:
    """Every row below the heading: read, refused, or passed over for a reason."""
    readers = _readers(sheet, header, reading)
    result = SheetRows()
    by_row: dict[int, Draft] = {}
    section: str | None = None
    organization: Read = None
    for row in range(header.last + 1, len(sheet.rows)):
        kind = _kind_of(sheet, row, header)
        if kind is _Kind.SECTION:
            section = re.sub(_SECTION, "", _first(sheet, row), count=1).strip()
        if kind in (_Kind.SECTION, _Kind.PASSED_OVER):
            result.skipped += 1
        if kind is _Kind.CONTINUED:
            _continue(by_row.get(_text_anchor(sheet, row, header)), sheet, row, header, readers)
        if kind is not _Kind.DATA:
            continue
        draft = _draft(sheet, row, header, readers)
        named = draft.values.get(Field.ORGANIZATION)
        if isinstance(named, str):
            draft.values[Field.ORGANIZATION] = reading.aliases.get(named, named)
        if section and header.column(Field.CATEGORY) is None:
            draft.values[Field.CATEGORY] = section
        if draft.values.get(Field.ORGANIZATION) is None:
            filled = organization if reading.fill_down else None
            draft.values[Field.ORGANIZATION] = reading.organization or filled
        organization = draft.values.get(Field.ORGANIZATION) or organization
        _require(draft, header)
        by_row[row] = draft
        result.drafts.append(draft)
    return result


def column_letter(index: int) -> str:
    """The letter of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _readers(sheet: Sheet, header: Header, reading: Reading) -> Readers:
    readers: Readers = dict.fromkeys(Field, read_text)
    readers.update(dict.fromkeys(NAMES, read_name))
    readers[Field.CODE] = read_code
    orders = {name: reading.date_order or _order(sheet, header, name) for name in DATES}
    readers[Field.MEETING_ON] = day_reader(reading.year, orders[Field.MEETING_ON])
    readers[Field.DUE] = due_reader(orders[Field.DUE])
    return readers


def _order(sheet: Sheet, header: Header, name: Field) -> str | None:
    column = header.column(name)
    if column is None:
        return None
    return order_of([sheet.cell(r, column.index) for r in range(header.last + 1, len(sheet.rows))])


def _kind_of(sheet: Sheet, row: int, header: Header) -> _Kind:
    own = {c: cell for c, cell in enumerate(sheet.rows[row]) if not is_blank(cell)}
    if not own:
        return _Kind.BLANK
    if repeats(sheet, row, header):
        return _Kind.PASSED_OVER
    text, code = header.column(Field.TEXT), header.column(Field.CODE)
    first = _first(sheet, row)
    no_text = text is None or text.index not in own or min(own) == text.index
    if no_text and (_TOTAL.fullmatch(first) or _NOTE.match(first)):
        return _Kind.PASSED_OVER
    if text is not None and _text_anchor(sheet, row, header) < row:
        return _Kind.CONTINUED
    if len(own) > 1:
        return _Kind.DATA
    (index,) = own
    if _is_wide(sheet, row, index) or (_SECTION.match(first) and not _names_a_field(header, index)):
        return _Kind.SECTION if _SECTION.match(first) else _Kind.PASSED_OVER
    if code is not None and index == code.index:
        # Numbered in advance, or a line of remarks in the first column.
        return _Kind.BLANK if len(first) <= _LONGEST_NUMBER else _Kind.PASSED_OVER
    return _Kind.DATA if _names_a_field(header, index) else _Kind.PASSED_OVER


def _names_a_field(header: Header, index: int) -> bool:
    wanted = (Field.TEXT, Field.ORGANIZATION)
    return any(column.index == index and column.field in wanted for column in header.columns)


def _first(sheet: Sheet, row: int) -> str:
    return next((cell_shown(cell).strip() for cell in sheet.rows[row] if not is_blank(cell)), "")


def _is_wide(sheet: Sheet, row: int, column: int) -> bool:
    return sheet.anchors.get((row, column + 1)) == (row, column)


def _text_anchor(sheet: Sheet, row: int, header: Header) -> int:
    """The row in which the finding's text stands that a row belongs to."""
    text = header.column(Field.TEXT)
    if text is None:
        return row
    top = sheet.anchors.get((row, text.index), (row, 0))[0]
    return top if top > header.last else row


def _cell(sheet: Sheet, row: int, column: int, header: Header) -> Cell:
    top = sheet.anchors.get((row, column), (row, column))[0]
    return sheet.shown(row, column) if top > header.last else ""


def _draft(sheet: Sheet, row: int, header: Header, readers: Readers) -> Draft:
    draft = Draft(sheet.name, row + 1)
    for column in header.columns:
        if column.field is None or column.field is Field.PROGRESS:
            continue
        cell = _cell(sheet, row, column.index, header)
        value = _read(readers, column.field, cell)
        if isinstance(value, Fault):
            draft.refusals.append(
                _refusal(draft, value, column.index, column.heading, cell_shown(cell))
            )
        draft.values[column.field] = value
    if header.tick_columns:
        _read_ticks(draft, sheet, row, header)
    return draft


def _read(readers: Readers, name: Field, cell: Cell) -> Read:
    value = readers[name](cell)
    if (
        isinstance(value, str)
        and name in (Field.CODE, Field.ORGANIZATION)
        and len(value) > _LONGEST_NAME
    ):
        return Fault("too-long", _("the text is too long for a name or number"), _("shorten it"))
    return value


def _read_ticks(draft: Draft, sheet: Sheet, row: int, header: Header) -> None:
    marks = {
        column.ticks or "": cell_shown(cell)
        for column in header.tick_columns
        if not is_blank(cell := _cell(sheet, row, column.index, header))
    }
    leading = [name for name, mark in marks.items() if _LEADING.search(mark)]
    if len(marks) == 1 or len(leading) == 1:
        chosen = (leading or list(marks))[0]
        draft.values[Field.ORGANIZATION] = chosen
        others = [name for name in marks if name != chosen]
        if others:
            draft.values[Field.CO_ORGANIZATIONS] = "、".join(others)
    elif marks:
        fault = Fault(
            "several-organizations",
            _("several organizations are marked for one finding"),
            _("mark the leading one with 牵头, or write one row for each"),
        )
        draft.values[Field.ORGANIZATION] = fault
        draft.refusals.append(
            _refusal(draft, fault, header.tick_columns[0].index, None, "、".join(marks))
        )


def _continue(
    draft: Draft | None, sheet: Sheet, row: int, header: Header, readers: Readers
) -> None:
    """Add a further row of measures and people to the finding that it belongs to."""
    if draft is None:
        return
    for column in header.columns:
        if column.field not in CONTINUED or (row, column.index) in sheet.anchors:
            continue
        cell = sheet.cell(row, column.index)
        value, before = _read(readers, column.field, cell), draft.values.get(column.field)
        if isinstance(value, Fault):
            draft.refusals.append(
                _refusal(draft, value, column.index, column.heading, cell_shown(cell))
            )
        elif isinstance(value, str) and value != before:
            draft.values[column.field] = f"{before}\n{value}" if before else value


def _require(draft: Draft, header: Header) -> None:
    required = {
        Field.TEXT: Fault(
            "text-missing",
            _("the row has no finding text"),
            _("write it, or name its column with --map text=HEADING"),
        ),
        Field.ORGANIZATION: Fault(
            "organization-missing",
            _("the row names no organization"),
            _("write it, or use --map organization=HEADING, --organization NAME or --fill-down"),
        ),
    }
    for name, fault in required.items():
        if draft.values.get(name) is None:
            column = header.column(name)
            index, heading = (column.index, column.heading) if column else (None, None)
            draft.refusals.append(_refusal(draft, fault, index, heading, ""))


def _refusal(
    draft: Draft, fault: Fault, column: int | None, heading: str | None, value: str
) -> Refusal:
    return Refusal(
        sheet=draft.sheet,
        row=draft.row,
        column=None if column is None else column_letter(column),
        heading=heading,
        value=value,
        code=fault.code,
        reason=fault.reason,
        remedy=fault.remedy,
    )
