"""Chinese and English, complete in both; and a start that loads nothing it does not need."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from duban.cli.main import nouns
from tests.command import duban
from tests.world import World

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "config" / "locale" / "zh" / "LC_MESSAGES" / "duban.po"
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages() -> list[tuple[str, str]]:
    with CATALOGUE.open("rb") as stream:
        catalogue = read_po(stream, locale="zh")
    found = []
    for message in catalogue:
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            target = message.string if isinstance(message.string, str) else message.string[0]
            found.append((source, target))
    return found


def test_the_catalogue_holds_every_sentence_of_the_code() -> None:
    methods = [
        ("**/templates/**.txt", "jinja2"),
        ("**/templates/**.html", "jinja2"),
        ("**.py", "python"),
    ]
    wanted = set()
    for room in ("config", "models", "notifications", "duban", "flows"):
        for found in extract_from_dir(ROOT / room, methods, {"**/templates/**": {"newstyle_gettext": "true"}},
                                      {"_": None, "ngettext": (1, 2), "gettext": None}):  # fmt: skip
            wanted.add(found[2] if isinstance(found[2], str) else found[2][0])
    assert wanted - {source for source, _target in messages()} == set()


def test_every_sentence_is_translated_with_its_placeholders() -> None:
    wrong = [
        (source, target)
        for source, target in messages()
        if not target
        or sorted(set(PLACEHOLDER.findall(source))) != sorted(set(PLACEHOLDER.findall(target)))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("environment", "chinese"),
    [
        ({"LANG": "zh_CN.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LANG": "de_DE.UTF-8"}, False),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, False),
        ({"LANG": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        ({}, False),
    ],
)
def test_the_locale_decides(
    world: World, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], chinese: bool
) -> None:
    monkeypatch.delenv("LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("未办结" in duban("status").out or "示例区纪委监委" in duban("status").out) is chinese
    assert ("示例区纪委监委" in duban("status", "--lang", "zh").out, duban("status", "--lang", "en").err) == (
        True, "",
    )  # fmt: skip


def test_english_answers_are_english_but_for_what_people_wrote(world: World) -> None:
    world.unit("a")
    world.issue()
    world.night("2024-01-27")
    for words in (("status",), ("finding", "why", "1-1"), ("finding", "show", "1-1"),
                  ("run", "list"), ("run", "show", "2024-01-27"), ("mail", "list"), ("letter", "list"),
                  ("escalation", "list"), ("calendar", "due", "2024-01-12"), ("calendar", "coverage")):  # fmt: skip
        answer = duban(*words, "--lang", "en")
        shown = re.sub(r"示纪函〔\d+〕\d+号|国办发明电〔\d+〕\d+号|单位a|春节", "", answer.out)
        assert (words, answer.code, CHINESE.findall(shown)) == (words, 0, [])


def test_every_command_has_help_in_both_languages() -> None:
    # The words of a command are chosen as it is loaded, so each language is a process of its own.
    program = (
        "import sys; from duban.cli.main import run; language, *names = sys.argv[1:]\n"
        "for name in names: print(run([name, '--help', '--lang', language]), end='\\f')"
    )
    names = [noun.name for noun in nouns()]
    for language in ("zh", "en"):
        shown = subprocess.run([sys.executable, "-c", program, language, *names],
                               capture_output=True, text=True, check=True)  # fmt: skip
        texts = shown.stdout.split("\f")[:-1]
        for name, text in zip(names, texts, strict=True):
            code = text[-1]
            chinese = bool(CHINESE.search(re.sub("督办", "", text)))
            assert (name, code, chinese) == (name, "0", language == "zh")
        assert shown.stderr == ""


def test_what_answers_at_once_loads_nothing_heavy(world: World) -> None:
    heavy = {"prefect", "apscheduler", "alembic", "jinja2", "sendgrid", "python_calamine", "rich",
             "lunar_python", "uvicorn", "fastapi", "openpyxl"}  # fmt: skip
    for words in (["--help"], ["status"], ["finding", "list"]):
        program = (
            "import sys; from duban.cli.main import run; code = run(sys.argv[1:]);"
            "print(code, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
        )
        shown = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True,
                               check=True, env=os.environ)  # fmt: skip
        code, *loaded = shown.stderr.split()
        allowed = {"rich"} if words == ["--help"] else set()
        assert (code, heavy & set(loaded) - allowed) == ("0", set())


def _duban(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", "from duban.cli.main import main; main()", *words],
                          capture_output=True, text=True, check=False)  # fmt: skip
