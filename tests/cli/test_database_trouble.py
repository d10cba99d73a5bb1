"""A database that cannot be used is one sentence and exit code 10, and stays as it was."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from models.sqlite import library
from tests.command import duban
from tests.world import World

FILE = Path("var/duban.db")
NOBODY = 65534
READ_ONLY = "sqlite:///file:var/duban.db?mode=ro&uri=true"


def told(*words: str) -> str:
    """What the command says when it ends with 10."""
    answer = duban(*words)
    assert (answer.code, answer.out, answer.err.count("\n")) == (10, "", 1), answer
    assert "SQL" not in answer.err.replace("SQLAlchemy", "")
    return answer.err.strip()


def test_only_readable(world: World) -> None:
    assert duban("status", "--database", READ_ONLY).code == 0
    assert told("org", "add", "x", "X", "--database", READ_ONLY) == (
        "The database can only be read; let its file and folder be written."
    )


def test_damaged(world: World) -> None:
    world.database.close()
    content = bytearray(FILE.read_bytes())
    content[4096:40960] = b"\xff" * (40960 - 4096)
    FILE.write_bytes(content)
    assert told("status") == "The database is damaged; restore its file from a backup."


def test_full_disk(world: World) -> None:
    """A limit on the size of files stands for a disk without room."""
    world.unit("a", findings=40)
    world.database.close()
    size = 64 * 1024  # what is new goes into a file beside the database's
    shown = subprocess.run(
        [sys.executable, "-c", "from duban.cli.main import main; main()", "letter", "issue", "--yes"],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (shown.returncode, shown.stdout, shown.stderr) == (
        10, "", "The disk failed or is full; look at it, then try again.\n",
    )  # fmt: skip
    assert duban("letter", "list", "--json").data["count"] == 0


def test_unreadable(world: World, folder: Path) -> None:
    assert duban("status").code == 0  # everything is loaded before rights are given up
    FILE.chmod(0)
    with unprivileged(folder, FILE.parent):
        assert told("status") == "The database cannot be opened; check its file and folder."


@contextmanager
def unprivileged(*folders: Path) -> Iterator[None]:
    """Root reads everything, so inside the block it is nobody."""
    for path in folders:
        path.chmod(0o755)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_folder_and_paths_that_cannot_be(folder: Path) -> None:
    (folder / "file").write_text("")
    assert told("status", "--database", ".") == ". is a folder, not a database."
    assert told("init", "--database", ".") == "The database . cannot be made: Is a directory."
    assert told("init", "--database", "file/x.db") == (
        "The database file/x.db cannot be made: File exists."
    )
    assert told("init", "--database", "nosuch://x").startswith(
        "“nosuch://x” is no database address"
    )


def test_a_file_of_something_else_is_left_alone(folder: Path) -> None:
    (folder / "letter.txt").write_text("this is a letter to the district" * 40)
    with closing(library().connect("other.db")) as connection:
        connection.execute("CREATE TABLE births (name)")
    for name in ("letter.txt", "other.db"):
        before = sha256((folder / name).read_bytes()).hexdigest()
        for words in (("init",), ("db", "upgrade"), ("status",)):
            told(*words, "--database", name)
        assert sha256((folder / name).read_bytes()).hexdigest() == before


@pytest.mark.parametrize(
    ("revision", "words", "said"),
    [
        ("9999", ("init",), "The database is newer than the program (9999 > {ours}); install a newer duban."),
        ("9999", ("db", "upgrade"), "The database is newer than the program (9999 > {ours}); install a newer duban."),
        ("0001", ("init",), "The database is older than the program (0001 < {ours}); run “duban db upgrade”."),
    ],
)  # fmt: skip
def test_another_version_is_refused_before_it_is_touched(
    world: World, revision: str, words: tuple[str, ...], said: str
) -> None:
    ours = duban("version", "--json").data["schema"]
    with world.database.begin() as session:
        session.connection().exec_driver_sql(
            f"UPDATE alembic_version SET version_num = '{revision}'"
        )
    world.database.close()
    before = sha256(FILE.read_bytes()).hexdigest()
    assert told(*words) == said.format(ours=ours)
    assert sha256(FILE.read_bytes()).hexdigest() == before


@pytest.mark.parametrize("through", ["file", "environment", "flag"])
def test_a_path_is_an_address_everywhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch, through: str
) -> None:
    flags: tuple[str, ...] = ()
    match through:
        case "file":
            (folder / "duban.toml").write_text("[database]\nurl = 'my.db'\n")
        case "environment":
            monkeypatch.setenv("DUBAN_DATABASE__URL", "my.db")
        case _:
            flags = ("--database", "my.db")
    assert duban("init", *flags).code == 0
    assert (folder / "my.db").is_file()
    assert duban("status", *flags).code == 0


def test_no_password_is_shown(folder: Path) -> None:
    for url in (
        "postgresql://duban:tiptop42@127.0.0.1:1/duban",
        "postgresql://127.0.0.1:1/duban?user=duban&password=tiptop42",
        "postgresql+psycopg2://duban:tiptop42@127.0.0.1:1/duban",
    ):
        for words in (("config", "show"), ("status",), ("init",)):
            answer = duban(*words, "--database", url, "--json")
            assert "tiptop42" not in answer.out + answer.err
