"""``duban import``: ledgers and calendars come in, checked before they change anything."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from config.language import _
from duban.cli import import_calendar_file, import_orgs
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.import_words import say_comparison, say_undone, shape_if_asked
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say, table
from duban.cli.progress_bar import Step, progress
from duban.cli.session import Desk, actor, confirm_count, reading, writing
from duban.ledger.ledger import Ledger
from duban.ledger.mapping import DATE_ORDERS, ColumnMapping, load_mapping
from duban.services.compare_ledger import compare
from duban.services.comparison import Comparison
from duban.services.decide_conflicts import Conflicts, decided
from duban.services.import_ledger import import_ledger, undo_import
from duban.shapes import columns
from models.day_words import local_minute
from models.errors import BadInput
from models.queries.ledger import import_batches
from models.transitions import Role
from models.typed_days import typed_day

app = App()
ledger = App()
app.add_typer(ledger, name="ledger", help=_("Findings from a spreadsheet."))
app.add_typer(import_orgs.app, name="orgs", help=_("Organizations and people from a spreadsheet."))
app.add_typer(
    import_calendar_file.app, name="calendar", help=_("A year's holiday notice from a file.")
)

File = Annotated[Path, typer.Argument(help=_("A .xlsx, .xls, .ods or .csv file."))]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help=_("FIELD=HEADING or FIELD=LETTER, or a saved mapping's file.")),
]
Sheet = Annotated[str | None, typer.Option(help=_("Read only this sheet."))]
HeaderRow = Annotated[int | None, typer.Option(min=1, help=_("The row of the headings."))]
Organization = Annotated[str | None, typer.Option(help=_("One organization for every row."))]
Meeting = Annotated[
    str | None, typer.Option(help=_("The day of the meeting, where no column holds it."))
]
Year = Annotated[
    int | None, typer.Option(min=1990, max=2100, help=_("The year of dates that have none."))
]
DateOrder = Annotated[str | None, typer.Option(help=_("dmy or mdy, for 03/04/2024."))]
FillDown = Annotated[
    bool, typer.Option("--fill-down", help=_("An empty organization is that of the row above."))
]
Create = Annotated[
    bool, typer.Option("--create-organizations", help=_("Add organizations that are unknown."))
]

Both = Annotated[
    Conflicts | None,
    typer.Option(
        "--conflicts",
        help=_("Cells changed in an exported file and here: ours keeps, theirs takes the file's."),
    ),
]


@ledger.verb(help=_("Show what an import would do; nothing is written."))
def check(
    file: File,
    map_: Map = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    organization: Organization = None,
    year: Year = None,
    meeting: Meeting = None,
    date_order: DateOrder = None,
    fill_down: FillDown = False,
    create_organizations: Create = False,
    conflicts: Both = None,
) -> None:
    mapping = _mapping(map_, sheet, header_row, organization, year, meeting, date_order, fill_down)
    with progress() as step:
        found = _read(file, mapping, step)
        with reading() as desk:
            checked = _compared(desk, found, create_organizations, step)
    comparison = decided(checked, conflicts)
    data = {**shape_if_asked(comparison), "checked": checked.digest}
    emit(data, lambda: say_comparison(comparison, checked.digest))
    if comparison.refusals or comparison.conflicts:
        raise typer.Exit(ATTENTION)


@ledger.verb(help=_("Import, all or nothing; stops if the check has changed."))
def apply(
    file: File,
    map_: Map = None,
    sheet: Sheet = None,
    header_row: HeaderRow = None,
    organization: Organization = None,
    year: Year = None,
    meeting: Meeting = None,
    date_order: DateOrder = None,
    fill_down: FillDown = False,
    create_organizations: Create = False,
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help=_("Import the good rows, leave the others."))
    ] = False,
    conflicts: Both = None,
    checked: Annotated[
        str | None, typer.Option(help=_("The check's mark, as “check” printed it."))
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help=_("Who imports."))] = None,
) -> None:
    mapping = _mapping(map_, sheet, header_row, organization, year, meeting, date_order, fill_down)
    with progress() as step:
        found = _read(file, mapping, step)
    if checked is None and not (OPTIONS.yes or OPTIONS.dry_run):
        checked = _confirmed(found, create_organizations, skip_refused, conflicts)
    with writing() as desk:
        with progress() as step:
            comparison, batch = import_ledger(
                desk.session, found, now=desk.now, by=actor(by, Role.CLERK).name, checked=checked,
                create_organizations=create_organizations, skip_refused=skip_refused,
                conflicts=conflicts, compared=step(_("Comparing")), written=step(_("Writing")),
            )  # fmt: skip
        data = {"import": batch.id if batch else None, **shape_if_asked(comparison)}

        def words() -> None:
            counts = comparison.counts
            if batch is None:
                say(_("Nothing to import: all {same} rows are here already.").format(**counts))
                return
            say(
                _("Import {id}: {new} new, {changed} changed, {same} the same, {refused} left out.")
                .format(id=batch.id, **counts)
            )  # fmt: skip
            say(_("Next: duban letter preview"))

        emit(data, words)


@ledger.verb("list", help=_("What was imported, the newest first."))
def list_imports() -> None:
    with reading() as desk:
        found = import_batches(desk.session)
        imports = [{**columns(one, set()), "counts": one.tally} for one in found]
        data = {"count": len(found), "imports": imports}
        headings = (_("Import"), _("When"), _("Who"), _("File"), _("New"), _("Changed"))
        rows = [
            (str(one.id), local_minute(one.applied_at), one.applied_by, one.file_name,
             str(one.counts.get("new", 0)), str(one.counts.get("changed", 0)))
            for one in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@ledger.verb(help=_("Take an import back: what it added, and the cells that it changed."))
def undo(number: Annotated[int, typer.Argument(help=_("The import's number."))]) -> None:
    with writing() as desk:
        undone = undo_import(desk.session, number)
        emit({"import": number, **undone._asdict()}, lambda: say_undone(number, undone))


def _mapping(
    pairs: list[str] | None,
    sheet: str | None,
    header_row: int | None,
    organization: str | None,
    year: int | None,
    meeting: str | None,
    date_order: str | None,
    fill_down: bool,
) -> ColumnMapping:
    """The saved mapping, if one is named, with what stands on the line laid over it."""
    if date_order not in (None, *DATE_ORDERS):
        raise BadInput(
            _("There is no date order “{name}”; there are: {known}.").format(
                name=date_order, known=", ".join(DATE_ORDERS)
            )
        )
    files = [pair for pair in pairs or [] if "=" not in pair]
    saved = load_mapping(Path(files[-1])) if files else ColumnMapping()
    saved = saved.with_pairs([pair for pair in pairs or [] if "=" in pair])
    return replace(
        saved,
        sheet=sheet or saved.sheet,
        header_row=header_row or saved.header_row,
        organization_name=organization or saved.organization_name,
        year=year or saved.year,
        meeting_on=typed_day(meeting) if meeting else saved.meeting_on,
        date_order=date_order or saved.date_order,
        fill_down=fill_down or saved.fill_down,
    )


def _read(file: Path, mapping: ColumnMapping, step: Step) -> Ledger:
    from duban.ledger.read import read_ledger

    return read_ledger(file, mapping, step(_("Reading")))


def _confirmed(
    found: Ledger, create_organizations: bool, skip_refused: bool, conflicts: Conflicts | None
) -> str:
    """Show the check and ask; its mark is what the person saw."""
    with progress() as step, reading() as desk:
        checked = _compared(desk, found, create_organizations, step)
    comparison = decided(checked, conflicts)
    counts = comparison.counts
    wanted = 0 if comparison.conflicts else counts["new"] + counts["changed"]
    if wanted and (skip_refused or not counts["refused"]):
        confirm_count(
            _("Import {new} new and {changed} changed findings? Type {n}:").format(
                n=wanted, **counts
            ),
            wanted,
        )
    return checked.digest


def _compared(desk: Desk, found: Ledger, create_organizations: bool, step: Step) -> Comparison:
    return compare(
        desk.session, found, create_organizations=create_organizations, told=step(_("Comparing"))
    )
