"""``duban mail read``: mail that came back, from the Maildir of the settings or single files."""

from pathlib import Path
from typing import Annotated, Any

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.exit_codes import FAILED
from duban.cli.output import emit, say, table
from duban.cli.session import database, no_dry_run, now_of, settings
from duban.services.read_inbox import Reading, read_files, read_folder
from models.day_words import local_minute
from models.errors import BadInput
from models.heard_words import heard_words

Files = Annotated[
    list[Path] | None,
    typer.Argument(metavar="FILE...", help=_("Single mails; else what is new in mail.inbox.")),
]


def read(files: Files = None) -> None:
    no_dry_run("duban mail list --state bounced")
    reading = _read(files or [])
    rows = [
        (event.message_id[:12] if event.message_id else "", local_minute(event.at),
         event.address or "", heard_words(event))
        for event in reading.events
    ]  # fmt: skip

    def words() -> None:
        say(
            _("Read {read}, could not be read {unreadable}, told something new {new}").format(
                read=reading.read, unreadable=len(reading.unreadable), new=reading.new
            )
        )
        for path in reading.unreadable:
            say(_("This is no mail that can be read: {path}").format(path=path))
        if rows:
            table((_("Mail"), _("When"), _("Recipient"), _("What was heard")), rows)

    emit(_shape(reading), words)
    if files and reading.unreadable:
        raise typer.Exit(FAILED)


def add_to(app: App) -> None:
    """Make it a verb of ``app``."""
    app.verb(help=_("Read mail that came back and copies in the archive, and say what they tell."))(
        read
    )


def _read(files: list[Path]) -> Reading:
    chosen = settings()
    inbox = chosen.mail.inbox
    if not files and inbox is None:
        raise BadInput(_("“mail.inbox” is not set; set it, or name files."))
    opened = database()
    try:
        with opened.read() as session:
            now = now_of(session)
        if inbox is not None and not files:
            return read_folder(opened, inbox, now=now, settings=chosen)
        reading = Reading()
        read_files(opened, files, reading, now=now, settings=chosen)
        return reading
    finally:
        opened.close()


def _shape(reading: Reading) -> dict[str, Any]:
    return {
        "read": reading.read,
        "unreadable": reading.unreadable,
        "new": reading.new,
        "events": [
            {
                "mail": event.message_id,
                "heard": event.heard,
                "at": event.at,
                "address": event.address,
                "reason": event.reason,
            }
            for event in reading.events
        ],
    }
