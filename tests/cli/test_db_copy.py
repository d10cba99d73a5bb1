"""``duban db copy``: to the other kind of database and back; all of it, or nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, col, select

from duban.services.copy_database import copy_database
from models.database import Database, make_engine, open_database
from models.organization import Organization
from tests.command import duban
from tests.places import Places
from tests.world import World, at


@pytest.fixture
def lived(world: World) -> World:
    """Findings, letters, nights, mails, proposals; an organization older than its superior."""
    world.unit("a", findings=3)
    (finding,) = world.unit("b")
    world.issue()
    world.acknowledge(finding, at("2023-12-27T09:00"))
    world.ask(finding, "P7D", at("2024-01-20T09:00"))
    world.nights("2024-01-17", "2024-02-02")
    with world.database.begin() as session:
        below, above = (
            session.exec(select(Organization).where(col(Organization.code) == code)).one()
            for code in "ab"
        )
        below.parent_id, below.name_en = above.id, None
        session.add(below)
    return world


@pytest.fixture
def other(kind: str, places: Places, folder: Path) -> Iterator[str]:
    """An empty place of the other kind where there is one of SQLite, else a file."""
    with places.empty(folder / "other") as url:
        yield url if kind == "postgresql" else f"sqlite:///{folder / 'other.db'}"


def tables(url: str) -> list[str]:
    with Database(make_engine(url)) as database:
        return inspect(database.engine).get_table_names()


def test_to_a_file_and_back_and_on(lived: World, other: str, folder: Path) -> None:
    there = duban("db", "copy", "--to", "there.db", "--json")
    assert there.code == 0, there.err
    assert there.err == ""
    back = duban("db", "copy", "--to", other, "--database", "there.db", "--json")
    assert back.code == 0, back.err
    assert there.data["tables"] == back.data["tables"]
    found = {one["table"]: one["rows"] for one in back.data["tables"]}
    assert set(found) == set(SQLModel.metadata.tables)
    assert (found["findings"], found["organizations"], found["letters"]) == (4, 3, 2)
    assert min(found[name] for name in ("nightly_runs", "messages", "notices", "contacts")) > 0
    assert back.data["rows"] == sum(found.values())
    status = ("status", "--json", "--as-of", "2024-02-03T09:00")
    assert duban(*status, "--database", other).data == duban(*status).data
    with open_database(other) as copied, copied.read() as session:
        parents = select(Organization.code, Organization.parent_id).order_by(col(Organization.code))
        copies = session.exec(parents).all()
    with lived.database.read() as session:
        assert session.exec(parents).all() == copies
    for name in ("there.db", other):
        assert duban("org", "add", "new", "New", "--database", name).code == 0


def test_people_see_a_table(lived: World) -> None:
    answer = duban("db", "copy", "--to", "there.db")
    lines = answer.out.splitlines()
    assert (answer.code, lines[0], lines[-1]) == (
        0, "Table\tRows\tDigest", "Next: set database.url to sqlite:///there.db",
    )  # fmt: skip
    assert [line.split("\t")[:2] for line in lines if line.startswith("findings\t")] == [
        ["findings", "4"]
    ]


def test_a_target_that_is_not_empty_is_left_alone(lived: World, other: str) -> None:
    assert duban("init", "--database", other).code == 0
    answer = duban("db", "copy", "--to", other, "--json")
    assert (answer.code, answer.problem["detail"]) == (
        7, "The database to copy to is not empty; nothing was changed. Name another.",
    )  # fmt: skip
    assert len(duban("org", "list", "--json", "--database", other).data["organizations"]) == 1


@pytest.mark.parametrize("to", ["postgresql://duban@127.0.0.1:1/x", "folder", "nosuch://x"])
def test_a_target_that_cannot_be_reached(lived: World, folder: Path, to: str) -> None:
    (folder / "folder").mkdir()
    answer = duban("db", "copy", "--to", to)
    assert (answer.code, answer.out, answer.err.count("\n")) == (10, "", 1), answer


@pytest.mark.parametrize("stage", ["writing", "comparing"])
def test_an_interrupted_copy_leaves_nothing(lived: World, other: str, stage: str) -> None:
    seen: list[str] = []

    def stop(name: str, _rows: int) -> None:
        seen.append(name)
        if seen.count("findings") == (1 if stage == "writing" else 2):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_database(lived.database, other, on_rows=stop)
    assert tables(other) == []
    assert duban("status", "--database", other).code == 10
    assert duban("db", "copy", "--to", other).code == 0


def test_a_value_that_is_not_of_its_kind(
    lived: World, kind: str, request: pytest.FixtureRequest, folder: Path
) -> None:
    """SQLite holds anything in any column; PostgreSQL makes 4 of 3.7, or refuses."""
    if kind == "sqlite":
        return
    cases = {
        "UPDATE findings SET item = 3.7 WHERE id = 1": (10, "The table findings came out different"),
        f"UPDATE findings SET ledger_due = '{'x' * 9}', key = '{'x' * 201}' WHERE id = 1": (
            1, "The table findings cannot be copied. A value cannot be stored",
        ),
    }  # fmt: skip
    assert duban("db", "copy", "--to", "source.db").code == 0
    places: Places = request.getfixturevalue("places")
    for number, (harm, (code, said)) in enumerate(cases.items()):
        shutil.copy("source.db", f"{number}.db")
        with open_database(f"sqlite:///{number}.db") as source, source.begin() as session:
            session.execute(text(harm))
        with places.empty(folder) as empty:
            answer = duban("db", "copy", "--database", f"{number}.db", "--to", empty)
            assert (answer.code, answer.err.startswith(said)) == (code, True), answer.err
            assert tables(empty) == []


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("UPDATE nightly_runs SET state = 'running' WHERE business_date = '2024-02-02'",
         "The check of 2024-02-02 is at work; wait until it is done, then copy."),
        ("UPDATE messages SET state = 'sending'", "is being sent; wait until it is done, then copy."),
    ],
)  # fmt: skip
def test_what_is_at_work_is_not_copied(lived: World, other: str, act: str, said: str) -> None:
    with lived.database.begin() as session:
        session.execute(text(act))
    answer = duban("db", "copy", "--to", other, "--json")
    assert (answer.code, said in answer.problem["detail"]) == (7, True)
    assert tables(other) == []


def test_a_source_of_another_version(lived: World, other: str) -> None:
    with lived.database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert duban("db", "copy", "--to", other).code == 10
