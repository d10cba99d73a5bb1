"""Creating and upgrading the tables, with Alembic; imported only when needed."""

from errno import EISDIR
from os import strerror
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from config.language import _
from models.address import file_of
from models.database import (
    Database,
    check_revision,
    make_engine,
    refuse_newer,
    revision_of,
    translated_errors,
)
from models.errors import Unavailable
from models.postgres import wait_alone


def alembic_config(connection: Connection) -> Config:
    """Alembic pointed at our migrations and at ``connection``."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> Database:
    """Bring the database at ``url`` to ``revision``, creating the file where there is none.

    Raises:
        Unavailable: it is newer than the program, holds something else, or cannot be written.
    """
    make_room(url)
    database = Database(make_engine(url))
    try:
        if (found := revision_of(database)) is not None:
            refuse_newer(found)
        with (
            translated_errors(),
            database.engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                wait_alone(connection)
            command.upgrade(alembic_config(connection), revision)
        # A new SQLite file gets its journal from the first connection after it has tables.
        database.engine.dispose()
        database.engine.connect().close()
    except BaseException:
        database.close()
        raise
    return database


def create_tables(connection: Connection) -> None:
    """Every table of this program, within the transaction that ``connection`` is in."""
    command.upgrade(alembic_config(connection), "head")


def create(url: str) -> Database:
    """The tables of this program at ``url``; those of an older one are left alone.

    Raises:
        Unavailable: there are tables of another version, or none can be made.
    """
    make_room(url)
    with Database(make_engine(url)) as database:
        if revision_of(database) is not None:
            check_revision(database)
    return upgrade(url)


def make_room(url: str) -> None:
    """The folder of a SQLite file; a server's database is made by its administrator.

    Raises:
        Unavailable: there is a folder where the file should be, or none can be made.
    """
    path = file_of(url)
    if path is None:
        return
    try:
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            _("The database {path} cannot be made: {why}.").format(path=path, why=error.strerror)
        ) from error
