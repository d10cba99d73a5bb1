"""What an exported ledger gives that came back: its rows, and what became of its sheets."""

from collections.abc import Sequence

from config.language import _
from duban.ledger.cell_marks import CELLS, KEYS_SHEET, ROW, VERSION
from duban.ledger.find_returned import Found
from duban.ledger.ledger import Ledger, SheetColumn, SheetSummary
from duban.ledger.mapping import ColumnMapping
from duban.ledger.progress import Told
from duban.ledger.read_returned import read_returned
from duban.ledger.workbook import Sheet
from duban.ledger.xlsx_parts import column_letter


def returned_ledger(
    found: Found,
    sheets: Sequence[Sheet],
    mapping: ColumnMapping,
    told: Told,
    *,
    name: str,
    sha256: str,
) -> Ledger | None:
    """The ledger of ``found``; none where its hidden columns stand beside other rows."""
    returned = read_returned(found, mapping, told)
    if not returned.beside:
        return None
    others = [
        SheetSummary(sheet.name, False, _("beside the exported ledger"))
        for sheet in sheets
        if sheet is not found.sheet and sheet.name != KEYS_SHEET
    ]
    header = found.header
    own = SheetSummary(
        found.sheet.name,
        True,
        header_rows=(header.first + 1, header.last + 1),
        columns=tuple(
            SheetColumn(column.field.value, column_letter(column.index), column.heading)
            for column in header.columns
            if column.field is not None
        ),
        unmapped=tuple(
            column.heading
            for column in header.columns
            if column.field is None and not column.heading.startswith((ROW, VERSION, CELLS))
        ),
        rows=len(returned.rows),
        passed_over=tuple(returned.passed_over),
    )
    warnings = (
        _("The column “{heading}” is no longer there; its cells stay as they are.").format(
            heading=heading
        )
        for heading in found.gone
    )
    return Ledger(
        file_name=name,
        sha256=sha256,
        sheets=(own, *others),
        rows=tuple(returned.rows),
        refusals=tuple(sorted(returned.refusals, key=lambda one: one.row)),
        warnings=tuple(warnings),
        returned=True,
        gone=tuple(mark for mark in found.exported if mark not in returned.marks),
    )


def marks_moved(found: Found) -> str:
    """The sentence for an exported ledger that is read like any other."""
    return _(
        "The hidden columns of “{sheet}” stand beside other rows than at first (sorted without "
        "them, perhaps), so its rows are compared as those of any ledger."
    ).format(sheet=found.sheet.name)
