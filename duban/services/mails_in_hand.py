"""How far a mailing came with the mails that it had in hand, for whoever finds it dead.

The database learns of it batch by batch. In between a file beside it is written without waiting
for the disk: what a killed process wrote the kernel keeps, so only what was begun and not
answered is in doubt. After the machine itself stopped, the file says nothing.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

from models.address import file_of
from models.database import Database

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class LeftBehind:
    """Of the mails in hand: which surely were not taken, and the answers to those that were."""

    not_taken: Collection[str] = ()
    taken: Mapping[str, str] = field(default_factory=dict)


class MailsInHand:
    """The file of one database; where there is none, nothing is known of what was left behind."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stream: FileIO | None = None

    def take(self, ids: Collection[str]) -> None:
        """These are claimed and none was begun; what was in hand before is done with."""
        self._write(_boot(), *(f"claimed {number}" for number in ids), anew=True)

    def begin(self, number: str) -> None:
        """From now on nobody can say of this mail that it never left, until it is answered."""
        self._write(f"begun {number}")

    def answered(self, number: str, answer: str | None) -> None:
        """The mail was taken with this answer; without one it surely was not."""
        if answer is None:
            self._write(f"refused {number}")
        else:
            self._write(f"taken {number} {' '.join(answer.split())}")

    def left_behind(self) -> LeftBehind:
        """What the file says of the mails that were in hand last."""
        try:
            lines = self._path.read_text("utf-8").splitlines() if self._path else []
        except (OSError, ValueError):
            return LeftBehind()
        if not lines or lines[0] != _boot():
            return LeftBehind()
        last: dict[str, str] = {}
        answers: dict[str, str] = {}
        for line in lines[1:]:
            what, _blank, rest = line.partition(" ")
            number, _blank, answer = rest.partition(" ")
            last[number] = what
            answers[number] = answer
        return LeftBehind(
            {number for number, what in last.items() if what in ("claimed", "refused")},
            {number: answers[number] for number, what in last.items() if what == "taken"},
        )

    def close(self) -> None:
        """Let go of the file; what it says stays."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _write(self, *lines: str, anew: bool = False) -> None:
        if self._path is None:
            return
        try:
            if anew or self._stream is None:
                self.close()
                # Each write reaches the kernel at once, whole.
                self._stream = self._path.open("wb" if anew else "ab", buffering=0)
            self._stream.write("".join(f"{line}\n" for line in lines).encode())
        except OSError:
            # A list that is not whole would lie.
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            self._path = None


def mails_in_hand(database: Database) -> MailsInHand:
    """The file beside a SQLite database, on a machine that can tell one start from the next."""
    path = file_of(database.engine.url.render_as_string(hide_password=False))
    if path is None or not _BOOT.exists():
        return MailsInHand(None)
    return MailsInHand(path.with_name(f"{path.name}-mail.hand"))


def _boot() -> str:
    return _BOOT.read_text("ascii").strip()
