"""Answers as CSV and JSON for programs, as folded tables at a terminal, and as they arrive."""

import csv
import os
import pty
import re
import struct
import subprocess
import sys
from fcntl import ioctl
from io import StringIO
from pathlib import Path
from termios import TIOCSWINSZ

import pytest

from duban.services.organizations import add_organization
from tests.command import duban
from tests.world import INSTALLED, World

PROGRAM = [sys.executable, "-c", "from duban.cli.main import main; main()"]
LONG = "示例区住房和城乡建设局党组"


def at_a_terminal(width: int, *words: str) -> list[str]:
    """What the command shows on a screen of this width."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("COLUMNS", None)
    process = subprocess.Popen(
        [*PROGRAM, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(ours)
    assert process.wait(timeout=60) == 0, shown
    return shown.decode().replace("\r\n", "\n").splitlines()


@pytest.fixture
def overdue(world: World) -> World:
    """Findings with markup, a formula and long names, overdue in a letter."""
    world.unit("a")
    with world.database.begin() as session:
        connection = session.connection()
        connection.exec_driver_sql("UPDATE findings SET text = '[bold]=1+1[/bold] 报告 ' || text")
        connection.exec_driver_sql(f"UPDATE organizations SET name = '{LONG}' WHERE code = 'a'")
    world.issue()
    world.night("2024-01-27")
    return world


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize(
    "words", ["finding list", "run list", "letter list", "mail list", "status", "escalation list"]
)
def test_a_table_tears_nothing_apart(overdue: World, width: int, language: str, words: str) -> None:
    """What is a word, a date, a number or an address in a pipe is whole on the screen."""
    more = ("--as-of", "2024-01-29") if words in ("finding list", "status") else ()
    shown = at_a_terminal(width, *words.split(), *more, "--lang", language, "--no-color")
    piped = duban(*words.split(), *more, "--lang", language).out
    whole = re.findall(r"\d{4}-\d\d-\d\d|\d{4}-\d+-\d+|\S+〔\d+〕\d+号|\S+@\S+", piped)
    assert sorted(found for found in whole if not any(found in line for line in shown)) == []
    assert "\x1b" not in "".join(shown)


def test_a_cell_is_not_markup_and_long_text_goes_below(overdue: World) -> None:
    shown = at_a_terminal(80, "finding", "list", "--lang", "zh", "--as-of", "2024-01-27T09:00")
    assert shown[-2:] == [
        "2023-1-1  示例区住房和城乡建设局党组  已逾期  2024-01-26 周五  逾期1天    催办",
        "    [bold]=1+1[/bold] 报告 finding text a 1",
    ]


@pytest.mark.parametrize("words", [("finding", "list"), ("import", "ledger", "apply"), ()])
def test_no_help_is_cut_short(words: tuple[str, ...]) -> None:
    shown = at_a_terminal(80, *words, "--help", "--lang", "zh", "--no-color")
    cut = [line for line in shown if re.search(r"…(?!\])", line.replace("字段,…]", ""))]
    assert cut == []


def test_csv_is_one_record_a_line_with_every_field(overdue: World) -> None:
    shown = duban("finding", "list", "--csv").out
    (record,) = csv.DictReader(StringIO(shown))
    (finding,) = duban("finding", "list", "--json").data["findings"]
    assert shown.count("\r\n") == 2
    assert list(record) == list(finding)
    assert (record["reference"], record["provisional"], record["remark"]) == (
        "2023-1-1",
        "false",
        "",
    )
    chosen = duban("finding", "list", "--csv=reference,rung").out
    assert chosen == "reference,rung\r\n2023-1-1,1\r\n"
    assert duban("finding", "list", "--csv=refrence").code == 2


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_hides_formulas_from_spreadsheets(world: World, start: str) -> None:
    with world.database.begin() as session:
        add_organization(session, code="x", name=f'{start}HYPERLINK("x")\nnew line', now=INSTALLED)
    shown = duban("org", "list", "--csv=code,name").out
    assert shown.splitlines()[-1] == f'x,"\'{start}HYPERLINK(""x"") new line"'


def test_fields_of_rows_can_be_chosen(overdue: World) -> None:
    assert duban("finding", "list", "--json=count,reference,rung").data == {
        "count": 1, "findings": [{"reference": "2023-1-1", "rung": 1}],
    }  # fmt: skip
    assert duban("finding", "list", "--json=refrence").code == 2
    assert duban("finding", "list", "--state", "rectified", "--json=reference").data == {
        "findings": []
    }
    assert duban("status", "--json", "--csv").code == 2


def test_a_list_that_was_cut_says_so(world: World) -> None:
    world.unit("a", findings=3)
    world.issue()
    whole, cut = (duban("finding", "list", "--json", "--limit", n) for n in (3, 2))
    assert [(one.data["count"], one.data["truncated"]) for one in (whole, cut)] == [
        (3, False), (2, True),
    ]  # fmt: skip
    assert (whole.err, cut.err) == (
        "",
        "Only the first 2 are shown; there are more: raise --limit.\n",
    )


def test_nobody_is_asked_without_input(world: World) -> None:
    world.unit("a")
    answer = duban("letter", "issue", "--no-input")
    assert (answer.code, "--yes" in answer.err) == (2, True)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "utf-8"])
def test_every_encoding_carries_chinese(world: World, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    shown = subprocess.run(
        [*PROGRAM, "status", "--lang", "zh"], capture_output=True, check=False, env=environment
    )
    kept = encoding if encoding == "gbk" else "utf-8"
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "示例区纪委监委" in shown.stdout.decode(kept)


def test_an_answer_that_cannot_be_written_is_a_failure(world: World) -> None:
    with Path("/dev/full").open("w") as full:
        shown = subprocess.run(
            [*PROGRAM, "status"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (shown.returncode, shown.stderr) == (
        1, "The answer could not be written: No space left on device.\n",
    )  # fmt: skip
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *PROGRAM, "status"],
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr) == (
        1, "Standard output is closed, so nothing was done.\n",
    )  # fmt: skip
