"""Opening the database, and the only place where a transaction begins and commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlmodel import Session

import models.tables  # noqa: F401  a flush sorts tables by their keys: all must be known
from config.language import _
from models.address import parse, require_file
from models.errors import BadInput, Unavailable
from models.fits import refuse_unfit
from models.marks import Marks
from models.postgres import postgres_engine, postgres_sentence, wait_alone
from models.sqlite import sqlite_engine, sqlite_sentence

SCHEMA_REVISION = "0010"
"""The newest migration; a test holds it and ``migrations/versions`` together."""


class Database:
    """One database and its two kinds of transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._postgres = engine.dialect.name == "postgresql"
        self.marks = Marks(engine)

    @contextmanager
    def begin(self, *, alone: bool = False) -> Iterator[Session]:
        """A transaction that writes: commits at the end of the block, or leaves nothing.

        On SQLite there is one writer at a time. On PostgreSQL there are many, who meet at the
        rows that they lock; ``alone`` keeps out all others who ask for it.
        """
        with translated_errors(), self.engine.connect() as opened:
            connection = opened.execution_options(writes=True)
            if alone and self._postgres:
                wait_alone(connection)
            with Session(connection, expire_on_commit=False) as session:
                event.listen(session, "before_flush", refuse_unfit)
                yield session
                # What many writers touch comes last and in one order: such locks stay short.
                for step in session.info.get("before_commit", ()):
                    step(session)
                session.commit()
            connection.commit()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only reads, all from one moment; what it changed is rolled back.

        What was loaded may be looked at afterwards.
        """
        with translated_errors(), self.engine.connect() as opened:
            connection = opened
            if self._postgres:
                connection = opened.execution_options(isolation_level="REPEATABLE READ")
            with Session(connection) as session:
                event.listen(session, "before_flush", refuse_unfit)
                yield session

    def close(self) -> None:
        """Let go of every connection."""
        self.marks.close()
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
    except DataError as error:
        raise BadInput(
            _("A value cannot be stored: {why}.").format(why=_first_words(error.orig))
        ) from error
    except DBAPIError as error:
        raise Unavailable(_sentence(error)) from error


def _sentence(error: DBAPIError) -> str:
    # The kind of database shows in where the driver's error was born.
    if type(error.orig).__module__.startswith("psycopg"):
        sentence = postgres_sentence(error.orig)
    else:
        sentence = sqlite_sentence(str(error.orig))
    if sentence is not None:
        return sentence
    return _("The database refused: {why}.").format(why=_first_words(error.orig))


def _first_words(trouble: Any) -> str:
    """The reason alone; what follows may be a piece of the statement."""
    told = getattr(getattr(trouble, "diag", None), "message_primary", None) or str(trouble)
    return str(told).partition("\n")[0].rstrip(".")


def open_database(url: str, *, busy_seconds: float = 30) -> Database:
    """The installation's database.

    Raises:
        Unavailable: it is missing, older or newer than the program, or not a database.
    """
    require_file(url)
    database = Database(make_engine(url, busy_seconds=busy_seconds))
    try:
        check_revision(database)
    except BaseException:
        database.close()
        raise
    return database


def make_engine(url: str, *, busy_seconds: float = 30) -> Engine:
    """An engine with the durability that an outbox needs.

    Raises:
        Unavailable: the address cannot be understood, or its driver cannot be loaded.
    """
    parsed = parse(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return sqlite_engine(parsed, busy_seconds=busy_seconds)
        return postgres_engine(parsed, busy_seconds=busy_seconds)
    except ImportError as error:
        raise Unavailable(
            _("The driver for “{url}” is not installed: {why}.").format(
                url=parsed.get_backend_name(), why=error
            )
        ) from error


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
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables and (tables == {"alembic_version"} or "findings" in tables):
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if tables:
        raise Unavailable(
            _("The database holds the tables of another program; choose another one.")
        )
    return None
