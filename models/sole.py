"""One process at a time for a task, by a lock that dies with whoever holds it.

A lease by the clock would let a second process begin while the first is only asleep; a lock of
the kernel, or of the database server's session, is let go when its holder is gone and not before.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from models.address import file_of
from models.database import Database, translated_errors

StillMine = Callable[[], bool]
"""Whether the lock is held yet; a server may have lost our session without our noticing."""


@contextmanager
def sole(database: Database, task: str) -> Iterator[StillMine | None]:
    """The lock of ``task`` in this database; none where another process holds it."""
    if database.engine.dialect.name == "postgresql":
        with translated_errors(), database.engine.connect() as opened:
            yield from _on_server(opened, task)
        return
    path = file_of(database.engine.url.render_as_string(hide_password=False))
    if path is None:
        yield lambda: True
        return
    lock = FileLock(path.with_name(f"{path.name}-{task}"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        yield None
        return
    try:
        yield lambda: True
    finally:
        lock.release()


def _on_server(opened: Connection, task: str) -> Iterator[StillMine | None]:
    connection = opened.execution_options(isolation_level="AUTOCOMMIT")
    # Given back to the pool, the session would live on and the lock with it.
    connection.detach()
    key = {"key": crc32(f"duban {task}".encode())}
    if not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
        yield None
        return

    def still_mine() -> bool:
        with translated_errors():
            return bool(connection.scalar(text("SELECT 1")))

    try:
        yield still_mine
    finally:
        # The server may take its time to notice that the session ended.
        with suppress(DBAPIError):
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
