"""What every test gets: a folder of its own, English, and a migrated database."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.language import set_language
from config.settings import Settings
from models.database import Database, open_database
from models.schema import upgrade
from tests.world import World


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory; nothing of the machine's settings reaches a test."""
    for name in os.environ:
        if name.startswith(("DUBAN_", "LC_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    set_language("en")
    return tmp_path


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, made once and copied."""
    path = tmp_path_factory.mktemp("schema") / "empty.db"
    upgrade(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(migrated: Path, folder: Path) -> Iterator[Database]:
    """A database at the address that the settings name by default."""
    (folder / "var").mkdir()
    shutil.copy(migrated, folder / "var" / "duban.db")
    with open_database(Settings().database_url) as opened:
        yield opened


@pytest.fixture
def world(database: Database) -> World:
    """An installed commission without organizations."""
    return World(database, Settings())
