"""The plots of a run: N against time and K against time, one of each for a backend."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.plots import Series, draw
from benchmarks.report import Line, count
from benchmarks.suite import EVERYTHING, JOBS, PEERS

FLOOR, PRODUCT = "floor", "product"
OF_DATABASE = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def draw_figures(folder: Path, lines: Sequence[Line]) -> list[Path]:
    """Draw what there are at least two points for; the files."""
    drawn = []
    nights = [line for line in lines if line.name == "night"]
    for backend in sorted({line.backend for line in nights}):
        here = [line for line in nights if line.backend == backend]
        k = max({line.k for line in here}, key=[line.k for line in here].count)
        n = max(line.n for line in here)
        for letter, fixed, of in (
            ("n", f"K = {count(k)} due", [(line.n, line) for line in here if line.k == k]),
            ("k", f"N = {count(n)}", [(line.k, line) for line in here if line.n == n]),
        ):
            if len(of) > 1:
                path = folder / f"{letter}-{backend}.svg"
                title = f"One night on {OF_DATABASE[backend]}, {fixed}"
                label = {"n": "N, findings", "k": "K, findings due in the night"}[letter]
                draw(path, title, label, list(_series(of)))
                drawn.append(path)
    return drawn


def _series(points: Sequence[tuple[int, Line]]) -> Iterator[Series]:
    yield Series(PRODUCT, tuple((x, one.product_s) for x, one in points if one.product_s))
    yield Series(FLOOR, tuple((x, one.floor_s) for x, one in points if one.floor_s), dashed=True)
    there = {name for _x, one in points for name in one.peers}
    for peer in (name for name in (*PEERS, EVERYTHING, JOBS) if name in there):
        yield Series(peer, tuple((x, one.peers[peer]) for x, one in points if peer in one.peers))
