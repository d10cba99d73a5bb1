"""The calendars that ship: one JSON file a year, facts of the State Council's notice."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any


def shipped_years() -> Iterator[dict[str, Any]]:
    """The content of each year's file, by year."""
    folder = files("config").joinpath("calendars")
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".json"):
            yield json.loads(entry.read_text(encoding="utf-8"))
