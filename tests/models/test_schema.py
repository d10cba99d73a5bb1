"""Migrations equal the tables, and lead up, down and up again."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

import models.tables  # noqa: F401  every table must be known to the metadata
from models.database import SCHEMA_REVISION, make_engine, open_database, wal_is_safe
from models.errors import Unavailable
from models.finding import Finding
from models.schema import alembic_config, downgrade, upgrade
from tests.world import World, at


def test_migrations_equal_the_metadata(folder: Path) -> None:
    with upgrade("sqlite:///new.db") as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_up_down_up(folder: Path) -> None:
    with upgrade("sqlite:///new.db") as database:
        first = _schema()
        downgrade(database, "base")
    assert _schema() == [("alembic_version",)]
    upgrade("sqlite:///new.db").close()
    assert _schema() == first


def test_what_older_nights_held_back_keeps_its_reason(folder: Path) -> None:
    with upgrade("sqlite:///old.db") as database:
        downgrade(database, "0003")
    with sqlite3.connect("old.db") as old:
        old.execute("PRAGMA foreign_keys = OFF")
        old.execute(
            "INSERT INTO run_items (id, run_id, finding_id, outcome, reason, details) VALUES "
            """(1, 1, 1, 'held', 'extension-pending', '{"held": ["urge"], "rungs": []}')"""
        )
    upgrade("sqlite:///old.db").close()
    with sqlite3.connect("old.db") as now:
        ((details,),) = now.execute("SELECT details FROM run_items").fetchall()
    assert json.loads(details) == {"held": {"urge": "extension-pending"}, "rungs": []}


def test_the_program_knows_its_newest_migration() -> None:
    with make_engine("sqlite://").connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_heads() == [SCHEMA_REVISION]


def test_instants_come_back_as_the_same_aware_value(world: World) -> None:
    (finding_id,) = world.unit("a")
    world.issue(at("2023-12-26T17:30"))
    due_at = world.finding(finding_id).due_at
    assert due_at == datetime(2024, 1, 26, 16, tzinfo=UTC)
    assert due_at is not None
    assert due_at.utcoffset() is not None
    with world.database.read() as session:
        found = session.exec(select(Finding.id).where(Finding.due_at == at("2024-01-27T00:00")))
        assert found.all() == [finding_id]


def test_naive_instants_are_refused(world: World) -> None:
    (finding_id,) = world.unit("a")
    with pytest.raises(Exception, match="time zone"), world.database.begin() as session:
        session.get_one(Finding, finding_id).due_at = datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)  # fmt: skip
def test_wal_only_where_sqlite_is_free_of_its_bug(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) is safe


def test_every_foreign_key_is_enforced(world: World) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"), world.database.begin() as session:
        session.add(Finding(key="x", fingerprint="", organization_id=999, text="t",
                            created_at=at("2024-01-01")))  # fmt: skip


def test_a_table_for_each_thing(world: World) -> None:
    assert sorted(inspect(world.database.engine).get_table_names()) == [
        "alembic_version", "calendar_imports", "contacts", "escalations", "evidence",
        "extension_requests", "findings", "import_batches", "installation", "letter_counters",
        "letters", "messages", "nightly_runs", "notices", "organizations", "run_items",
        "submissions", "transition_log",
    ]  # fmt: skip


def test_a_newer_database_is_refused(world: World) -> None:
    with sqlite3.connect("var/duban.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer than the program"):
        open_database(world.settings.database_url)


def _schema() -> list[tuple[str, ...]]:
    connection = sqlite3.connect("new.db")
    try:
        return sorted(
            connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        )
    finally:
        connection.close()
