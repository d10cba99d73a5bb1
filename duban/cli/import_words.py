"""The check of a ledger: as plain values, and in words."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from config.language import _, ngettext
from duban.cli.options import OPTIONS
from duban.cli.output import say, table
from duban.ledger.ledger import Refusal, SheetSummary
from duban.ledger.refusal_runs import runs_of
from duban.services.comparison import Compared, Comparison, Verdict
from duban.services.import_ledger import Undone

PASSED_SHOWN = 12
SHOWN = 100
"""Longer lists are cut for people; as data they are whole."""


def shape_if_asked(comparison: Comparison) -> dict[str, Any]:
    """The same as plain values where they are the answer; a large ledger makes many of them."""
    return comparison_shape(comparison) if OPTIONS.json or OPTIONS.csv else {}


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
                **_conflicts(item),
            }
            for item in comparison.rows
            if item.verdict is Verdict.CHANGED
        ],
        "new_organizations": list(comparison.new_organizations),
        "closed_again": comparison.closed_again,
        "conflicts": comparison.conflicts,
        "missing": [one._asdict() for one in comparison.missing],
        "sheets": [asdict(sheet) for sheet in ledger.sheets],
        "warnings": ledger.warnings,
    }


def _conflicts(item: Compared) -> dict[str, Any]:
    return {"conflicts": [one._asdict() for one in item.conflicts]} if item.conflicts else {}


def say_undone(number: int, undone: Undone) -> None:
    """What became of an import that was taken back."""
    say(
        ngettext(
            "Import {id} is undone: {n} finding removed.",
            "Import {id} is undone: {n} findings removed.",
            undone.removed,
        ).format(id=number, n=undone.removed)
    )
    if undone.restored:
        say(
            ngettext(
                "The changed cells of {n} finding are as they were.",
                "The changed cells of {n} findings are as they were.",
                undone.restored,
            ).format(n=undone.restored)
        )


def say_comparison(comparison: Comparison, mark: str) -> None:
    """What was read, what would change, what is refused and how to mend it; the check's mark."""
    for sheet in comparison.ledger.sheets:
        _say_sheet(sheet)
    for warning in comparison.ledger.warnings:
        say(warning)
    say(_("New {new}, changed {changed}, the same {same}, refused {refused}").format(
        **comparison.counts
    ))  # fmt: skip
    if comparison.closed_again:
        say(
            _(
                "{n} of these rows are closed findings; if a later meeting raised them again, "
                "name it with --meeting DATE."
            ).format(n=comparison.closed_again)
        )
    for name, near in islice(comparison.new_organizations.items(), SHOWN):
        line = _("Would be added as an organization: {name}").format(name=name)
        say(
            line + (_(" (there is already: {names})").format(names=", ".join(near)) if near else "")
        )
    _say_more(len(comparison.new_organizations) - SHOWN)
    _say_changes(comparison)
    _say_conflicts(comparison)
    _say_missing(comparison)
    if comparison.refusals:
        say()
        say_refusals(comparison.refusals)
        say(_("Nothing was written. Correct the rows, or apply with --skip-refused."))
    elif comparison.conflicts:
        say(_("Nothing was written. Decide with --conflicts ours or --conflicts theirs."))
    elif comparison.counts["new"] or comparison.counts["changed"]:
        say(_("Nothing was written. Next: duban import ledger apply FILE --checked {mark}").format(
            mark=mark
        ))  # fmt: skip


def _say_sheet(sheet: SheetSummary) -> None:
    if not sheet.used:
        say(_("Sheet “{name}” was left out: {why}").format(name=sheet.name, why=sheet.why))
        return
    columns = ", ".join(
        f"{one.column} {one.heading}→{'+' if one.also else ''}{one.field}" for one in sheet.columns
    )
    say(_("Sheet “{name}”: {rows} rows; {columns}").format(
        name=sheet.name, rows=sheet.rows, columns=columns
    ))  # fmt: skip
    if sheet.unmapped:
        say(_("  not used: {headings}").format(headings=", ".join(sheet.unmapped)))
    for passed in sheet.passed_over[:PASSED_SHOWN]:
        say(_("  row {row} is no finding ({why}): {value}").format(
            row=passed.row, why=passed.why, value=" ".join(passed.value.split())
        ))  # fmt: skip
    if len(sheet.passed_over) > PASSED_SHOWN:
        say(_("  and {n} more such rows").format(n=len(sheet.passed_over) - PASSED_SHOWN))


def say_refusals(refusals: Sequence[Refusal]) -> None:
    """A table; the same refusal of rows in a run is one line."""
    _say_beginning(
        (_("Sheet"), _("Row"), _("Column"), _("Cell"), _("Why"), _("Remedy")),
        [
            (one.sheet, run.rows, " ".join(filter(None, (one.column, one.heading))),
             one.value, one.reason, one.remedy)
            for run in runs_of(refusals)
            for one in (run.refusal,)
        ],
    )  # fmt: skip


def _say_changes(comparison: Comparison) -> None:
    changed = [item for item in comparison.rows if item.verdict is Verdict.CHANGED]
    if not changed:
        return
    say()
    _say_beginning(
        (_("Row"), _("Column"), _("Before"), _("After")),
        [
            (str(item.row.row), name, before, after)
            for item in changed
            for name, before, after in item.changes
        ],
    )


def _say_conflicts(comparison: Comparison) -> None:
    rows = [
        (str(item.row.row), one.column, _("(not kept)") if one.base is None else one.base,
         one.here, one.in_file)
        for item in comparison.rows
        for one in item.conflicts
    ]  # fmt: skip
    if rows:
        say()
        say(_("Changed in the file and here since the ledger was exported:"))
        _say_beginning(
            (_("Row"), _("Column"), _("When exported"), _("Here now"), _("In this file")), rows
        )


def _say_missing(comparison: Comparison) -> None:
    missing = comparison.missing
    if missing:
        say()
        say(
            ngettext(
                "{n} exported finding is not in the file; it stays as it is:",
                "{n} exported findings are not in the file; they stay as they are:",
                len(missing),
            ).format(n=len(missing))
        )
        _say_beginning(
            (_("No."), _("Organization"), _("Finding")),
            [(one.code or f"#{one.finding_id}", one.organization, one.text) for one in missing],
        )


def _say_beginning(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table(headings, rows[:SHOWN])
    _say_more(len(rows) - SHOWN)


def _say_more(n: int) -> None:
    if n > 0:
        say(_("  and {n} more; --json lists all of them").format(n=n))
