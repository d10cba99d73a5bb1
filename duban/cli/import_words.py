"""The check of a ledger: as plain values, and in words."""

from dataclasses import asdict
from typing import Any

from config.language import _
from duban.cli.output import say, table
from duban.services.compare_ledger import Comparison, Verdict


def comparison_shape(comparison: Comparison) -> dict[str, Any]:
    """Exact counts, the refusals row by row, the changes, and what became of each sheet."""
    ledger = comparison.ledger
    return {
        "file": ledger.file_name,
        "sha256": ledger.sha256,
        "checked": comparison.digest,
        **comparison.counts,
        "rows": [asdict(refusal) for refusal in comparison.refusals],
        "changes": [
            {
                "sheet": item.row.sheet,
                "row": item.row.row,
                "finding": item.finding.id if item.finding else None,
                "columns": [
                    {"column": name, "before": before, "after": after}
                    for name, before, after in item.changes
                ],
            }
            for item in comparison.rows
            if item.verdict is Verdict.CHANGED
        ],
        "new_organizations": comparison.new_organizations,
        "sheets": [{**asdict(sheet), "columns": dict(sheet.columns)} for sheet in ledger.sheets],
        "warnings": ledger.warnings,
    }


def say_comparison(comparison: Comparison) -> None:
    """What was read, what would change, what is refused and how to mend it."""
    for sheet in comparison.ledger.sheets:
        if sheet.used:
            columns = ", ".join(f"{heading}→{field}" for field, heading in sheet.columns)
            say(_("Sheet “{name}”: {rows} rows; {columns}").format(
                name=sheet.name, rows=sheet.rows, columns=columns
            ))  # fmt: skip
            if sheet.unmapped:
                say(_("  not used: {headings}").format(headings=", ".join(sheet.unmapped)))
        else:
            say(_("Sheet “{name}” was left out: {why}").format(name=sheet.name, why=sheet.why))
    for warning in comparison.ledger.warnings:
        say(warning)
    say(_("New {new}, changed {changed}, the same {same}, refused {refused}").format(
        **comparison.counts
    ))  # fmt: skip
    if comparison.new_organizations:
        say(_("Organizations that would be added: {names}").format(
            names=", ".join(comparison.new_organizations)
        ))  # fmt: skip
    _say_changes(comparison)
    if comparison.refusals:
        say()
        table(
            (_("Sheet"), _("Row"), _("Column"), _("Cell"), _("Why"), _("Remedy")),
            [
                (one.sheet, str(one.row), " ".join(filter(None, (one.column, one.heading))),
                 one.value, one.reason, one.remedy)
                for one in comparison.refusals
            ],
        )  # fmt: skip
        say(_("Nothing was written. Correct the rows, or apply with --skip-refused."))
    elif comparison.counts["new"] or comparison.counts["changed"]:
        say(_("Nothing was written. Next: duban import ledger apply FILE --checked {mark}").format(
            mark=comparison.digest
        ))  # fmt: skip


def _say_changes(comparison: Comparison) -> None:
    changed = [item for item in comparison.rows if item.verdict is Verdict.CHANGED]
    if not changed:
        return
    say()
    table(
        (_("Row"), _("Column"), _("Before"), _("After")),
        [
            (str(item.row.row), name, before, after)
            for item in changed
            for name, before, after in item.changes
        ],
    )
