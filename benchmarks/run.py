"""The benchmarks: build the data, measure, print a table, write report and plots."""

import argparse
import signal
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from subprocess import CalledProcessError
from time import perf_counter

from rich.console import Console

from benchmarks import postgres
from benchmarks.figures import draw_figures
from benchmarks.nights import Nights
from benchmarks.others import deadlines, imports
from benchmarks.places import Place
from benchmarks.report import Line, print_table, write_report
from benchmarks.suite import Sizes, Suite

FOLDER = Path("var/bench")
TEN_MILLION = 10_000_000
WIDTH = 150
MINUTES = 8
BUILDERS = 2
"""Databases that are filled at a time; what is measured is measured alone."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the command line asks for; 0 where every measurement could be made."""
    began = perf_counter()
    wanted = _parse(arguments)
    # Whoever ends the run must not leave the server behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    lines: list[Line] = []
    failed = False
    with ExitStack() as stack:
        places = _places(stack, wanted.backend)
        versions = [place.version() for place in places]
        suites = [Suite(place, _sizes(place, wanted)) for place in places]
        console.print(f"building {', '.join(versions)} ...", highlight=False)
        needed = [nights for suite in suites for nights in suite.needed(wanted.only)]
        for nights in needed:
            stack.callback(nights.drop)
        built = _build(needed)
        console.print(f"built in {built:.0f} s", highlight=False)
        measurements = [suite.run(wanted.only) for suite in suites]
        if wanted.only in ("", "deadlines"):
            measurements.append(deadlines())
        if wanted.only in ("", "imports"):
            measurements.append(imports(wanted.rows or (100_000 if wanted.full else 20_000)))
        until = began + (float("inf") if wanted.full else MINUTES * 60)
        for measurement in measurements:
            failed |= not _take(measurement, lines, console, until)
    seconds = perf_counter() - began
    print_table(lines, console)
    write_report(FOLDER / "report.json", lines, versions=versions, seconds=seconds)
    drawn = draw_figures(FOLDER, lines)
    console.print(f"{seconds:.0f} s; {FOLDER / 'report.json'}, {', '.join(map(str, drawn))}")
    return int(failed)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument("--full", action="store_true", help="10 M findings on PostgreSQL; hours")
    parser.add_argument("--backend", choices=("sqlite", "pg", "both"), default="both")
    parser.add_argument("--n", type=int, help="findings (1,000,000)")
    parser.add_argument("--k", type=int, default=10_000, help="due in a night")
    parser.add_argument("--rows", type=int, help="of the ledger to import (20,000)")
    parser.add_argument(
        "--only", choices=("", "night", "all-due", "status", "deadlines", "imports"), default=""
    )
    return parser.parse_args(arguments)


def _places(stack: ExitStack, backend: str) -> list[Place]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    places = []
    if backend in ("sqlite", "both"):
        places.append(Place("sqlite", str((FOLDER / "db").resolve())))
    if backend in ("pg", "both"):
        at = stack.enter_context(postgres.server((FOLDER / "pg").resolve()))
        places.append(Place("postgresql", at))
    return places


def _sizes(place: Place, wanted: argparse.Namespace) -> Sizes:
    largest = TEN_MILLION if wanted.full and place.backend == "postgresql" else 1_000_000
    n = wanted.n or largest
    return Sizes(n=n, k=wanted.k, all_due=min(n, 1_000_000 if wanted.full else 200_000))


def _build(needed: Sequence[Nights]) -> float:
    began = perf_counter()
    with ThreadPoolExecutor(BUILDERS) as pool:
        list(pool.map(Nights.build, needed))
    return perf_counter() - began


def _take(measurement: Iterator[Line], lines: list[Line], console: Console, until: float) -> bool:
    """Measure line by line; one that fails ends its part of the run and not the others."""
    try:
        for line in measurement:
            lines.append(line)
            console.print(f"  {line.name}, {line.backend}, N {line.n}, K {line.k}", style="dim")
            if perf_counter() > until:
                console.print(f"[red]the rest is left out after {MINUTES} minutes[/]")
                return False
    except CalledProcessError as error:
        console.print(f"[red]failed:[/] {error.cmd[3]}: see above", highlight=False)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
