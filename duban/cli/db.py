"""``duban db``: the schema of the database, and its way to another one."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from config.language import _
from config.origins import without_password
from config.settings import as_url
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say, table
from duban.cli.session import database, no_dry_run, settings
from models.address import require_file
from models.database import SCHEMA_REVISION

app = App()


@app.verb(help=_("Whether this program and the database fit together."))
def check() -> None:
    database().close()
    emit(
        {"revision": SCHEMA_REVISION},
        lambda: say(_("The database is at revision {n}, as it must be.").format(n=SCHEMA_REVISION)),
    )


@app.verb(help=_("Bring the tables to this program's version."))
def upgrade() -> None:
    no_dry_run("duban db check")
    from models.schema import upgrade as upgrade_schema

    url = settings().database_url
    require_file(url)
    upgrade_schema(url).close()
    emit(
        {"revision": SCHEMA_REVISION},
        lambda: say(_("The database is at revision {n}.").format(n=SCHEMA_REVISION)),
    )


@app.verb(help=_("Copy everything to another, empty database, and compare every row."))
def copy(
    to: Annotated[
        str, typer.Option("--to", metavar="PATH|URL", help=_("The address of the empty database."))
    ],
) -> None:
    no_dry_run("duban db check")
    from duban.services.copy_database import copy_database

    url = as_url(to)
    with database() as source, _progress() as step:
        tables = copy_database(source, url, **step)
    rows = sum(one.rows for one in tables)

    def words() -> None:
        table(
            (_("Table"), _("Rows"), _("Digest")),
            [(one.name, str(one.rows), one.digest[:16]) for one in tables],
        )
        say(_("{n} rows are the same in both databases.").format(n=rows))
        say(_("Next: set database.url to {url}").format(url=without_password(url)))

    shapes = [{"table": one.name, "rows": one.rows, "digest": one.digest} for one in tables]
    emit({"to": without_password(url), "rows": rows, "count": len(shapes), "tables": shapes}, words)


@contextmanager
def _progress() -> Iterator[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, quiet=OPTIONS.quiet or OPTIONS.json or OPTIONS.csv)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("")
        yield {
            "on_start": lambda steps: progress.update(task, total=steps),
            "on_rows": lambda name, rows: progress.update(task, advance=rows, description=name),
        }
