"""``duban import orgs``: a list of organizations and their people."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.import_words import say_refusals
from duban.cli.output import emit, say, table
from duban.cli.session import confirm_count, reading, writing
from duban.ledger.roster import Roster
from duban.services.import_roster import RosterComparison, compare_roster, import_roster

app = App()

File = Annotated[Path, typer.Argument(help=_("A .xlsx, .xls, .ods or .csv file."))]


@app.verb(help=_("Show what an import would do; nothing is written."))
def check(file: File) -> None:
    roster = _read(file)
    with reading() as desk:
        comparison = compare_roster(desk.session, roster)
    emit(_shape(comparison), lambda: _say(comparison))
    if comparison.refusals:
        raise typer.Exit(ATTENTION)


@app.verb(help=_("Add and change what the check shows; people who are not in the file stay."))
def apply(file: File) -> None:
    roster = _read(file)
    with reading() as desk:
        seen = compare_roster(desk.session, roster)
    wanted = seen.counts["new"] + seen.counts["changed"]
    if wanted and not seen.refusals:
        confirm_count(_("Take over {n} rows? Type {n}:").format(n=wanted), wanted)
    with writing() as desk:
        done = import_roster(desk.session, roster, now=desk.now, checked=seen.digest)
        emit(_shape(done), lambda: _say(done))


def _read(file: Path) -> Roster:
    from duban.ledger.roster import read_roster

    return read_roster(file)


def _shape(comparison: RosterComparison) -> dict[str, Any]:
    return {
        **comparison.counts,
        "rows": [asdict(refusal) for refusal in comparison.refusals],
        "changes": [
            {
                "row": item.row.row,
                "organization": item.row.organization,
                "name": item.row.person,
                "columns": [
                    {"column": name, "before": before, "after": after}
                    for name, before, after in item.changes
                ],
            }
            for item in comparison.items
            if item.changes
        ],
    }


def _say(comparison: RosterComparison) -> None:
    say(_("New {new}, changed {changed}, the same {same}, refused {refused}").format(
        **comparison.counts
    ))  # fmt: skip
    changes = [
        (str(item.row.row), item.row.organization, item.row.person, *change)
        for item in comparison.items
        for change in item.changes
    ]
    if changes:
        table(
            (_("Row"), _("Organization"), _("Person"), _("Column"), _("Before"), _("After")),
            changes,
        )
    if comparison.refusals:
        say_refusals(comparison.refusals)
