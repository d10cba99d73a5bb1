"""The check of a ledger: as plain values, and in words."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from config.language import _
from duban.cli.options import OPTIONS
from duban.cli.output import say, table
from duban.ledger.ledger import Refusal, SheetSummary
from duban.ledger.refusal_runs import runs_of
from duban.services.compare_ledger import Comparison, Verdict

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
            }
            for item in comparison.rows
            if item.verdict is Verdict.CHANGED
        ],
        "new_organizations": list(comparison.new_organizations),
        "closed_again": comparison.closed_again,
        "sheets": [asdict(sheet) for sheet in ledger.sheets],
        "warnings": ledger.warnings,
    }


def say_comparison(comparison: Comparison) -> None:
    """What was read, what would change, what is refused and how to mend it."""
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
    if comparison.refusals:
        say()
        say_refusals(comparison.refusals)
        say(_("Nothing was written. Correct the rows, or apply with --skip-refused."))
    elif comparison.counts["new"] or comparison.counts["changed"]:
        say(_("Nothing was written. Next: duban import ledger apply FILE --checked {mark}").format(
            mark=comparison.digest
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


def _say_beginning(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table(headings, rows[:SHOWN])
    _say_more(len(rows) - SHOWN)


def _say_more(n: int) -> None:
    if n > 0:
        say(_("  and {n} more; --json lists all of them").format(n=n))
