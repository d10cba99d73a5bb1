"""One running service for all tests of a process; each moves its own world into it."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser

from config.settings import Settings
from duban.services import passwords
from duban.web.app import make_app
from duban.web.house import House
from duban.web.seen import Seen
from duban.web.serve import answering
from models.database import Database
from tests.web.browser import Visit, opened
from tests.web.find_chromium import NONE, chromium
from tests.web.site import Site, visited
from tests.world import World


class Rented(House):
    """A house whose database changes with the test; starting a server costs half a second."""

    def move_in(self, settings: Settings, database: Database) -> None:
        """Answer from this database from here on."""
        object.__setattr__(self, "settings", settings)
        object.__setattr__(self, "database", database)
        object.__setattr__(self, "seen", Seen())


@pytest.fixture(scope="module", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Who comes in is asked here, not how dear guessing is: ``tests/services/test_passwords.py``."""
    with pytest.MonkeyPatch.context() as patched:
        quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
        patched.setattr(passwords, "_hasher", quick)
        yield


@pytest.fixture(scope="session")
def rented() -> Iterator[tuple[Rented, str]]:
    """The house and its address on loopback."""
    house = Rented(Settings(), None)  # type: ignore[arg-type]  # nobody lives there yet
    with answering(make_app(house), house.settings, port=0) as service:
        yield house, service.address


@pytest.fixture
def site(world: World, rented: tuple[Rented, str]) -> Iterator[Site]:
    """The doors of the test's world."""
    house, address = rented
    house.move_in(world.settings, world.database)
    with visited(address, world.database, world.settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A running Chromium; a module's own, for Playwright leaves its event loop set meanwhile."""
    program = chromium()
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NONE)
    with opened(program) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    """Opens one person's window at the test's doors; takes what a browser context takes."""
    with ExitStack() as windows:

        def open_window(**options: Any) -> Visit:
            window = Visit(browser, site.address, **options)
            windows.callback(window.close)
            return window

        yield open_window
