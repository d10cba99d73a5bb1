"""Which sheets of a file hold findings, and what to say of the others."""

from collections.abc import Sequence

from config.language import _
from duban.ledger.find_tables import find_header, likeliest_heading
from duban.ledger.header import Header
from duban.ledger.ledger import SheetColumn, SheetSummary
from duban.ledger.map_columns import apply_mapping
from duban.ledger.mapping import ColumnMapping
from duban.ledger.organization_cell import unit_of
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Sheet
from duban.ledger.xlsx_parts import column_letter
from models.errors import BadInput

Chosen = list[tuple[Sheet, Header]]


def choose_sheets(
    sheets: Sequence[Sheet], mapping: ColumnMapping
) -> tuple[Chosen, dict[str, SheetSummary]]:
    """The sheets that hold findings with their headings, and what to say of every sheet.

    Raises:
        BadInput: the mapping names a sheet or columns that are not there, or two tables
            stand side by side.
    """
    names = [sheet.name for sheet in sheets]
    if mapping.sheet is not None and mapping.sheet not in names:
        raise BadInput(
            _("There is no sheet “{name}”; there are: {names}.").format(
                name=mapping.sheet, names=", ".join(names)
            )
        )
    found: Chosen = []
    summaries = {}
    for sheet in sheets:
        why = _left_out(sheet, mapping)
        header = None if why else apply_mapping(sheet, find_header(sheet), mapping)
        if header is None:
            summaries[sheet.name] = SheetSummary(
                sheet.name, False, why or _("no row names the columns of findings")
            )
        else:
            found.append((sheet, header))
    if not found and mapping.columns:
        raise BadInput(_headings_there_are(sheets, mapping))
    with_text = [pair for pair in found if Field.TEXT in pair[1].fields or pair[1].matrix]
    chosen = with_text or [pair for pair in found if _is_like_a_ledger(pair[1])]
    for sheet, header in found:
        summaries[sheet.name] = _summary(sheet, header, (sheet, header) in chosen)
    for sheet, header in chosen:
        if header.is_side_by_side:
            raise BadInput(
                _(
                    "On the sheet “{name}” two tables stand side by side; put one under the "
                    "other, or name the columns with --map."
                ).format(name=sheet.name)
            )
    return chosen, {name: summaries[name] for name in names}


def unit_of_sheet(sheet: Sheet, header: Header, mapping: ColumnMapping) -> str | None:
    """The organization that a sheet is kept for, by its name; none where a column names it."""
    named = Field.ORGANIZATION in header.fields or header.members
    return None if named or mapping.organization_name is not None else unit_of(sheet.name)


def nothing_in(name: str, sheets: Sequence[Sheet], summaries: Sequence[SheetSummary]) -> str:
    """The sentence for a file without findings: what was looked at, and what would help."""
    looked_at = "; ".join(
        f"“{s.name}”: {s.why or _('a heading and no row under it')}" for s in summaries
    )
    sentence = _(
        "The file {name} holds no findings ({sheets}). Name the columns with "
        "--map text=HEADING --map organization=HEADING if it should."
    ).format(name=name, sheets=looked_at)
    for sheet, summary in zip(sheets, summaries, strict=True):
        likely = None if summary.used or sheet.hidden else likeliest_heading(sheet)
        if likely is not None:
            sentence += _(" Row {row} of “{sheet}” reads: {cells}.").format(
                row=likely[0], sheet=sheet.name, cells=" | ".join(likely[1][:12])
            )
    return sentence


def _summary(sheet: Sheet, header: Header, used: bool) -> SheetSummary:
    return SheetSummary(
        name=sheet.name,
        used=used,
        why="" if used else _("no column holds the text of findings"),
        header_rows=(header.first + 1, header.last + 1),
        columns=tuple(
            SheetColumn(c.field.value, column_letter(c.index), c.heading, c.also)
            for c in header.columns
            if c.field
        ),
        unmapped=tuple(c.heading for c in header.columns if not (c.field or c.member or c.said_by)),
    )


def _is_like_a_ledger(header: Header) -> bool:
    """Whether a sheet without the findings' text still lists something row by row.

    Its rows are then refused one by one, so that the clerk sees what is missing.
    """
    return bool({Field.CODE, Field.ORGANIZATION} & header.fields)


def _left_out(sheet: Sheet, mapping: ColumnMapping) -> str:
    if mapping.sheet is not None and sheet.name != mapping.sheet:
        return _("another sheet was asked for")
    if sheet.hidden and sheet.name != mapping.sheet:
        return _("it is hidden")
    return "" if sheet.rows else _("it is empty")


def _headings_there_are(sheets: Sequence[Sheet], mapping: ColumnMapping) -> str:
    headings = [
        column.heading
        for sheet in sheets
        if (header := find_header(sheet)) is not None
        for column in header.columns
    ]
    return _("No sheet has all of these columns: {wanted}. The headings are: {headings}.").format(
        wanted=", ".join(mapping.columns.values()), headings="; ".join(headings) or _("none found")
    )
