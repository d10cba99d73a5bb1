"""``duban serve``: the pages and the API, with nights and mail in the same process."""

import signal
import threading
from importlib import import_module
from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.options import OPTIONS
from duban.cli.output import say
from duban.cli.session import no_dry_run, settings
from duban.cli.up import log_to_standard_error

app = App()


@app.alone()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help=_("Another port than the settings'."))
    ] = None,
    no_nights: Annotated[
        bool, typer.Option("--no-nights", help=_("Leave nights and mail to “duban up” or Prefect."))
    ] = False,
    prefect_port: Annotated[
        int, typer.Option(min=1, max=65535, help=_("Where Prefect's pages are, on loopback."))
    ] = 4200,
    no_prefect: Annotated[
        bool, typer.Option("--no-prefect", help=_("Run the nights without Prefect."))
    ] = False,
) -> None:
    no_dry_run("duban run preview")
    chosen = settings()
    log_to_standard_error()
    # The command line, the doors and the flows are siblings: named here, imported nowhere.
    with import_module("duban.web.serve").served(chosen, port=port) as service:
        if not OPTIONS.quiet:
            say(_("Open {address}; stop with Ctrl-C.").format(address=service.address))
        if no_nights:
            wait_to_be_stopped()
        else:
            import_module("flows.embedded").serve(
                chosen, prefect_port=prefect_port, use_prefect=not no_prefect
            )


def wait_to_be_stopped() -> None:
    """Sleep until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_received: stop.set())
    while not stop.wait(1):
        pass
