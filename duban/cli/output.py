"""What commands say: one object as JSON, or words for people."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from config.language import _
from duban.cli.options import OPTIONS
from models.calendar import SHANGHAI
from models.errors import WrongUsage


def emit(data: Mapping[str, Any], words: Callable[[], None]) -> None:
    """Print ``data`` as one JSON object when asked for, else let ``words`` speak."""
    if not OPTIONS.json:
        words()
        return
    if unknown := [name for name in OPTIONS.fields if name not in data]:
        raise WrongUsage(
            _("There is no field {unknown}; there are: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(data)
            )
        )
    shown = {name: data[name] for name in OPTIONS.fields} if OPTIONS.fields else data
    say(json.dumps(shown, ensure_ascii=False, indent=2, default=_as_json))


def say(line: str = "") -> None:
    """One line of the answer, on standard output."""
    sys.stdout.write(line + "\n")


def tell(line: str) -> None:
    """One line beside the answer, on standard error."""
    if not OPTIONS.quiet:
        sys.stderr.write(line + "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows for people; tab-separated, one record a line, when plain or piped."""
    records = [[cell.replace("\t", " ").replace("\n", " ") for cell in row] for row in rows]
    if OPTIONS.plain or not sys.stdout.isatty():
        for record in ([] if OPTIONS.plain else [list(headings)]) + records:
            say("\t".join(record))
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in headings:
        drawn.add_column(heading, overflow="fold")
    for record in records:
        drawn.add_row(*record)
    Console().print(drawn)


def _as_json(value: object) -> Any:
    match value:
        case datetime():
            return value.astimezone(SHANGHAI).isoformat()
        case date():
            return value.isoformat()
        case Enum():
            return value.value
        case Path():
            return str(value)
        case tuple() | set() | frozenset():
            return list(value)
        case _:
            raise TypeError(f"no JSON form for {type(value).__name__}")
