"""A PostgreSQL server that cannot be used is one sentence and exit code 10, without secrets."""

from collections.abc import Iterator
from threading import Thread

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from models.database import Database, make_engine, open_database
from models.errors import Unavailable
from models.organization import Organization
from models.postgres import OLDEST, wait_alone
from tests.command import duban
from tests.postgres import GUARDED, PASSWORD
from tests.world import World, at

UNREACHABLE = (
    "The database server cannot be reached or broke the connection off; see that it runs and "
    "try again. What was not committed is undone."
)
LOCKED = "The database is locked by another process; wait a moment and try again."
NOT_LET_IN = (
    "The database server does not let this account in; check the user of database.url and "
    "its password (in the file ~/.pgpass, or where passfile= points)."
)


def told(*words: str) -> str:
    """What the command says when it ends with 10."""
    answer = duban(*words)
    assert (answer.code, answer.out, answer.err.count("\n")) == (10, "", 1), answer
    return answer.err.strip()


def as_(url: str, user: str) -> str:
    return url.replace("//duban@", f"//{user}@")


def test_nobody_answers(folder: object) -> None:
    for words in (("init",), ("status",), ("db", "check"), ("db", "upgrade")):
        assert told(*words, "--database", "postgresql://duban@127.0.0.1:1/duban") == UNREACHABLE


def test_a_wrong_password_and_none(vacant: str) -> None:
    for user in (f"{GUARDED}:wrong-secret", GUARDED):
        assert told("init", "--database", as_(vacant, user)) == NOT_LET_IN
    assert duban("init", "--database", as_(vacant, f"{GUARDED}:{PASSWORD}")).code == 0


def test_a_database_that_is_not_there(vacant: str) -> None:
    assert told("init", "--database", f"{vacant}_x") == (
        "The server has no such database; create it, or check the setting database.url."
    )


def test_an_empty_database_and_one_of_another_program(vacant: str) -> None:
    assert told("status") == "The database is empty; create its tables with “duban init”."
    with Database(make_engine(vacant)) as other, other.begin() as session:
        session.execute(text("CREATE TABLE births (name text)"))
    for words in (("init",), ("db", "upgrade"), ("status",)):
        assert told(*words) == (
            "The database holds the tables of another program; choose another one."
        )


def test_it_can_only_be_read(world: World) -> None:
    url = f"{world.database.engine.url}?options=-c%20default_transaction_read_only%3Don"
    assert duban("status", "--database", url).code == 0
    assert told("org", "add", "x", "X", "--database", url) == (
        "The database can only be read; name the server that may be written."
    )


def test_another_holds_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DATABASE__BUSY_SECONDS", "0.1")
    with world.database.begin(alone=True):
        assert told("org", "add", "x", "X") == LOCKED
    assert duban("org", "add", "x", "X").code == 0


def test_a_connection_that_breaks_undoes_the_act_and_the_next_one_works(world: World) -> None:
    with pytest.raises(Unavailable) as broken, world.database.begin() as session:
        session.add(Organization(code="x", name="X", kind="other", created_at=at("2024-01-01")))
        session.flush()
        _break_off(world.database)
    assert broken.value.message == UNREACHABLE
    _break_off(world.database)  # those that wait in the pool are tried before they are used
    world.unit("x")
    assert duban("status").code == 0


def test_two_acts_that_wait_for_each_other(world: World) -> None:
    world.unit("a")
    refused: list[str] = []

    def change(first: str, second: str) -> None:
        try:
            with world.database.begin() as session:
                for code in (first, second):
                    session.execute(
                        update(Organization)
                        .where(col(Organization.code) == code)
                        .values(name_en="X")
                    )
                    session.execute(text("SELECT pg_sleep(0.3)"))
        except Unavailable as error:
            refused.append(error.message)

    both = [Thread(target=change, args=pair) for pair in (("a", "commission"), ("commission", "a"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert refused == ["Two acts stood in each other's way; this one was undone: try again."]


def test_no_more_connections(world: World, crowd: str) -> None:
    assert told("status", "--database", crowd) == (
        "The database server has too many connections; wait a moment and try again."
    )


@pytest.fixture
def crowd(world: World) -> Iterator[str]:
    """An account that may be connected once, and is."""
    url = world.database.engine.url
    name = f"crowd_{url.database}"
    with world.database.begin() as session:
        session.execute(text(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 1"))
        session.execute(text(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {name}"))
    other = as_(str(url), name)
    with open_database(other) as one, one.read() as session:
        session.connection()
        yield other
    with world.database.begin() as session:
        session.execute(text(f"DROP OWNED BY {name}"))
        session.execute(text(f"DROP ROLE {name}"))


def test_an_account_without_rights(world: World) -> None:
    with world.database.begin() as session:
        session.execute(text("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM duban"))
        session.execute(text(f"CREATE ROLE guest_{world.database.engine.url.database} LOGIN"))
    url = as_(str(world.database.engine.url), f"guest_{world.database.engine.url.database}")
    assert told("status", "--database", url) == (
        "The account may not do this in the database; let it own the database, or grant it "
        "the rights."
    )


def test_an_older_server_and_another_encoding(vacant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.postgres.OLDEST", 99)
    said = told("init")
    assert (said.startswith("The server is PostgreSQL "), said.endswith("at least 99 is needed.")) == (
        True, True,
    )  # fmt: skip
    assert OLDEST == 15


def test_a_night_waits_for_nobody_who_acts_alone(world: World) -> None:
    """Acts of people come one after the other; the check is not among them."""
    with world.database.engine.connect() as busy:
        wait_alone(busy)
        assert world.night("2024-01-27").state == "completed"


def _break_off(database: Database) -> None:
    with Database(make_engine(str(database.engine.url))) as other, other.read() as session:
        session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
