"""``duban up``: one process that checks every night and sends mail every morning."""

import logging
from datetime import UTC, datetime
from importlib import import_module
from typing import Annotated

import typer

from config.errors import ConfigurationInvalid
from config.language import _
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import tell
from duban.cli.session import database, no_dry_run, settings
from duban.services.mail_setup import transport_of
from models.day_words import local_minute

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
    chosen = settings()
    log_to_standard_error()
    try:
        transport_of(chosen)
    except ConfigurationInvalid as error:
        tell(_("No mail can leave: {why}").format(why=error.message))
    # The command line and the flows are siblings: named here, imported nowhere.
    import_module("flows.embedded").serve(
        chosen, prefect_port=prefect_port, use_prefect=not no_prefect
    )


def log_to_standard_error() -> None:
    """One line for what happens, with its instant; with ``--debug`` where errors come from."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Line("%(asctime)s %(message)s"))
    log = logging.getLogger("duban")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if OPTIONS.debug else logging.INFO)
    log.propagate = False
    # Everything else that logs is silent unless it fails.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


class _Line(logging.Formatter):
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return local_minute(datetime.fromtimestamp(record.created, UTC))
