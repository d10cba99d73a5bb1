"""``duban up``: one process that checks every night and sends mail every morning."""

from importlib import import_module
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import tell
from duban.cli.session import database, no_dry_run, settings

app = App()


@app.alone()
def up(
    prefect_port: Annotated[
        int, typer.Option(min=1, max=65535, help=_("Where Prefect's pages are, on loopback."))
    ] = 4200,
    no_prefect: Annotated[
        bool, typer.Option("--no-prefect", help=_("Run the nights without Prefect."))
    ] = False,
) -> None:
    no_dry_run("duban run preview")
    database().close()
    tell(_("Nightly checks and mail are running; stop with Ctrl-C."))
    # The command line and the flows are siblings: named here, imported nowhere.
    import_module("flows.embedded").serve(
        settings(), prefect_port=prefect_port, use_prefect=not no_prefect
    )
