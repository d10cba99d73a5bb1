"""``duban ledger``: the ledger goes out as a spreadsheet; ``duban import ledger`` takes it back."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated

import typer

from config.language import _, ngettext
from duban.cli.app import App
from duban.cli.output import emit, say
from duban.cli.progress_bar import progress
from duban.cli.session import reading
from duban.services.export_ledger import export_ledger
from models.errors import BadInput
from models.queries.ask import ask

app = App()


@app.callback()
def ledger() -> None:
    """A noun stays a noun, though it has one verb."""


@app.verb(help=_("Write the ledger into an .xlsx file, in the columns of your own."))
def export(
    to: Annotated[Path, typer.Option("--to", help=_("The file to be written; it must not exist."))],
    state: Annotated[
        list[str] | None, typer.Option(help=_("A state, or open or all; all if none is named."))
    ] = None,
    org: Annotated[str | None, typer.Option(help=_("An organization's code or name."))] = None,
    group: Annotated[str | None, typer.Option(help=_("A ranking group."))] = None,
    letter: Annotated[str | None, typer.Option(help=_("A letter's number."))] = None,
    sort: Annotated[
        str, typer.Option(help=_("due, -due, number, -number or org."), metavar="ORDER")
    ] = "number",
) -> None:
    if to.suffix.lower() != ".xlsx":
        raise BadInput(_("Name a file that ends in .xlsx."))
    if to.exists():
        raise BadInput(_("There is a file {path} already; name another one.").format(path=to))
    asked = {"state": state or ["all"], "org": org, "group": group, "letter": letter, "sort": sort}
    given = {
        name: value if isinstance(value, list) else [value]
        for name, value in asked.items()
        if value is not None
    }
    with progress() as step, reading() as desk:
        wanted = ask(desk.session, given, desk.now)
        path = _beside(to)
        try:
            n = export_ledger(
                desk.session, path, wanted, now=desk.now, of_office=True, told=step(_("Writing"))
            )
            path.replace(to)
        except OSError as error:
            raise _not_written(to, error) from error
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
    words = ngettext(
        "{n} finding was written to {path}.", "{n} findings were written to {path}.", n
    )
    emit({"file": str(to), "findings": n}, lambda: say(words.format(n=n, path=to)))


def _beside(to: Path) -> Path:
    """A new file in the same folder, so that the ledger appears there whole or not at all.

    Raises:
        BadInput: the folder cannot be written to.
    """
    try:
        handle, name = mkstemp(dir=to.parent, prefix=".", suffix=".xlsx")
    except OSError as error:
        raise _not_written(to, error) from error
    os.close(handle)
    return Path(name)


def _not_written(to: Path, error: OSError) -> BadInput:
    return BadInput(
        _("{file} cannot be written: {problem}.").format(file=to, problem=error.strerror)
    )
