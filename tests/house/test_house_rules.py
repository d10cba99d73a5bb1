"""House rules, executable: sizes, layers, the clock, commits at the edge, reasons, the lock."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
ROOMS = ("config", "models", "notifications", "duban", "flows", "tests", "docs", "benchmarks")


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py"))


def tracked() -> list[Path]:
    shown = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in shown.stdout.splitlines() if (ROOT / name).is_file()]


def lines_with(pattern: str, paths: Iterator[Path] | list[Path]) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if wanted.search(line)
    ]


def test_no_file_is_two_ideas() -> None:
    sizes = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: size for name, size in sizes.items() if size > 300} == {}
    assert sorted(sizes.values())[len(sizes) // 2] <= 100


def test_higher_rooms_import_lower_ones() -> None:
    done = subprocess.run(
        [BIN / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("room", "code", "rule"),
    [
        (
            "duban/services/x.py",
            "from datetime import UTC, datetime\n\nx = datetime.now(UTC)\n",
            "TID251",
        ),
        ("models/x.py", "import time\n\nx = time.time()\n", "TID251"),
        ("flows/x.py", "import pendulum\n\nx = pendulum.now()\n", "TID251"),
        ("duban/x.py", "from datetime import datetime\n\nx = datetime(2024, 1, 1)\n", "DTZ001"),
        ("config/clock.py", "from datetime import UTC, datetime\n\nx = datetime.now(UTC)\n", ""),
    ],
)
def test_only_one_file_asks_the_clock(room: str, code: str, rule: str) -> None:
    done = subprocess.run(
        [BIN / "ruff", "check", "--output-format=concise", "--stdin-filename", room, "-"],
        cwd=ROOT, input=code, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (rule in done.stdout, done.returncode) == (True, 1 if rule else 0), done.stdout


def test_transactions_begin_and_commit_in_one_file() -> None:
    ours = [path for path in sources() if "tests" not in path.parts]
    assert {line.partition(":")[0] for line in lines_with(r"\.commit\(|\.rollback\(", ours)} == {
        "models/database.py"
    }


def test_queries_never_write() -> None:
    queries = list((ROOT / "models" / "queries").glob("*.py"))
    assert (
        lines_with(
            r"session\.(add|delete|flush|merge)\b|(?<![.\w])(insert|update|delete)\(", queries
        )
        == []
    )


def test_only_one_file_writes_a_state() -> None:
    """Apart from the writer, nobody passes ``state`` to a finding's UPDATE or sets it."""
    ours = [p for p in sources() if "tests" not in p.parts and p.name != "transition.py"]
    assert lines_with(r"finding\.state\s*=[^=]|\"state\": State\.", ours) == []


def test_every_ignore_has_its_reason() -> None:
    bare = r"#\s*(noqa(: [A-Z0-9, ]+)?|type: ignore(\[[\w, -]+\])?)\s*$"
    assert lines_with(bare, list(sources())) == []
    assert lines_with(r"\b(TODO|FIXME|XXX)\b", list(sources())) == []


def test_the_locks_are_hashed_and_name_no_host() -> None:
    for name in ("run.lock", "dev.lock"):
        text = (ROOT / "requirements" / name).read_text()
        assert "://" not in text
        requirements = re.split(r"\n(?=\S)", text.strip())
        assert [r for r in requirements if "==" not in r or "--hash=sha256:" not in r] == []
    run, dev = ((ROOT / "requirements" / n).read_text() for n in ("run.lock", "dev.lock"))
    pins = [set(re.findall(r"^([\w.\[\]-]+==[^ ;\\]+)", text, re.MULTILINE)) for text in (run, dev)]
    assert pins[0] <= pins[1]


def test_no_path_of_a_machine_and_no_lock_with_hosts_is_kept() -> None:
    names = {path.name for path in tracked()}
    assert names & {"uv.lock", "poetry.lock", "pip.conf", ".env"} == set()
    texts = [
        p for p in tracked() if p.suffix in {".py", ".md", ".toml", ".yaml", ".lock", ".txt", ""}
    ]
    assert lines_with(r"/(home|root|Users|work)/\w", texts) == []


def test_the_tree_shows_the_house() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    assert folders == {
        ".ci", "benchmarks", "config", "docs", "duban", "flows", "models", "notifications",
        "requirements", "tests",
    }  # fmt: skip
