"""Opening the database, and the only place where a transaction begins and commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError
from sqlmodel import Session

import models.tables  # noqa: F401  a flush sorts tables by their keys: all must be known
from config.language import _
from config.origins import without_password
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
        with translated_errors(), self.engine.connect() as opened:
            connection = opened.execution_options(writes=True)
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.commit()
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads; whatever it changed is rolled back."""
        with (
            translated_errors(),
            self.engine.connect() as connection,
            Session(connection) as session,
        ):
            yield session
            session.rollback()

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the driver's words for a database that cannot be used into ours, without any SQL."""
    try:
        yield
    except IntegrityError:
        raise
    except DatabaseError as error:
        raise Unavailable(_sentence(str(error.orig))) from error


def _sentence(trouble: str) -> str:
    for known, sentence in (
        ("locked", _("The database is locked by another process; wait a moment and try again.")),
        ("readonly", _("The database can only be read; let its file and folder be written.")),
        ("unable to open", _("The database cannot be opened; check its file and folder.")),
        ("is full", _("The disk is full; make room and try again.")),
        ("disk I/O error", _("The disk failed or is full; look at it, then try again.")),
        ("malformed", _("The database is damaged; restore its file from a backup.")),
        ("not a database", _("The file is not a database; check the setting database.url.")),
    ):
        if known in trouble:
            return sentence
    return _("The database refused: {why}.").format(why=trouble)


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
    path = file_of(url)
    if path is None:
        return
    try:
        if path.is_dir():
            raise Unavailable(_("{path} is a folder, not a database.").format(path=path))
        if not path.is_file():
            raise Unavailable(
                _("There is no database at {path}; create it with “duban init”.").format(path=path)
            )
    except OSError as error:
        raise Unavailable(
            _("{path} cannot be read: {why}.").format(path=path, why=error.strerror)
        ) from error


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; none for a server or a database in memory.

    Raises:
        Unavailable: the address cannot be understood, or its driver is not installed.
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
                url=without_password(url)
            )
        ) from error
    named = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or named in ("", ":memory:"):
        return None
    return Path(named.removeprefix("file:").partition("?")[0])


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
    found = revision_of(database)
    if found is None:
        raise Unavailable(_("The database is empty; create its tables with “duban init”."))
    if found < SCHEMA_REVISION:
        raise Unavailable(
            _(
                "The database is older than the program ({found} < {ours}); run “duban db upgrade”."
            ).format(found=found, ours=SCHEMA_REVISION),
            found=found,
        )
    refuse_newer(found)


def refuse_newer(found: str) -> None:
    """Refuse the revision of a newer program.

    Raises:
        Unavailable: ``found`` is one.
    """
    if found > SCHEMA_REVISION:
        raise Unavailable(
            _(
                "The database is newer than the program ({found} > {ours}); install a newer duban."
            ).format(found=found, ours=SCHEMA_REVISION),
            found=found,
        )


def revision_of(database: Database) -> str | None:
    """The revision of its tables; none where there are no tables of ours.

    Raises:
        Unavailable: it cannot be read, or holds the tables of something else.
    """
    with translated_errors(), database.engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        if "alembic_version" in tables:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise Unavailable(
            _("The database holds the tables of another program; choose another file.")
        )
    return None
