"""From the rows below a heading to findings and refusals."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from config.language import _
from duban.ledger.addressee import addressee_of
from duban.ledger.cells import (
    Fault,
    Read,
    day_reader,
    due_reader,
    read_code,
    read_finding,
    read_name,
    read_text,
)
from duban.ledger.cells import shown as cell_shown
from duban.ledger.dates import order_of
from duban.ledger.find_tables import another_header
from duban.ledger.header import Column, Header
from duban.ledger.ledger import PassedOver, Refusal
from duban.ledger.organization_cell import DITTO, UNIT, joined
from duban.ledger.row_kinds import (
    CONTINUED,
    SECTION,
    Kind,
    cell_of,
    kind_of,
    text_anchor,
    why_passed_over,
)
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, Sheet, is_blank
from duban.ledger.xlsx_parts import column_letter

NAMES = (Field.CATEGORY, Field.SOURCE, Field.RAISED_BY, Field.OWNER, Field.LEAD,
         Field.CO_ORGANIZATIONS)  # fmt: skip
DATES = (Field.MEETING_ON, Field.DUE)
_COUNT = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
_THEME = re.compile(r".*(方面|类|类别|问题|情况|责任|纪律|廉洁|作风|队伍|建设)")

Readers = dict[Field, Callable[[Cell], Read]]


@dataclass(frozen=True)
class Reading:
    """How one sheet is read beyond its heading.

    ``year`` completes dates without one; else the latest such day up to ``filled_on`` is
    taken; ``meeting_on`` is the meeting of rows that name none. ``own_headings`` says that
    a person named the columns.
    """

    organization: str | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    filled_on: date | None = None
    meeting_on: date | None = None
    date_order: str | None = None
    fill_down: bool = False
    own_headings: bool = False


@dataclass
class Draft:
    """One data row while it is read."""

    sheet: str
    row: int
    values: dict[Field, Read] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


@dataclass
class SheetRows:
    """The data rows of one sheet, and what else was found between them."""

    drafts: list[Draft] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def read_rows(sheet: Sheet, header: Header, reading: Reading) -> SheetRows:
    """Every row below the heading: read, refused, or passed over for a reason."""
    return _Reader(sheet, header, reading).read()


class _Reader:
    """Walks down one sheet; a further heading takes over from its row on."""

    def __init__(self, sheet: Sheet, header: Header, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.result = SheetRows()
        self.by_row: dict[int, Draft] = {}
        self.last: Draft | None = None
        self.organization: Read = None
        self.theme: str | None = None
        self.unit: str | None = None
        self._use(header)

    def _use(self, header: Header) -> None:
        self.header = header
        self.readers = _readers(self.sheet, header, self.reading)

    def read(self) -> SheetRows:
        above = Kind.HEADING
        row = self.header.last + 1
        while row < len(self.sheet.rows):
            if not self.reading.own_headings and (more := another_header(self.sheet, row)):
                self._use(more)
                above, row = Kind.HEADING, more.last + 1
                continue
            above = kind_of(self.sheet, row, self.header, above)
            self._take(row, above)
            row += 1
        return self.result

    def _take(self, row: int, kind: Kind) -> None:
        if why := why_passed_over(kind):
            self.result.passed_over.append(PassedOver(row + 1, _first(self.sheet, row), why))
        match kind:
            case Kind.SECTION:
                self._section(_first(self.sheet, row))
            case Kind.CONTINUED:
                anchor = text_anchor(self.sheet, row, self.header)
                self._continue(self.by_row.get(anchor) if anchor < row else self.last, row)
            case Kind.DATA:
                draft = self._draft(row)
                self.by_row[row] = self.last = draft
                self.result.drafts.append(draft)

    def _section(self, heading: str) -> None:
        """“一、主体责任方面” is a category; “二、区水利局党组（3个问题）” an organization."""
        name = _COUNT.sub("", SECTION.sub("", heading, count=1)).strip()
        self.unit = name if UNIT.fullmatch(name) else None
        self.theme = name if self.unit is None and _THEME.fullmatch(name) else None

    def _draft(self, row: int) -> Draft:
        draft = Draft(self.sheet.name, row + 1)
        for column in self.header.columns:
            if column.field not in (None, Field.PROGRESS, Field.ORGANIZATION) and not column.also:
                self._put(draft, column, cell_of(self.sheet, row, column.index, self.header))
        for column in self.header.more(Field.TEXT):
            self._add_text(draft, column, row)
        self._address(draft, row)
        if draft.values.get(Field.MEETING_ON) is None:
            draft.values[Field.MEETING_ON] = self.reading.meeting_on
        if self.theme and self.header.column(Field.CATEGORY) is None:
            draft.values[Field.CATEGORY] = self.theme
        self._require(draft)
        return draft

    def _put(self, draft: Draft, column: Column, cell: Cell) -> None:
        if column.field is None:
            return
        value = self.readers[column.field](cell)
        if isinstance(value, Fault):
            draft.refusals.append(_refusal(draft, value, column, cell_shown(cell)))
        draft.values[column.field] = value

    def _add_text(self, draft: Draft, column: Column, row: int) -> None:
        """A second column of text (问题表现 beside 具体问题) belongs to the finding too."""
        cell = cell_of(self.sheet, row, column.index, self.header)
        more, text = self.readers[Field.TEXT](cell), draft.values.get(Field.TEXT)
        if isinstance(more, Fault):
            draft.refusals.append(_refusal(draft, more, column, cell_shown(cell)))
        elif isinstance(more, str) and (text is None or isinstance(text, str)):
            draft.values[Field.TEXT] = f"{text}\n{more}" if text and text != more else more

    def _address(self, draft: Draft, row: int) -> None:
        found = addressee_of(self.sheet, row, self.header, self.reading.aliases)
        organization = found.organization
        if isinstance(organization, Fault):
            draft.refusals.append(_refusal(draft, organization, found.column, found.said))
        elif organization in DITTO or (organization is None and self.reading.fill_down):
            organization = self.organization
        if organization is None:
            organization = self.reading.organization or self.unit
        draft.values[Field.ORGANIZATION] = organization
        self.organization = organization or self.organization
        helping = (draft.values.get(Field.CO_ORGANIZATIONS), found.others)
        draft.values[Field.CO_ORGANIZATIONS] = joined(
            name for name in helping if name != organization
        )
        if found.person and draft.values.get(Field.OWNER) is None:
            draft.values[Field.OWNER] = found.person

    def _continue(self, draft: Draft | None, row: int) -> None:
        """Add a further row of measures and people to the finding that it belongs to."""
        if draft is None:
            return
        for column in self.header.columns:
            if column.field not in CONTINUED or (row, column.index) in self.sheet.anchors:
                continue
            cell = self.sheet.cell(row, column.index)
            value, before = self.readers[column.field](cell), draft.values.get(column.field)
            if isinstance(value, Fault):
                draft.refusals.append(_refusal(draft, value, column, cell_shown(cell)))
            elif isinstance(value, str) and value != before:
                draft.values[column.field] = f"{before}\n{value}" if before else value

    def _require(self, draft: Draft) -> None:
        for name, fault in _required():
            if draft.values.get(name) is None:
                draft.refusals.append(_refusal(draft, fault, self.header.column(name), ""))


def _required() -> Iterator[tuple[Field, Fault]]:
    yield (
        Field.TEXT,
        Fault(
            "text-missing",
            _("the row has no finding text"),
            _("write it, or name its column with --map text=HEADING"),
        ),
    )
    yield (
        Field.ORGANIZATION,
        Fault(
            "organization-missing",
            _("the row names no organization"),
            _("write it, or use --map organization=HEADING, --organization NAME or --fill-down"),
        ),
    )


def _readers(sheet: Sheet, header: Header, reading: Reading) -> Readers:
    readers: Readers = dict.fromkeys(Field, read_text)
    readers.update(dict.fromkeys(NAMES, read_name))
    readers[Field.CODE] = read_code
    readers[Field.TEXT] = read_finding
    orders = {name: reading.date_order or _order(sheet, header, name) for name in DATES}
    readers[Field.MEETING_ON] = day_reader(
        reading.year, reading.filled_on, orders[Field.MEETING_ON]
    )
    readers[Field.DUE] = due_reader(orders[Field.DUE])
    return readers


def _order(sheet: Sheet, header: Header, name: Field) -> str | None:
    column = header.column(name)
    if column is None:
        return None
    return order_of([sheet.cell(r, column.index) for r in range(header.last + 1, len(sheet.rows))])


def _first(sheet: Sheet, row: int) -> str:
    return next((cell_shown(cell).strip() for cell in sheet.rows[row] if not is_blank(cell)), "")


def _refusal(draft: Draft, fault: Fault, column: Column | None, value: str) -> Refusal:
    return Refusal(
        sheet=draft.sheet,
        row=draft.row,
        column=None if column is None else column_letter(column.index),
        heading=None if column is None else column.heading,
        value=value,
        code=fault.code,
        reason=fault.reason,
        remedy=fault.remedy,
    )
