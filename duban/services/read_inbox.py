"""The Maildir in which mail lies that came back, and copies of what was sent."""

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from config.language import _
from config.settings import Settings
from duban.services.note_returned import note_returned
from duban.services.rules import load_rules
from models.database import Database
from models.delivery_event import DeliveryEvent
from models.errors import BadInput, DubanError
from notifications.returned_mail import Returned, read_returned

log = logging.getLogger("duban")

LONGEST = 1024 * 1024
"""Bytes that are read of one mail; what tells of ours stands before."""
BATCH = 100
"""Mails that are noted in one transaction."""


@dataclass
class Reading:
    """How many mails were read, and which could not be; what they told, how much of it new."""

    read: int = 0
    unreadable: list[Path] = field(default_factory=list)
    new: int = 0
    events: list[DeliveryEvent] = field(default_factory=list)


def read_inbox(database: Database, *, now: datetime, settings: Settings) -> int:
    """Read what is new in ``mail.inbox``; how many new things it told of mails.

    What goes wrong there is logged and keeps no mail from leaving.
    """
    if settings.mail.inbox is None:
        return 0
    try:
        return read_folder(database, settings.mail.inbox, now=now, settings=settings).new
    except DubanError as error:
        log.warning("the inbox was not read: %s", error.code)
        return 0


def read_folder(database: Database, inbox: Path, *, now: datetime, settings: Settings) -> Reading:
    """The same of one Maildir, with what was found; what was read is seen from now on.

    Raises:
        BadInput: it is no Maildir that can be read.
    """
    reading = Reading()
    try:
        waiting = _waiting(inbox)
        for start in range(0, len(waiting), BATCH):
            part = waiting[start : start + BATCH]
            for path in read_files(database, part, reading, now=now, settings=settings):
                # Somebody who reads at the same time may have moved it.
                with suppress(FileNotFoundError):
                    path.rename(inbox / "cur" / f"{path.name.partition(':')[0]}:2,S")
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=inbox, why=error.strerror)
        ) from error
    return reading


def read_files(
    database: Database,
    paths: Sequence[Path],
    reading: Reading,
    *,
    now: datetime,
    settings: Settings,
) -> list[Path]:
    """Read mails, note what they tell and count them in ``reading``; those that could be read."""
    told: list[Returned] = []
    found = []
    for path in paths:
        try:
            told += read_returned(_content(path))
            found.append(path)
        except (BadInput, OSError):
            reading.unreadable.append(path)
    reading.read += len(found)
    if any(one.numbers for one in told):
        with database.begin() as session:
            rules = load_rules(session, settings)
            events, new = note_returned(session, told, now=now, rules=rules)
        reading.events += events
        reading.new += new
    return found


def check_inbox(inbox: Path) -> None:
    """Find out whether files can be read there and marked as seen.

    Raises:
        BadInput: it is no Maildir, or not ours to change.
    """
    for name in ("new", "cur"):
        folder = inbox / name
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise BadInput(
                _(
                    "{folder} is not a Maildir in which files can be read and renamed; "
                    "it needs the folders new and cur."
                ).format(folder=inbox)
            )


def _waiting(inbox: Path) -> list[Path]:
    """Everything that is new, the oldest first: of what is there, silence tells nothing."""
    check_inbox(inbox)
    with os.scandir(inbox / "new") as entries:
        names = sorted(entry.name for entry in entries)
    return [inbox / "new" / name for name in names]


def _content(path: Path) -> bytes:
    """The beginning of a plain file; nothing else is opened, for it might never end."""
    if path.is_symlink() or not path.is_file():
        raise BadInput(_("This is no mail that can be read."))
    with path.open("rb") as opened:
        return opened.read(LONGEST)
