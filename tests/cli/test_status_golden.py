"""The status word for word, as data, and every exit code: what scripts and people rely on.

The files of ``golden`` are what is shown. A change of them is a change of what people see.
"""

import json
import signal
from pathlib import Path

import pytest

from duban.cli import letter as letter_command
from duban.cli.exit_codes import meanings
from duban.services.catch_up import catch_up
from tests.command import duban
from tests.world import World, at

GOLDEN = Path(__file__).parent / "golden"
NOW = ("--as-of", "2024-02-05T09:00")
IN_A_LINE = ("reference", "organization", "state", "last_day", "days_left", "rung")


@pytest.fixture
def february(world: World) -> World:
    """Four organizations: silent, working with more time, reported, and one that nobody reaches."""
    world.unit("a", findings=2)
    (working,), (reported,) = world.unit("b"), world.unit("c")
    world.unit("d", roles=())
    world.issue()
    world.acknowledge(working, at("2023-12-27T09:00"))
    world.submit(reported, at("2024-01-30T09:00"))
    world.grant(world.ask(working, "10wd", at("2024-01-25T09:00")), at("2024-01-25T10:00"))
    for night in ("2024-01-26", "2024-02-02", "2024-02-04"):
        catch_up(world.database, as_of=at(night), settings=world.settings, via="test")
    return world


def test_the_status_word_for_word_and_the_same_as_data(february: World) -> None:
    shown = {lang: duban("status", *NOW, "--lang", lang).out for lang in ("en", "zh")}
    assert shown == {lang: (GOLDEN / f"status.{lang}.txt").read_text("utf-8") for lang in shown}
    assert max(len(text.splitlines()) for text in shown.values()) <= 24
    data = duban("status", *NOW, "--json").data
    assert data["last_check"].pop("seconds") >= 0
    data["worst"] = [{name: one[name] for name in IN_A_LINE} for one in data["worst"]]
    assert data == json.loads((GOLDEN / "status.json").read_text("utf-8"))


CODES: dict[int, tuple[str, ...]] = {
    0: ("status", *NOW),
    1: ("finding", "show", "one"),
    2: ("status", "--nonsense"),
    3: ("status", "--check", *NOW),
    4: ("finding", "accept", "3-1", "--by", "unit"),
    5: ("finding", "submit", "1-1", "--report", "r", "--version", "7"),
    6: ("finding", "show", "9-9"),
    7: ("finding", "accept", "1-1"),
    9: ("status", "--config", "none.toml"),
    10: ("status", "--database", "none.db"),
    130: ("letter", "list"),
}


def test_every_exit_code_is_met(february: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(CODES) == set(meanings())

    def interrupt(*_arguments: object, **_named: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(letter_command, "letters", interrupt)
    assert {code: duban(*words).code for code, words in CODES.items()} == {
        code: code for code in CODES
    }
