"""A running service for each test that asks for one."""

from collections.abc import Iterator

import pytest

from tests.web.site import Site, running
from tests.world import World


@pytest.fixture
def site(world: World) -> Iterator[Site]:
    """The doors of the test's world, on a free port of loopback."""
    with running(world.database, world.settings) as opened:
        yield opened
