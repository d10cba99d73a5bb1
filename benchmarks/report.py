"""What a run found: a line for each comparison, as a table and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.workload import Backend


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison; seconds are medians, ``peers`` has the seconds of each by its name.

    ``goal`` says what the figure is meant to be, ``met`` whether it is; none where there is
    nothing to hold it against.
    """

    name: str
    n: int
    k: int
    backend: Backend
    product_s: float | None
    floor_s: float | None = None
    peers: dict[str, float] = field(default_factory=dict)
    peak_mb: int | None = None
    goal: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the floor the product takes."""
        if self.product_s is None or not self.floor_s:
            return None
        return self.product_s / self.floor_s

    @property
    def best_peer(self) -> float | None:
        """How many times the product the best peer takes."""
        if not self.product_s or not self.peers:
            return None
        return min(self.peers.values()) / self.product_s

    def record(self) -> dict[str, Any]:
        """The line as plain values."""
        return {**asdict(self), "ratio": self.ratio, "best_peer_ratio": self.best_peer}


def write_report(
    path: Path, lines: Sequence[Line], *, versions: Sequence[str], seconds: float
) -> None:
    """Write ``report.json``: the machine in a few words, and every line."""
    report = {
        "machine": {
            "system": platform.system(),
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "databases": list(versions),
        },
        "seconds": round(seconds, 1),
        "lines": [line.record() for line in lines],
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def print_table(lines: Sequence[Line], console: Console) -> None:
    """The lines as people read them."""
    table = Table(box=None, pad_edge=False)
    table.add_column("what", no_wrap=True)
    table.add_column("database")
    for heading in ("N", "K", "product", "floor", "ratio", "best peer", "MiB"):
        table.add_column(heading, justify="right")
    table.add_column("goal")
    for line in lines:
        table.add_row(
            line.name, line.backend, count(line.n), count(line.k) if line.k else "",
            duration(line.product_s), duration(line.floor_s), times(line.ratio), _peer(line),
            str(line.peak_mb or ""), _goal(line),
        )  # fmt: skip
    console.print(table)
    for line in lines:
        for name, seconds in line.peers.items():
            console.print(
                f"  {name}: {duration(seconds)} ({line.name}, {line.backend}, N {count(line.n)},"
                f" K {count(line.k)})",
                highlight=False,
            )
        if line.note:
            console.print(f"  {line.name}, {line.backend}: {line.note}", highlight=False)


def _peer(line: Line) -> str:
    return f"{line.best_peer:.1f} x" if line.best_peer is not None else ""


def _goal(line: Line) -> str:
    verdict = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[line.met]
    return f"{line.goal}: {verdict}" if line.goal and verdict else line.goal


def count(number: int) -> str:
    """A count as people say it: 10k, 1M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size and number * 10 % size == 0:
            return f"{number / size:g}{letter}"
    return str(number)


def duration(seconds: float | None) -> str:
    """Seconds with three digits, in the unit that suits them."""
    if seconds is None:
        return ""
    for size, unit in ((1, "s"), (1e-3, "ms")):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def times(ratio: float | None) -> str:
    """A ratio."""
    return "" if ratio is None else f"{ratio:.2f} x"
