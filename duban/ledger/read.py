"""Reading a ledger file: which sheets, which columns, which rows."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from config.language import _, ngettext
from duban.ledger.cell_marks import KEYS_SHEET
from duban.ledger.choose_sheets import (
    Chosen,
    choose_sheets,
    nothing_in,
    unit_of_sheet,
)
from duban.ledger.dates import read_date
from duban.ledger.draft import Draft
from duban.ledger.fields import exact_field
from duban.ledger.find_returned import find_returned
from duban.ledger.header import Header
from duban.ledger.keys import with_keys
from duban.ledger.ledger import Ledger, Refusal, SheetSummary
from duban.ledger.mapping import ColumnMapping
from duban.ledger.progress import Told, nobody
from duban.ledger.returned_ledger import marks_moved, returned_ledger
from duban.ledger.rows import Reading, read_rows
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Sheet, is_blank, read_sheets
from models.errors import BadInput

NEEDED = {Field.TEXT: "text-missing", Field.ORGANIZATION: "organization-missing"}
"""What a finding cannot do without, and how its absence is refused."""

_DAY = re.compile(r"20\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")


def read_ledger(
    path: Path,
    mapping: ColumnMapping | None = None,
    told: Told = nobody,
    *,
    name: str | None = None,
) -> Ledger:
    """The findings and the refusals of a spreadsheet file; nothing is stored.

    ``name`` is what people call the file, where it is not the path's own. An exported ledger
    is known by its hidden columns, unless the mapping names columns or the heading's row.

    Raises:
        BadInput: the file cannot be read, the mapping does not fit it, or it holds no
            findings.
    """
    mapping, name = mapping or ColumnMapping(), path.name if name is None else name
    sheets, sha256 = read_sheets(path, name)
    found = None if mapping.columns or mapping.header_row else find_returned(sheets)
    moved: list[str] = []
    if found is not None and mapping.sheet in (None, found.sheet.name):
        ledger = returned_ledger(found, sheets, mapping, told, name=name, sha256=sha256)
        if ledger is not None:
            return ledger
        moved = [marks_moved(found)]
    sheets = [one for one in sheets if not (one.hidden and one.name == KEYS_SHEET)]
    chosen, summaries = choose_sheets(sheets, mapping)
    drafts = _drafts(chosen, summaries, mapping, told)
    if not drafts:
        raise BadInput(nothing_in(name, sheets, list(summaries.values())))
    for sheet in sheets:
        sheet.rows.clear()  # what was read of them stands in the drafts
    _refuse_forms(drafts, name)
    rows, refusals = with_keys(drafts)
    names = [sheet.name for sheet in sheets]
    return Ledger(
        file_name=name,
        sha256=sha256,
        sheets=tuple(summaries.values()),
        rows=tuple(rows),
        refusals=tuple(sorted(refusals, key=lambda r: (names.index(r.sheet), r.row))),
        warnings=(*moved, *_warnings(sheets, chosen, mapping, refusals)),
    )


def _drafts(
    chosen: Chosen, summaries: dict[str, SheetSummary], mapping: ColumnMapping, told: Told
) -> list[Draft]:
    drafts: list[Draft] = []
    for sheet, header in chosen:
        reading = Reading(
            organization=mapping.organization_name or unit_of_sheet(sheet, header, mapping),
            aliases=mapping.organizations,
            year=mapping.year,
            filled_on=_filled_on(sheet, header),
            meeting_on=mapping.meeting_on,
            date_order=mapping.date_order,
            fill_down=mapping.fill_down,
            own_headings=bool(mapping.columns or mapping.header_row),
        )
        found = read_rows(sheet, header, reading, told)
        drafts += found.drafts
        summaries[sheet.name] = replace(
            summaries[sheet.name],
            rows=len(found.drafts),
            passed_over=tuple(found.passed_over),
        )
    return drafts


def _filled_on(sheet: Sheet, header: Header) -> date | None:
    """The one full date above the heading: when the ledger was filled in, or the meeting was."""
    days = set()
    for row in sheet.rows[: header.first]:
        for cell in row:
            if isinstance(cell, date):
                days.add(read_date(cell))
            elif not is_blank(cell):
                days |= {read_date(found) for found in _DAY.findall(str(cell))}
    real = [day for day in days if isinstance(day, date)]
    return real[0] if len(real) == 1 else None


def _refuse_forms(drafts: Sequence[Draft], name: str) -> None:
    """A form (heading beside value) is no list, though its first row looks like a heading."""
    like_headings = [
        draft.row
        for draft in drafts
        if any(
            isinstance(value := draft.values.get(name), str) and exact_field(value) is not None
            for name in (Field.TEXT, Field.ORGANIZATION)
        )
    ]
    if len(like_headings) >= 2 and 2 * len(like_headings) >= len(drafts):
        raise BadInput(
            _(
                "{name} looks like a form: its headings stand beside the values (row {row}). "
                "Write one row for each finding under a row of headings."
            ).format(name=name, row=like_headings[0])
        )


def _warnings(
    sheets: Sequence[Sheet], chosen: Chosen, mapping: ColumnMapping, refusals: Sequence[Refusal]
) -> list[str]:
    warnings = [
        _("The hidden sheet “{name}” was left out; name it with --sheet to read it.").format(
            name=sheet.name
        )
        for sheet in sheets
        if sheet.hidden and sheet.name != mapping.sheet
    ]
    warnings += [
        ngettext(
            "{n} hidden row of “{name}” was read like the others.",
            "{n} hidden rows of “{name}” were read like the others.",
            sheet.hidden_rows,
        ).format(n=sheet.hidden_rows, name=sheet.name)
        for sheet, _header in chosen
        if sheet.hidden_rows
    ]
    missing = {(refusal.sheet, refusal.code) for refusal in refusals}
    warnings += [
        _("No column of “{sheet}” holds “{field}”; name it with --map {field}=HEADING. "
          "The headings are: {headings}.")
        .format(sheet=sheet.name, field=field.value,
                headings=" | ".join(column.heading for column in header.columns))
        for sheet, header in chosen
        for field, code in NEEDED.items()
        if field not in header.fields and (sheet.name, code) in missing
    ]  # fmt: skip
    if any(unit_of_sheet(sheet, header, mapping) for sheet, header in chosen):
        warnings.append(_("No column names the organization; the sheets' names were taken for it."))
    return warnings
