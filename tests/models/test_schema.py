"""Migrations equal the tables, and lead up, down and up again, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

import models.tables  # noqa: F401  every table must be known to the metadata
from models.database import SCHEMA_REVISION, Database, make_engine, open_database
from models.errors import BadInput, Unavailable
from models.finding import Finding
from models.organization import Organization
from models.schema import alembic_config, create, upgrade
from models.sqlite import library, version_of, wal_is_safe
from tests.places import downgrade
from tests.world import World, at


def test_migrations_equal_the_metadata(vacant: str) -> None:
    with upgrade(vacant) as database, database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_up_down_up(vacant: str) -> None:
    with upgrade(vacant) as database:
        first = set(inspect(database.engine).get_table_names())
        downgrade(database, "base")
        assert inspect(database.engine).get_table_names() == ["alembic_version"]
    with upgrade(vacant) as database:
        assert set(inspect(database.engine).get_table_names()) == first


def test_what_older_nights_held_back_keeps_its_reason(vacant: str) -> None:
    with upgrade(vacant, "0003") as old, old.engine.begin() as connection:
        for table, values in {
            "organizations": "1, 'a', 'A', NULL, 'other', NULL, '/1/', NULL, :at",
            "nightly_runs": "1, '2024-01-27', 1, :at, NULL, 'cli', NULL, 'completed', NULL, '', '',"
            " '{}', '{}', NULL, NULL, NULL, '[]'",
        }.items():
            connection.execute(
                text(f"INSERT INTO {table} VALUES ({values})"), {"at": "2024-01-26 16:10"}
            )
        connection.execute(
            text(
                "INSERT INTO findings (id, key, fingerprint, organization_id, text, created_at,"
                " state, version, provisional, returns, rung)"
                " VALUES (1, 'a-1', '', 1, 't', :at, 'issued', 1, :no, 0, 0)"
            ),
            {"at": "2024-01-26 16:10", "no": False},
        )
        connection.execute(
            text("INSERT INTO run_items VALUES (1, 1, 1, 'held', 'extension-pending', :details)"),
            {"details": '{"held": ["urge"], "rungs": []}'},
        )
    with upgrade(vacant, "0004") as now, now.engine.connect() as connection:
        details = connection.execute(text("SELECT details FROM run_items")).scalar_one()
    found = json.loads(details) if isinstance(details, str) else details
    assert found == {"held": {"urge": "extension-pending"}, "rungs": []}


def test_the_program_knows_its_newest_migration() -> None:
    with make_engine("sqlite://").connect() as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_heads() == [SCHEMA_REVISION]


def test_two_who_create_the_tables_at_once_do_no_harm(vacant: str) -> None:
    both = Barrier(2)

    def make(_one: int) -> set[str]:
        both.wait()
        with create(vacant) as database:
            return set(inspect(database.engine).get_table_names())

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(make, range(2))
    assert first == second
    with open_database(vacant) as database:
        assert set(inspect(database.engine).get_table_names()) == first


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
    ("changed", "said"),
    [
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"name": "a\0b"}, "“a␀b” holds a character"),
    ],
)
def test_what_one_database_cannot_store_the_other_refuses_too(
    world: World, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(BadInput, match=said), world.database.begin() as session:
        organization = session.get_one(Organization, world.commission_id)
        for name, value in changed.items():
            setattr(organization, name, value)


@pytest.mark.parametrize(
    ("version", "safe"),
    [((3, 40, 1), False), ((3, 44, 6), True), ((3, 50, 6), False), ((3, 50, 7), True),
     ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 0), True)],
)  # fmt: skip
def test_wal_only_where_sqlite_is_free_of_its_bug(
    version: tuple[int, int, int], safe: bool
) -> None:
    assert wal_is_safe(version) is safe


def test_commits_are_kept_and_readers_are_not_kept_out(database: Database) -> None:
    """Each database's own way: WAL with every commit on the disk, or the server's."""
    asked = {
        "sqlite": ["PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys"],
        "postgresql": ["SHOW timezone", "SHOW application_name", "SHOW lock_timeout"],
    }
    journal = "wal" if wal_is_safe(version_of(library())) else "delete"
    wanted = {"sqlite": [journal, 2, 1], "postgresql": ["UTC", "duban", "30s"]}
    name = database.engine.dialect.name
    with database.engine.connect() as connection:
        found = [connection.exec_driver_sql(question).scalar_one() for question in asked[name]]
    assert found == wanted[name]
    with database.begin() as writing, open_database(_url(database)) as other:
        writing.connection().exec_driver_sql("DELETE FROM letter_counters")
        with other.read() as session:
            assert session.exec(select(Organization)).all() == []


def test_a_reader_sees_one_moment(world: World) -> None:
    with world.database.read() as session:
        before = session.exec(select(Organization.code)).all()
        with open_database(_url(world.database)) as other, other.begin() as writing:
            writing.add(Organization(code="x", name="X", kind="other", created_at=at("2024-01-01")))
        assert session.exec(select(Organization.code)).all() == before


def test_every_foreign_key_is_enforced(world: World) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), world.database.begin() as session:
        session.add(Finding(key="x", fingerprint="", organization_id=999, text="t",
                            created_at=at("2024-01-01")))  # fmt: skip


def test_a_table_for_each_thing(world: World) -> None:
    assert sorted(inspect(world.database.engine).get_table_names()) == sorted(
        ["alembic_version", *SQLModel.metadata.tables]
    )


def test_a_newer_database_is_refused(world: World) -> None:
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unavailable, match="newer than the program"):
        open_database(_url(world.database))


def _url(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)
