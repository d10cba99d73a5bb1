"""Which database an address names: a SQLite file, or a PostgreSQL server."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from config.language import _
from config.origins import without_password
from models.errors import Unavailable

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parse(url: str) -> URL:
    """SQLAlchemy's address with the one driver that we use for its database.

    Raises:
        Unavailable: the address cannot be understood, or names another kind of database.
    """
    try:
        parsed = make_url(url)
        return parsed.set(drivername=_DRIVERS[parsed.drivername])
    except (ArgumentError, KeyError, ValueError) as error:
        raise Unavailable(
            _(
                "“{url}” is no database address; write a file's path, sqlite:///FILE or "
                "postgresql://USER@HOST/DATABASE."
            ).format(url=without_password(url))
        ) from error


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; none for a server or a database in memory.

    Raises:
        Unavailable: the address cannot be understood.
    """
    parsed = parse(url)
    named = parsed.database or ""
    if parsed.get_backend_name() != "sqlite" or named in ("", ":memory:"):
        return None
    return Path(named.removeprefix("file:").partition("?")[0])


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


def parts_of(path: Path) -> tuple[Path, Path, Path]:
    """A SQLite file and what lies beside it while it is open: they live and go together."""
    return path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")
