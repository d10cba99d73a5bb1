"""From the rows below a heading to findings and refusals."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from config.language import _
from duban.ledger.addressee import addressee_of
from duban.ledger.cells import NOTHING, Fault, Read
from duban.ledger.cells import shown as cell_shown
from duban.ledger.draft import Draft, refusal_of, required
from duban.ledger.find_tables import another_header
from duban.ledger.header import TOGETHER, Column, Header
from duban.ledger.ledger import PassedOver
from duban.ledger.organization_cell import DITTO, Addressee, joined, read_organization
from duban.ledger.progress import EVERY, Told, nobody
from duban.ledger.readers import readers_for
from duban.ledger.row_kinds import (
    CONTINUED,
    Kind,
    cell_of,
    kind_of,
    text_anchor,
    why_passed_over,
)
from duban.ledger.sections import Sections, is_theme
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, Sheet, is_blank

_UNITS_REMEMBERED = 2_048
_WORDS = re.compile(r"[^\W\d_]{2}")


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
class SheetRows:
    """The data rows of one sheet, and what else was found between them."""

    drafts: list[Draft] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def read_rows(sheet: Sheet, header: Header, reading: Reading, told: Told = nobody) -> SheetRows:
    """Every row below the heading: read, refused, or passed over for a reason."""
    return _Reader(sheet, header, reading).read(told)


class _Reader:
    """Walks down one sheet; a further heading takes over from its row on."""

    def __init__(self, sheet: Sheet, header: Header, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.result = SheetRows()
        self.by_row: dict[int, Draft] = {}
        self.last: Draft | None = None
        self.organization: Read = None
        self.sections = Sections()

        @lru_cache(maxsize=_UNITS_REMEMBERED, typed=True)
        def addressee(cell: Cell, with_person: bool) -> Addressee:
            return read_organization(cell, reading.aliases, with_person=with_person)

        self.addressee = addressee
        self._use(header)

    def _use(self, header: Header) -> None:
        self.header = header
        self.readers = readers_for(
            self.sheet, header, year=self.reading.year, filled_on=self.reading.filled_on,
            date_order=self.reading.date_order,
        )  # fmt: skip
        self.plain = [
            (column, column.field, self.readers[column.field])
            for column in header.columns
            if column.field not in (None, Field.PROGRESS, Field.ORGANIZATION) and not column.also
        ]
        beyond = sum(
            bool(self._beyond(row)) for row in range(header.last + 1, len(self.sheet.rows))
        )
        # A few longer records of a .csv were cut at a comma; in most it is a further column.
        self.shifts = self.sheet.delimited and 2 * beyond <= len(self.sheet.rows) - header.last - 1

    def _beyond(self, row: int) -> list[Cell]:
        """What stands to the right of the last heading."""
        beyond = self.sheet.rows[row][self.header.width :]
        return [cell for cell in beyond if _WORDS.search(str(cell))]

    def read(self, told: Told) -> SheetRows:
        above = Kind.HEADING
        row = self.header.last + 1
        while row < len(self.sheet.rows):
            if row % EVERY == 0:
                told(row, len(self.sheet.rows))
            if not self.reading.own_headings and (more := another_header(self.sheet, row)):
                self._use(more)
                above, row = Kind.HEADING, more.last + 1
                continue
            above = kind_of(self.sheet, row, self.header, above)
            self._take(row, above)
            row += 1
        told(row, row)
        return self.result

    def _take(self, row: int, kind: Kind) -> None:
        if why := why_passed_over(kind):
            self.result.passed_over.append(
                PassedOver(row + 1, " ".join(_texts(self.sheet, row)[:2]), why)
            )
        match kind:
            case Kind.SECTION:
                self.sections.enter("、".join(_texts(self.sheet, row)))
            case Kind.CONTINUED:
                anchor = text_anchor(self.sheet, row, self.header)
                self._continue(self.by_row.get(anchor) if anchor < row else self.last, row)
            case Kind.DATA:
                self._data(row)

    def _data(self, row: int) -> None:
        self._tell_unheaded(row)
        if not self.header.matrix:
            self._keep(self._draft(row), row)
            return
        for column in self.header.matrix:
            cell = cell_of(self.sheet, row, column.index, self.header)
            if not is_blank(cell) and cell not in NOTHING:
                self._keep(self._draft(row, column, cell), row)

    def _keep(self, draft: Draft, row: int) -> None:
        self.by_row[row] = self.last = draft
        self.result.drafts.append(draft)

    def _tell_unheaded(self, row: int) -> None:
        """Name what stands under no heading; in a .csv it has been shifted there."""
        for index, cell in enumerate(self.sheet.rows[row]):
            if index not in self.header.places and isinstance(cell, str) and _WORDS.search(cell):
                self.result.passed_over.append(
                    PassedOver(row + 1, cell_shown(cell), _("stands under no heading"))
                )

    def _draft(self, row: int, said_in: Column | None = None, cell: Cell = "") -> Draft:
        draft = Draft(self.sheet.name, row + 1)
        for column, name, read in self.plain:
            own = cell_of(self.sheet, row, column.index, self.header)
            value = draft.values[name] = read(own)
            if isinstance(value, Fault):
                draft.refusals.append(refusal_of(draft, value, column, cell_shown(own)))
        for column in self.header.more(Field.TEXT):
            self._add_text(draft, column, row)
        if said_in is not None:
            self._put(draft, replace(said_in, field=Field.TEXT), cell)
            by = Field.CATEGORY if is_theme(said_in.said_by or "") else Field.RAISED_BY
            draft.values[by] = draft.values.get(by) or said_in.said_by
        self._refuse_shifted(draft, row)
        self._address(draft, row)
        if draft.values.get(Field.MEETING_ON) is None:
            draft.values[Field.MEETING_ON] = self.reading.meeting_on
        theme = self.sections.theme
        if theme and self.header.column(Field.CATEGORY) is None:
            draft.values[Field.CATEGORY] = theme[1]
        self._require(draft)
        return draft

    def _refuse_shifted(self, draft: Draft, row: int) -> None:
        extra = self._beyond(row)
        if extra and self.shifts:
            fault = Fault(
                "columns-shifted",
                _("the row has more cells than the heading"),
                _("put the text that holds the delimiter into quotes, or save as .xlsx"),
            )
            draft.refusals.append(refusal_of(draft, fault, None, cell_shown(extra[0])))

    def _put(self, draft: Draft, column: Column, cell: Cell) -> None:
        if column.field is None:
            return
        value = self.readers[column.field](cell)
        if isinstance(value, Fault):
            draft.refusals.append(refusal_of(draft, value, column, cell_shown(cell)))
        draft.values[column.field] = value

    def _add_text(self, draft: Draft, column: Column, row: int) -> None:
        """A second column of text (问题表现 beside 具体问题) belongs to the finding too."""
        cell = cell_of(self.sheet, row, column.index, self.header)
        more, text = self.readers[Field.TEXT](cell), draft.values.get(Field.TEXT)
        if isinstance(more, Fault):
            draft.refusals.append(refusal_of(draft, more, column, cell_shown(cell)))
        elif isinstance(more, str):
            if isinstance(text, Fault) and text.code == "text-is-number":
                # The number of the finding stands beside it, under the same heading.
                draft.refusals = [one for one in draft.refusals if one.code != text.code]
                text = None
            if text is None or isinstance(text, str):
                draft.values[Field.TEXT] = f"{text}\n{more}" if text and text != more else more

    def _address(self, draft: Draft, row: int) -> None:
        found = addressee_of(self.sheet, row, self.header, self.reading.aliases, self.addressee)
        organization = found.organization
        if isinstance(organization, Fault):
            draft.refusals.append(refusal_of(draft, organization, found.column, found.said))
        elif organization in DITTO or (organization is None and self.reading.fill_down):
            organization = self.organization
        if organization is None:
            organization = (self.sections.unit or (0, None))[1] or self.reading.organization
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
                draft.refusals.append(refusal_of(draft, value, column, cell_shown(cell)))
            elif isinstance(value, str) and value != before:
                draft.values[column.field] = f"{before}\n{value}" if before else value

    def _require(self, draft: Draft) -> None:
        if all(draft.values.get(name) is not None for name in TOGETHER):
            return
        for name, fault in required():
            if draft.values.get(name) is None:
                draft.refusals.append(refusal_of(draft, fault, self.header.column(name), ""))


def _texts(sheet: Sheet, row: int) -> list[str]:
    return [cell_shown(cell).strip() for cell in sheet.rows[row] if not is_blank(cell)]
