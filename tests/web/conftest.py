"""One running service for all tests of a process; each moves its own world into it."""

from collections.abc import Iterator

import pytest

from config.settings import Settings
from duban.web.app import make_app
from duban.web.house import House
from duban.web.serve import answering
from models.database import Database
from tests.web.site import Site, visited
from tests.world import World


class Rented(House):
    """A house whose database changes with the test; starting a server costs half a second."""

    def move_in(self, settings: Settings, database: Database) -> None:
        """Answer from this database from here on."""
        object.__setattr__(self, "settings", settings)
        object.__setattr__(self, "database", database)


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
