"""Reading a ledger file: which sheets, which columns, which rows."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.language import _
from duban.ledger.fields import Field
from duban.ledger.header import Header, find_header
from duban.ledger.keys import with_keys
from duban.ledger.ledger import Ledger, SheetSummary
from duban.ledger.map_columns import apply_mapping
from duban.ledger.mapping import ColumnMapping
from duban.ledger.rows import Draft, Reading, read_rows
from duban.ledger.workbook import Sheet, is_blank, read_sheets
from models.errors import BadInput

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年|\D|$)")

Chosen = list[tuple[Sheet, Header]]


def read_ledger(path: Path, mapping: ColumnMapping | None = None) -> Ledger:
    """The findings and the refusals of a spreadsheet file; nothing is stored.

    Raises:
        BadInput: the file cannot be read, the mapping does not fit it, or it holds no
            findings.
    """
    mapping = mapping or ColumnMapping()
    sheets, data = read_sheets(path)
    chosen, summaries = _choose(sheets, mapping)
    warnings = [
        _("The hidden sheet “{name}” was left out; name it with --sheet to read it.").format(
            name=sheet.name
        )
        for sheet in sheets
        if sheet.hidden and sheet.name != mapping.sheet
    ]
    by_sheet_name = _organization_is_the_sheet(chosen, mapping)
    if by_sheet_name:
        warnings.append(_("No column names the organization; the sheets' names were taken for it."))
    drafts: list[Draft] = []
    for sheet, header in chosen:
        year = mapping.year or _year(path, sheet, header)
        reading = Reading(
            organization=sheet.name if by_sheet_name else mapping.organization_name,
            aliases=mapping.organizations,
            year=year,
            date_order=mapping.date_order,
            fill_down=mapping.fill_down,
        )
        found = read_rows(sheet, header, reading)
        drafts += found.drafts
        summaries[sheet.name] = replace(
            summaries[sheet.name], rows=len(found.drafts), skipped=found.skipped
        )
    if not drafts:
        raise BadInput(_nothing(path, list(summaries.values())))
    rows, refusals = with_keys(drafts)
    return Ledger(
        file_name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        sheets=tuple(summaries.values()),
        rows=tuple(rows),
        refusals=tuple(
            sorted(refusals, key=lambda r: ([s.name for s in sheets].index(r.sheet), r.row))
        ),
        warnings=tuple(warnings),
    )


def _choose(
    sheets: Sequence[Sheet], mapping: ColumnMapping
) -> tuple[Chosen, dict[str, SheetSummary]]:
    """The sheets that hold findings, and what to say of every sheet."""
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
    with_text = [pair for pair in found if Field.TEXT in pair[1].fields]
    chosen = with_text or [pair for pair in found if _is_like_a_ledger(pair[1])]
    for sheet, header in found:
        used = (sheet, header) in chosen
        summaries[sheet.name] = SheetSummary(
            name=sheet.name,
            used=used,
            why="" if used else _("no column holds the text of findings"),
            header_rows=(header.first + 1, header.last + 1),
            columns=tuple((c.field.value, c.heading) for c in header.columns if c.field),
            unmapped=tuple(c.heading for c in header.columns if not c.field and not c.ticks),
        )
    return chosen, {name: summaries[name] for name in names}


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


def _organization_is_the_sheet(chosen: Chosen, mapping: ColumnMapping) -> bool:
    """Whether a workbook keeps one sheet for each organization."""
    if mapping.organization_name is not None or len(chosen) < 2:
        return False
    return all(
        Field.TEXT in header.fields
        and Field.ORGANIZATION not in header.fields
        and not header.tick_columns
        for _sheet, header in chosen
    )


def _year(path: Path, sheet: Sheet, header: Header) -> int | None:
    """The one year that the title, the sheet's name or the file's name mentions."""
    title = " ".join(
        str(cell) for row in sheet.rows[: header.first] for cell in row if not is_blank(cell)
    )
    for text in (title, sheet.name, path.stem):
        years = {int(year) for year in _YEAR.findall(text)}
        if len(years) == 1:
            return years.pop()
    return None


def _nothing(path: Path, summaries: Sequence[SheetSummary]) -> str:
    looked_at = "; ".join(
        f"“{s.name}”: {s.why or _('a heading and no row under it')}" for s in summaries
    )
    return _(
        "The file {name} holds no findings ({sheets}). Name the columns with "
        "--map text=HEADING --map organization=HEADING if it should."
    ).format(name=path.name, sheets=looked_at)


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
