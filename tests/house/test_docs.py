"""The documents are true: their commands run, their tables are the code's."""

import re
import shlex
import shutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from typer import Typer

from config.settings import Settings
from duban.cli.examples import examples
from duban.cli.exit_codes import DONE, EXIT_CODES, INTERRUPTED, meanings
from duban.cli.main import nouns
from duban.ledger.fields import Field
from duban.ledger.mapping import load_mapping
from models.errors import DubanError
from models.transitions import Event, State
from tests.command import duban

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")])
SH = re.compile(r"```sh\n(.*?)```", re.DOTALL)
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", [p for p in PAGES if SH.search(page(str(p)))], ids=lambda p: p.name
)
def test_the_commands_of_a_page_run_in_order(path: Path, folder: Path) -> None:
    shutil.copytree(ROOT / "docs" / "examples", folder / "docs" / "examples")
    for block in SH.findall(path.read_text(encoding="utf-8")):
        for line in block.strip().splitlines():
            words = shlex.split(line)
            if words[0] == "make":
                assert re.search(rf"^{words[1]}:", page("Makefile"), re.MULTILINE), line
                continue
            assert words[0] == "duban", line
            answer = duban(*words[1:], "--yes")
            assert answer.code == 0, (line, answer)


def test_the_other_commands_are_those_that_tests_run() -> None:
    """What runs on and on is started by the tests of ``tests/flows`` and of the demo."""
    served = (ROOT / "tests" / "flows" / "served.py").read_text()
    for path in PAGES:
        for block in CONSOLE.findall(path.read_text(encoding="utf-8")):
            for line in block.strip().splitlines():
                words = shlex.split(line.removeprefix("$ "))
                if words[0] == "export":
                    for name in (word.partition("=")[0] for word in words[1:]):
                        assert name in served, line
                elif words[:3] == ["prefect", "deployment", "run"]:
                    assert words[3] == "nightly-check/nightly"
                elif words[0] == "prefect":
                    assert all(f'"{word}"' in served for word in words[1:3]), line
                elif words[0].endswith("duban"):
                    named = [
                        w for w in words[1:] if not w.startswith("-") and not w.endswith(".db")
                    ]
                    assert any(tuple(named[: len(c)]) == c for c in commands()), line
                else:
                    pytest.fail(f"nothing runs this line: {line}")


def test_the_state_machine_is_drawn_from_the_table() -> None:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        drawn = import_module("draw_state_machine").draw()
    finally:
        sys.path.pop(0)
    assert drawn == page("docs/state-machine.md")
    assert all(f"| {name} |" in drawn for name in (*State, *Event))


def test_the_exit_codes_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| (\d+) \| [^|]* \|\s*([^|]*?)\s*\|$", page("docs/cli.md"), re.MULTILINE)
    documented = {int(code): set(re.findall(r"`([\w-]+)`", errors)) for code, errors in rows}
    wanted: dict[int, set[str]] = {DONE: set(), 3: set(), INTERRUPTED: set(), 1: {"unexpected"}}
    for kind, code in EXIT_CODES.items():
        wanted.setdefault(code, set()).add(getattr(kind, "code", ""))
    assert documented == wanted
    meant = re.findall(r"^\| (\d+) \| ([^|]*?) \|", page("docs/cli.md"), re.MULTILINE)
    assert {int(code): text.replace("`", "") for code, text in meant} == meanings()
    assert {
        kind.code for kind in DubanError.__subclasses__() if kind.__module__ == "models.errors"
    } <= {name for names in documented.values() for name in names}


def commands() -> list[tuple[str, ...]]:
    """Every command there is, as its words."""
    found: list[tuple[str, ...]] = []

    def walk(app: Typer, words: tuple[str, ...]) -> None:
        for command in app.registered_commands:
            name = command.name or getattr(command.callback, "__name__", "")
            found.append((*words, name.rstrip("_").replace("_", "-")))
        for group in app.registered_groups:
            assert group.typer_instance is not None
            walk(group.typer_instance, (*words, str(group.name)))
        if not app.registered_commands and not app.registered_groups:
            found.append(words)

    for noun in nouns():
        walk(import_module(noun.module).app, (noun.name,))
    return found


def test_every_command_is_described() -> None:
    documented = re.findall(r"^\| `duban ([a-z -]+)` \|", page("docs/cli.md"), re.MULTILINE)
    assert sorted(documented) == sorted(" ".join(words) for words in commands())


def test_the_examples_of_the_help_are_commands() -> None:
    known = commands()
    for line in examples():
        words = shlex.split(line)[1:]
        assert any(tuple(words[: len(command)]) == command for command in known), line


def test_every_setting_is_described() -> None:
    documented = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", page("docs/settings.md")))
    assert _keys(Settings) - documented == set()


def _keys(kind: type[BaseModel], section: str = "") -> set[str]:
    found = set()
    for name, field in kind.model_fields.items():
        annotation: Any = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found |= _keys(annotation, f"{name}.")
        else:
            found.add(section + name)
    return found


def test_the_mapping_in_the_docs_can_be_loaded(folder: Path) -> None:
    (toml,) = re.findall(r"```toml\n(.*?)```", page("docs/ledgers.md"), re.DOTALL)
    (folder / "m.toml").write_text(toml, encoding="utf-8")
    assert load_mapping(folder / "m.toml").header_row == 4
    text = page("docs/ledgers.md")
    assert [
        field for field in Field if field is not Field.PROGRESS and f"`{field}`" not in text
    ] == []


def test_both_readmes_hold_the_same_commands() -> None:
    blocks = [
        SH.findall(page(name)) + CONSOLE.findall(page(name))
        for name in ("README.md", "README.zh.md")
    ]
    assert blocks[0] == blocks[1]


def test_every_link_leads_somewhere() -> None:
    for path in [*PAGES, *(ROOT / "docs" / "adr").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), (path.name, target)


def test_every_test_that_a_page_names_is_there() -> None:
    named = {
        (file, test)
        for path in PAGES
        for file, test in re.findall(r"`(tests/[\w/]+\.py)::(\w+)", path.read_text("utf-8"))
    }
    absent = [
        (file, test)
        for file, test in sorted(named)
        if f"def {test}(" not in (ROOT / file).read_text("utf-8")
    ]
    assert (absent, len(named) > 30) == ([], True)
