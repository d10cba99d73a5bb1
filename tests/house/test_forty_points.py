"""The page of the forty points is true: what it names exists, and its sum is right."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "forty-points.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`|`make ([a-z-]+)`")


@cache
def names_in(path: Path) -> set[str]:
    """The names of the tests of a file; none where there is no such file."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def absent(shown_by: str) -> list[str]:
    """What a row names that is not there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    return [
        (file and f"{file}::{test}") or f"make {target}"
        for file, test, target in NAMED.findall(shown_by)
        if (test not in names_in(ROOT / file) if file else target not in targets)
    ]


def test_every_yes_names_what_shows_it_and_every_no_what_is_missing() -> None:
    rows = ROW.findall(PAGE)
    assert [int(number) for number, *_rest in rows] == list(range(1, 41))
    assert {answer for _number, _point, answer, _shown in rows} <= {"yes", "no"}
    assert {number: absent(shown) for number, _p, _a, shown in rows if absent(shown)} == {}
    unshown = [number for number, _p, answer, shown in rows
               if answer == "yes" and not NAMED.search(shown)]  # fmt: skip
    silent = [number for number, _p, answer, shown in rows
              if answer == "no" and len(NAMED.sub("", shown).split()) < 5]  # fmt: skip
    assert (unshown, silent) == ([], [])
    said = re.search(r"^(\d+) of 40\b", PAGE, re.MULTILINE)
    assert said is not None
    assert int(said[1]) == sum(answer == "yes" for _number, _point, answer, _shown in rows)
