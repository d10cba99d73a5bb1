"""What ``docs/bad-input.md`` says is shown by a test is shown by one that there is."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(?:[\w/]*/)?(\w+\.py)::(test_\w+)`")


def rows() -> Iterator[str]:
    """The lines of the page's tables, without their heads."""
    lines = PAGE.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_rule, is_head = line.startswith("|--"), following.startswith("|--")
        if line.startswith("|") and not is_rule and not is_head:
            yield line


def test_every_case_is_shown_by_a_test_that_exists() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/*.py")}
    assert [row for row in rows() if not TEST.search(row)] == []
    named = TEST.findall(PAGE)
    assert [one for one in named if f"def {one[1]}(" not in sources.get(one[0], "")] == []
    assert len(named) >= 30
