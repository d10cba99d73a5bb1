"""How far a long command has come: on standard error, for a person who waits."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from duban.cli.options import OPTIONS
from duban.ledger.progress import Told, nobody

Step = Callable[[str], Told]
"""Begins a bar with this name; what it gives back moves the bar."""


@contextmanager
def progress() -> Iterator[Step]:
    """Bars for as long as the block lasts; none where no person looks or the answer is data."""
    stream = sys.stderr
    if OPTIONS.json or OPTIONS.csv or OPTIONS.quiet or stream is None or not stream.isatty():
        yield lambda _name: nobody
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(file=stream, color_system=None if OPTIONS.no_color else "auto")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bars:

        def step(name: str) -> Told:
            task = bars.add_task(name, total=None)
            return lambda done, of: bars.update(task, completed=done, total=of)

        yield step
