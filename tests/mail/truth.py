"""What really arrived: a file to which the receiving side alone writes, line by line."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config import clock


@dataclass(frozen=True)
class Truth:
    """The ledger of one server; it survives the death of whoever sends."""

    path: Path

    def take(self, oid: str, to: str) -> None:
        """Write down that a mail was taken, before anybody is told so."""
        line = f"{oid} {to} {clock.now().isoformat()}\n"
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)

    def copies(self) -> Mapping[str, int]:
        """How often each mail was taken, by its number."""
        return Counter(line.split()[0] for line in self._lines())

    def recipients(self) -> list[str]:
        """Who was written to, in order."""
        return [line.split()[1] for line in self._lines()]

    def _lines(self) -> list[str]:
        return self.path.read_text().splitlines() if self.path.exists() else []
