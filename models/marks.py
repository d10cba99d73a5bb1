"""Whether anything was committed: two equal marks mean that nothing was."""

from contextlib import suppress
from secrets import token_hex
from threading import Lock
from typing import Any

from sqlalchemy import Engine

_POSTGRESQL, _SQLITE = "SELECT pg_current_snapshot()::text", "PRAGMA data_version"
"""A snapshot names every transaction that it sees as committed; SQLite counts the commits of
others, so the connection that asks never writes."""


class Marks:
    """The marks of one database, asked for on a connection of its own.

    A mark that was taken before a question was asked is safe to keep the answer under: the
    answer can only be newer, and then the mark does not come back.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._question = _POSTGRESQL if engine.dialect.name == "postgresql" else _SQLITE
        self._name = token_hex(8)
        self._lock = Lock()
        self._connection: Any = None

    def now(self) -> str:
        """Today's mark; one that never comes back where the database does not answer."""
        with self._lock:
            for _attempt in range(2):
                try:
                    return f"{self._name} {self._ask()}"
                except self._engine.dialect.loaded_dbapi.Error:
                    self._let_go()
        return token_hex(16)

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._let_go()

    def _ask(self) -> str:
        if self._connection is None:
            opened = self._engine.raw_connection()
            self._connection = opened.driver_connection
            opened.detach()
            if self._question == _POSTGRESQL:
                self._connection.autocommit = True
        return str(self._connection.execute(self._question).fetchone()[0])

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # What is broken already cannot be closed in order.
            with suppress(self._engine.dialect.loaded_dbapi.Error):
                connection.close()
