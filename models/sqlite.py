"""SQLite: which library, which journal, how a transaction begins, and its refusals."""

import sqlite3
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from config.language import _

CACHE_KIB = 131072
"""Up to 128 MiB of pages for each connection, taken only as they are read: a night walks the
due index of a million findings (about 30 MB) and comes back to the same rows batch by batch;
SQLite's own 2 MB would read them from the file each time."""


def library() -> ModuleType:
    """The SQLite that is used: the newer of the wheel's and the one that Python links."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    found: ModuleType = dbapi2
    return max(sqlite3, found, key=version_of)


def version_of(module: ModuleType) -> tuple[int, int, int]:
    """The version of the library behind a driver."""
    major, minor, patch = (int(part) for part in module.sqlite_version.split("."))
    return major, minor, patch


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug (fixed in 3.51.3, 3.50.7, 3.44.6)."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3)


def sqlite_engine(url: URL, *, busy_seconds: float) -> Engine:
    """An engine that keeps what it committed, whatever happens to the machine."""
    module = library()
    engine = create_engine(url, module=module, connect_args={"timeout": busy_seconds})
    journal = "wal" if wal_is_safe(version_of(module)) else "delete"

    def set_up(connection: Any, _record: Any) -> None:
        # The driver would begin transactions late and by itself; we begin them.
        connection.isolation_level = None
        connection.create_function("casefold", 1, str.casefold, deterministic=True)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}"):
            connection.execute(f"PRAGMA {pragma}")
        _choose_journal(connection, journal, module)

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _choose_journal(connection: Any, wanted: str, module: ModuleType) -> None:
    ((current,),) = connection.execute("PRAGMA journal_mode").fetchall()
    if current in (wanted, "memory") or not _is_ours(connection):
        return
    try:
        connection.execute(f"PRAGMA journal_mode={wanted}").fetchall()
    except module.OperationalError as error:
        # The rollback journal is always safe; WAL is, in a file that may only be read.
        if current == "wal" and "readonly" not in str(error):
            raise


def _is_ours(connection: Any) -> bool:
    """The journal stands in the file, and the file of another program is left alone."""
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE name IN ('alembic_version', 'findings')"
    )
    return len(found.fetchall()) == 2


def _begin(connection: Connection) -> None:
    # A writer takes the lock first: two deferred readers that both upgrade would deadlock.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def sqlite_sentence(trouble: str) -> str | None:
    """What the library's words mean and what to do; none where they are not known."""
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
    return None
