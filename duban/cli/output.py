"""What commands say: one object as JSON, records as CSV, or words for people."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any

from config.language import _
from duban.cli.options import OPTIONS
from duban.cli.streams import not_written
from models.calendar import SHANGHAI
from models.errors import DubanError, WrongUsage

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be worked out by a spreadsheet."""


_HELD: list[list[str]] = []


def emit(data: Mapping[str, Any], words: Callable[[], None]) -> None:
    """Print ``data`` as JSON or CSV when asked for, else let ``words`` speak.

    What holds a ``count`` is a list: its rows are the list of objects that stands beside it.
    """
    if OPTIONS.csv:
        _say_csv(data)
    elif OPTIONS.json:
        say(json.dumps(_chosen(data), ensure_ascii=False, indent=2, default=_as_json))
    else:
        words()
    if data.get("truncated"):
        tell(
            _("Only the first {n} are shown; there are more: raise --limit.").format(
                n=data["count"]
            )
        )


def say(line: str = "") -> None:
    """One line of the answer, on standard output.

    Raises:
        DubanError: it cannot be written.
    """
    if _HELD:
        _HELD[-1].append(line)
        return
    try:
        sys.stdout.write(line + "\n")
    except BrokenPipeError:
        raise
    except OSError as error:
        raise DubanError(not_written(error)) from error


@contextmanager
def held_back() -> Iterator[None]:
    """Keep the answer until the block has ended well: what was not done is not announced."""
    lines: list[str] = []
    _HELD.append(lines)
    try:
        yield
    finally:
        _HELD.pop()
    for line in lines:
        say(line)


def tell(line: str) -> None:
    """One line beside the answer, on standard error."""
    if not OPTIONS.quiet:
        sys.stderr.write(line + "\n")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows for people; tab-separated, one record a line, when plain or piped."""
    records = [[_in_one_line(cell) for cell in row] for row in rows]
    if OPTIONS.plain or not sys.stdout.isatty():
        for record in ([] if OPTIONS.plain else [list(headings)]) + records:
            say("\t".join(record))
        return
    from rich.console import Console
    from rich.text import Text

    from duban.cli.layout import lay_out

    console = Console(color_system=None if OPTIONS.no_color else "auto", highlight=False)
    for number, line in enumerate(lay_out(headings, records, console.width)):
        with console.capture() as shown:
            console.print(Text(line, "bold" if number == 0 else ""), soft_wrap=True, end="")
        say(shown.get())


def _rows_of(data: Mapping[str, Any]) -> str | None:
    """Under which name the rows of a list stand."""
    if "count" not in data:
        return None
    lists = (name for name, value in data.items() if isinstance(value, list))
    return next((name for name in lists if all(isinstance(row, dict) for row in data[name])), None)


def _chosen(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """``data`` with the fields that were asked for, of itself and of its rows."""
    if not OPTIONS.fields:
        return data
    name = _rows_of(data)
    rows: list[dict[str, Any]] = data[name] if name else []
    _refuse_unknown([*data, *(field for row in rows[:1] for field in row)], bool(name and not rows))
    shown = {field: data[field] for field in OPTIONS.fields if field in data}
    of_rows = [field for field in OPTIONS.fields if field not in data]
    if name and of_rows:
        shown[name] = [{field: row.get(field) for field in of_rows} for row in rows]
    return shown


def _say_csv(data: Mapping[str, Any]) -> None:
    name = _rows_of(data)
    rows: list[Mapping[str, Any]] = data[name] if name else [data]
    known = list(dict.fromkeys(field for row in rows for field in row))
    _refuse_unknown(known, not rows)
    written = StringIO()
    writer = csv.writer(written)
    if chosen := OPTIONS.fields or known:
        writer.writerow(chosen)
    for row in rows:
        writer.writerow([_as_cell(row.get(field)) for field in chosen])
    for line in written.getvalue().split("\n")[:-1]:
        say(line)


def _refuse_unknown(known: Sequence[str], anything: bool) -> None:
    """An empty list has no rows whose fields could be known, so it takes ``anything``."""
    unknown = [name for name in OPTIONS.fields if name not in known]
    if unknown and not anything:
        raise WrongUsage(
            _("There is no field {unknown}; there are: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(dict.fromkeys(known))
            )
        )


def _as_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case str() if not isinstance(value, Enum):
            text = _in_one_line(value)
            return f"'{text}" if value.startswith(FORMULA) else text
        case bool() | list() | tuple() | dict():
            return json.dumps(value, ensure_ascii=False, default=_as_json)
        case int() | float():
            return str(value)
        case _:
            return str(_as_json(value))


def _in_one_line(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines())


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
