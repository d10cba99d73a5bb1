"""Where the databases of a run lie: files of SQLite, or databases of a server of our own."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event

from benchmarks.workload import Backend
from models.sqlite import library

FLOOR_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "cache_size=-262144")


@dataclass(frozen=True, slots=True)
class Place:
    """A backend, and the folder (SQLite) or ``host:port`` (PostgreSQL) of its databases."""

    backend: Backend
    where: str

    def url(self, name: str) -> str:
        """The database ``name`` as SQLAlchemy writes it."""
        if self.backend == "sqlite":
            return f"sqlite:///{self.file(name)}"
        return f"postgresql+psycopg://postgres@{self.where}/{name}"

    def file(self, name: str) -> Path:
        """The file of a SQLite database."""
        return Path(self.where) / f"{name}.db"

    def connect(self, name: str) -> Any:
        """A driver's connection that commits every statement unless a transaction is begun."""
        if self.backend == "postgresql":
            return psycopg.connect(self._dsn(name), autocommit=True)
        connection = library().connect(self.file(name), isolation_level=None)
        for pragma in FLOOR_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def engine(self, name: str) -> Engine:
        """An engine for the peers, with the same durability and cache as the floor."""
        if self.backend == "postgresql":
            return create_engine(self.url(name))
        engine = create_engine(self.url(name), module=library())

        @event.listens_for(engine, "connect")
        def set_up(connection: Any, _record: Any) -> None:
            for pragma in FLOOR_PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")

        return engine

    def create(self, name: str) -> None:
        """An empty database, in place of one of the same name."""
        self.drop(name)
        if self.backend == "postgresql":
            self._administer(f"CREATE DATABASE {name}")
        else:
            self.file(name).parent.mkdir(parents=True, exist_ok=True)

    def clone(self, name: str, new: str) -> None:
        """A copy of a database that nobody has open."""
        self.drop(new)
        if self.backend == "postgresql":
            self._administer(f"CREATE DATABASE {new} TEMPLATE {name} STRATEGY FILE_COPY")
        else:
            shutil.copyfile(self.file(name), self.file(new))

    def drop(self, name: str) -> None:
        """Remove a database if it is there."""
        if self.backend == "postgresql":
            self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            return
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.file(name)}{suffix}").unlink(missing_ok=True)

    def settle(self, name: str) -> None:
        """Write back what a measurement left to be written, so that the next one need not."""
        if self.backend == "postgresql":
            with psycopg.connect(self._dsn(name), autocommit=True) as connection:
                connection.execute("CHECKPOINT")
        else:
            connection = self.connect(name)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

    def version(self) -> str:
        """What the server or the library calls itself."""
        if self.backend == "sqlite":
            return f"SQLite {library().sqlite_version}"
        with psycopg.connect(self._dsn("postgres")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            return f"PostgreSQL {row[0].split()[0] if row else '?'}"

    def _dsn(self, name: str) -> str:
        return f"postgresql://postgres@{self.where}/{name}"

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)
