"""``duban demo run``: the demo month, night by night, ending with the status."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer

from config.language import _, current_language
from config.settings import Settings
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say, tell
from duban.cli.serve import wait_to_be_stopped
from duban.cli.session import no_dry_run, settings
from duban.cli.status import status
from duban.demo.diary import Entry
from duban.demo.diary_words import diary_line
from duban.demo.people import DEMO_PASSWORD, demo_people
from duban.demo.walk import LAST_NIGHT, nights, set_up, walk
from duban.services.catch_up import catch_up
from duban.services.install import require_demo
from duban.services.record_run import NightReport
from models.address import file_of, parts_of
from models.database import Database, open_database
from models.errors import BadInput, RefusedByRule

app = App()


@app.callback()
def demo() -> None:
    """Keeps ``run`` a command of its own."""


@app.verb(help=_("Live through the 44 nights from 26 December 2023 to 8 February 2024."))
def run(
    fresh: Annotated[
        bool, typer.Option("--fresh", help=_("Begin anew: replace an older demo database."))
    ] = False,
    no_prefect: Annotated[
        bool, typer.Option("--no-prefect", help=_("Run the last night without Prefect too."))
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help=_("Open the doors afterwards, until Ctrl-C."))
    ] = False,
) -> None:
    no_dry_run("duban demo run")
    chosen = settings()
    database = _new_database(chosen, fresh)
    seen: list[Any] = []
    spent: list[float] = []

    def run_night(due_at: datetime) -> NightReport | None:
        if no_prefect or due_at.date() != LAST_NIGHT:
            began = perf_counter()
            plain = catch_up(database, as_of=due_at, settings=chosen, via="demo")
            spent.append(perf_counter() - began)
            return plain
        tell(_("The last night runs as a Prefect flow …"))
        # The command line and the flows are siblings: named here, imported nowhere.
        flow_run = import_module("flows.embedded").run_one_night(chosen, as_of=due_at)
        seen.append(flow_run)
        spent.append(flow_run.seconds)
        report: NightReport = flow_run.report
        return report

    try:
        diary = [set_up(database, chosen, current_language())]
        with _progress(len(nights())) as step:
            diary += walk(database, chosen, run=run_night, on_night=step)
    finally:
        database.close()
    if OPTIONS.json or OPTIONS.csv:
        emit(_shape(diary, seen, sum(spent)), lambda: None)
        return
    _say(chosen, diary, seen, sum(spent))
    status(check=False, as_of=None)
    if serve:
        _serve(chosen)


def _serve(chosen: Settings) -> None:
    with import_module("duban.web.serve").served(chosen) as service:
        say()
        say(_("Open {address}; stop with Ctrl-C.").format(address=service.address))
        for login, words in demo_people()[:4]:
            say(
                _("  {login} / {password}  {words}").format(
                    login=login, password=DEMO_PASSWORD, words=words
                )
            )
        sys.stdout.flush()
        wait_to_be_stopped()


def _new_database(chosen: Settings, fresh: bool) -> Database:
    """An empty database; an older demo is replaced only when asked, real data never."""
    path = _file(chosen)
    if path.exists():
        existing = open_database(chosen.database_url)
        try:
            with existing.read() as session:
                require_demo(session)
        finally:
            existing.close()
        if not fresh:
            raise RefusedByRule(
                _("{path} holds an older demo; use --fresh to begin anew.").format(path=path)
            )
        for part in parts_of(path):
            part.unlink(missing_ok=True)
        for mail in (chosen.mail.folder / "demo").glob("*.eml"):
            mail.unlink()
    from models.schema import upgrade

    return upgrade(chosen.database_url)


def _file(chosen: Settings) -> Path:
    path = file_of(chosen.database_url)
    if path is None:
        raise BadInput(_("The demo needs a SQLite file; name one with --database demo.db."))
    return path


@contextmanager
def _progress(total: int) -> Iterator[Callable[[date], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, quiet=OPTIONS.quiet or OPTIONS.json or OPTIONS.csv)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(_("Nights"), total=total)

        def step(night: date) -> None:
            progress.update(task, advance=1, description=f"{_('Nights')} {night}")

        yield step


def _shape(diary: list[Entry], seen: list[Any], seconds: float) -> dict[str, Any]:
    return {
        "diary": [{"day": entry.day, "what": entry.what, **entry.facts} for entry in diary],
        "nights": len(nights()),
        "seconds": round(seconds, 1),
        "flow_run": {"id": seen[0].flow_run_id, "name": seen[0].name, "state": seen[0].state}
        if seen
        else None,
    }


def _say(chosen: Settings, diary: list[Entry], seen: list[Any], seconds: float) -> None:
    say()
    for entry in diary:
        say(diary_line(entry))
    say(
        _("All {n} nights were truly run, in {seconds:.1f} s; quiet ones are not shown.").format(
            n=len(nights()), seconds=seconds
        )
    )
    for flow_run in seen:
        say(
            _(
                "The last one is the Prefect flow run {name}: {state} "
                "(Prefect itself took {seconds:.0f} s to start)"
            ).format(name=flow_run.name, state=flow_run.state, seconds=flow_run.start_seconds)
        )
    say(_("The mails lie in {folder}").format(folder=chosen.mail.folder / "demo"))
    say()
