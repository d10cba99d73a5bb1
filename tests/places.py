"""Where the databases of tests are: files in a folder, or databases of the run's server."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from alembic import command

from models.database import Database
from models.schema import alembic_config, upgrade
from tests.clean_database import emptied, shape_of
from tests.postgres import drop_database, make_database

Place = AbstractContextManager[str]
"""An address; with the block's end the database is gone."""


class Places(Protocol):
    """Makes databases of one kind."""

    def empty(self, folder: Path) -> Place:
        """A place without tables."""

    def migrated(self, folder: Path) -> Place:
        """A place with all tables and no row."""

    def copy(self, url: str, name: str) -> Place:
        """A place like that of ``url``, to which nobody may be connected."""


class Files:
    """SQLite: the file that the settings name by default, under ``folder``."""

    def __init__(self, home: Path) -> None:
        self.template = home / "empty.db"
        upgrade(f"sqlite:///{self.template}").close()

    @contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'var' / 'duban.db'}"

    @contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        (folder / "var").mkdir()
        shutil.copy(self.template, folder / "var" / "duban.db")
        with self.empty(folder) as url:
            yield url

    @contextmanager
    def copy(self, url: str, name: str) -> Iterator[str]:
        source = Path(url.removeprefix("sqlite:///")).resolve()
        target = source.with_name(f"{name}.db")
        shutil.copy(source, target)
        yield f"sqlite:///{target}"
        target.unlink()


class Server:
    """PostgreSQL: databases of one server, named after who asks.

    One that holds nothing but rows after a test is emptied and lent again.
    """

    def __init__(self, address: str, owner: str) -> None:
        self.address, self.owner, self.made = address, owner, 0
        self.template = f"{owner}_template"
        self.spare: list[str] = []
        url = make_database(address, self.template)
        upgrade(url).close()
        self.shape = shape_of(url)

    @contextmanager
    def _place(self, template: str, name: str | None = None) -> Iterator[str]:
        self.made += 1
        chosen = f"{self.owner}_{name or self.made}"
        try:
            yield make_database(self.address, chosen, template)
        finally:
            drop_database(self.address, chosen)

    def empty(self, _folder: Path) -> Place:
        return self._place("template0")

    @contextmanager
    def migrated(self, _folder: Path) -> Iterator[str]:
        url = self.spare.pop() if self.spare else self._made()
        clean = False
        try:
            yield url
            clean = emptied(url, self.shape)
        finally:
            if clean:
                self.spare.append(url)
            else:
                drop_database(self.address, url.rpartition("/")[2])

    def _made(self) -> str:
        self.made += 1
        return make_database(self.address, f"{self.owner}_{self.made}", self.template)

    def copy(self, url: str, name: str) -> Place:
        return self._place(url.rpartition("/")[2], name)

    def close(self) -> None:
        for url in self.spare:
            drop_database(self.address, url.rpartition("/")[2])
        drop_database(self.address, self.template)


def downgrade(database: Database, revision: str) -> None:
    """Take the schema back to ``revision``, as no installation ever does."""
    engine = database.engine
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        command.downgrade(alembic_config(connection), revision)
