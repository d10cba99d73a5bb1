"""Opening the database, and the only place where a transaction begins and commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

import models.tables  # noqa: F401  a flush sorts tables by their keys: all must be known
from config.language import _
from models.errors import Unavailable

SCHEMA_REVISION = "0004"
"""The newest migration; a test holds it and ``migrations/versions`` together."""


class Database:
    """One database and its two kinds of transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A transaction that writes: commits at the end of the block, or leaves nothing."""
        connection = self.engine.connect().execution_options(writes=True)
        yield from self._session(connection)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads; whatever it changed is rolled back."""
        with self.engine.connect() as connection, Session(connection) as session:
            with translated_errors():
                yield session
            session.rollback()

    def _session(self, connection: Connection) -> Iterator[Session]:
        with connection, translated_errors():
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.commit()
            connection.commit()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's words for a locked or damaged database into ours."""
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error.orig):
            raise Unavailable(
                _("The database is locked by another process; wait a moment and try again.")
            ) from error
        raise
    except DatabaseError as error:
        if "not a database" in str(error.orig):
            raise Unavailable(
                _("The file is not a database; check the setting database.url.")
            ) from error
        raise


def open_database(url: str, *, busy_seconds: float = 30) -> Database:
    """The installation's database.

    Raises:
        Unavailable: it is missing, older or newer than the program, or not a database.
    """
    require_file(url)
    database = Database(make_engine(url, busy_seconds=busy_seconds))
    check_revision(database)
    return database


def require_file(url: str) -> None:
    """Refuse a SQLite address at which there is no file, instead of making an empty one.

    Raises:
        Unavailable: there is none, or the address cannot be read.
    """
    try:
        parsed = make_url(url)
        parsed.get_dialect().import_dbapi()
    except ImportError as error:
        raise Unavailable(
            _("The driver for “{url}” is not installed: {why}.").format(
                url=parsed.get_backend_name(), why=error
            )
        ) from error
    except ArgumentError as error:
        raise Unavailable(
            _("“{url}” is no database address; write sqlite:///FILE or a file's path.").format(
                url=url
            )
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        path = Path(str(parsed.database))
        if not path.is_file():
            raise Unavailable(
                _("There is no database at {path}; create it with “duban init”.").format(path=path)
            )


def make_engine(url: str, *, busy_seconds: float = 30) -> Engine:
    """An engine with the durability that an outbox needs."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed)
    engine = create_engine(parsed, connect_args={"timeout": busy_seconds})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (fixed in 3.51.3, 3.50.7, 3.44.6)."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3)


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions late and by itself; we begin them.
    connection.isolation_level = None
    major, minor, patch = (int(part) for part in sqlite3.sqlite_version.split("."))
    mode = "WAL" if wal_is_safe((major, minor, patch)) else "DELETE"
    for pragma in (f"journal_mode={mode}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock first: two deferred readers that both upgrade would deadlock.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def check_revision(database: Database) -> None:
    """Refuse a database whose schema this program does not know."""
    with translated_errors(), database.engine.connect() as connection:
        found = _revision(connection)
    if found is None:
        raise Unavailable(_("The database is empty; create its tables with “duban init”."))
    if found < SCHEMA_REVISION:
        raise Unavailable(
            _(
                "The database is older than the program ({found} < {ours}); run “duban db upgrade”."
            ).format(found=found, ours=SCHEMA_REVISION),
            found=found,
        )
    if found > SCHEMA_REVISION:
        raise Unavailable(
            _(
                "The database is newer than the program ({found} > {ours}); install a newer duban."
            ).format(found=found, ours=SCHEMA_REVISION),
            found=found,
        )


def _revision(connection: Connection) -> str | None:
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DatabaseError as error:
        if "no such table" in str(error.orig) or "does not exist" in str(error.orig):
            return None
        raise
