"""Which of the mails in hand were begun: those that a dead process never came to are not in doubt.

A file beside the database, written without waiting for the disk: what a killed process wrote
the kernel keeps. After the machine itself stopped, the file says nothing.
"""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from models.address import file_of
from models.database import Database

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class BegunMails:
    """The file of one database; where there is none, whatever was in hand counts as begun."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def take_in_hand(self, ids: Collection[str]) -> None:
        """These are claimed; none of them was begun. What was in hand before is done with."""
        self._write("w", [_boot(), *(f"claimed {number}" for number in ids)])

    def begin(self, number: str) -> None:
        """From now on nobody can say of this mail that it never left."""
        self._write("a", [f"begun {number}"])

    def never_begun(self) -> set[str]:
        """The mails in hand that were not begun, as far as that is certain."""
        try:
            lines = self._path.read_text("ascii").splitlines() if self._path else []
        except (OSError, ValueError):
            return set()
        if not lines or lines[0] != _boot():
            return set()
        said = [line.partition(" ") for line in lines[1:]]
        claimed, begun = (
            {number for what, _blank, number in said if what == wanted}
            for wanted in ("claimed", "begun")
        )
        return claimed - begun

    def _write(self, mode: str, lines: Collection[str]) -> None:
        if self._path is None:
            return
        try:
            with self._path.open(mode, encoding="ascii") as stream:
                stream.write("".join(f"{line}\n" for line in lines))
        except OSError:
            # A list that is not whole would lie.
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._path = None


def begun_mails(database: Database) -> BegunMails:
    """The file beside a SQLite database, on a machine that can tell one start from the next."""
    path = file_of(database.engine.url.render_as_string(hide_password=False))
    if path is None or not _BOOT.exists():
        return BegunMails(None)
    return BegunMails(path.with_name(f"{path.name}-mail.begun"))


def _boot() -> str:
    return _BOOT.read_text("ascii").strip()
