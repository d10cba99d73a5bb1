"""The elements of a list in JSON, one by one, so that a broken one does not lose the others."""

import json
import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)
_MOST_DIGITS = 100


def elements(body: bytes) -> list[Any]:
    """What stands in the list that ``body`` is; None for an element that cannot be read.

    Raises:
        ValueError: it is not a list.
    """
    text = body.decode("utf-8", "replace").strip()
    try:
        found = _read(text)
    except (ValueError, RecursionError):
        return [_alone(part) for part in _parts(text)]
    if not isinstance(found, list):
        raise ValueError("no list")
    return found


def _read(text: str) -> Any:
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | None:
    """A number of thousands of digits is none, and does not lose the rest."""
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _alone(part: str) -> Any:
    try:
        return _read(part)
    except (ValueError, RecursionError):
        return None


def _parts(text: str) -> Iterator[str]:
    """The texts between the outermost commas of a list.

    Raises:
        ValueError: it does not begin and end as a list does.
    """
    depth, start, end = 0, 1, None
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if end is not None or (depth == 0 and (mark != "[" or token.start() != 0)):
            raise ValueError("no list")
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
            end = token.end() if depth == 0 else None
            if end is not None and mark != "]":
                raise ValueError("no list")
        if (mark == "," and depth == 1) or end is not None:
            yield text[start : token.start()]
            start = token.end()
    if end != len(text):
        raise ValueError("no list")
