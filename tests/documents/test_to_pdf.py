"""Making a PDF: bounded, one at a time, and nothing left behind."""

import stat
import time
from pathlib import Path

import pytest
from filelock import FileLock

from duban.documents.to_pdf import lock_file, to_pdf
from models.errors import Unavailable

HANGS = """#!/bin/sh
sleep 60 &
echo $! > "$CHILD"
sleep 60
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program in LibreOffice's place."""
    program = folder / "bin" / "soffice"
    program.parent.mkdir()
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("CHILD", str(folder / "child"))
    monkeypatch.setattr("tempfile.tempdir", str(folder))


def is_alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_what_hangs_is_ended_with_its_children(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(folder, monkeypatch, HANGS)
    with pytest.raises(Unavailable, match="took longer than 2 seconds and was stopped"):
        to_pdf(b"x", seconds=1.5)
    child = int((folder / "child").read_text())
    for _try in range(50):
        if not is_alive(child):
            break
        time.sleep(0.02)
    assert not is_alive(child)
    assert sorted(p.name for p in folder.iterdir()) == [
        "bin", "child", lock_file().name,
    ]  # fmt: skip


def test_one_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(folder, monkeypatch, HANGS)
    with (
        FileLock(lock_file()),
        pytest.raises(Unavailable, match="Other documents are being made"),
    ):
        to_pdf(b"x", patience=0.1)
    assert not (folder / "child").exists()


@pytest.mark.parametrize(
    ("script", "words"),
    [("#!/bin/sh\nexit 1\n", "made no PDF"), ("#!/bin/sh\nexit 0\n", "made no PDF")],
)
def test_what_makes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    install(folder, monkeypatch, script)
    with pytest.raises(Unavailable, match=words):
        to_pdf(b"x")


def test_without_libreoffice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    with pytest.raises(Unavailable, match="LibreOffice is not installed"):
        to_pdf(b"x")
