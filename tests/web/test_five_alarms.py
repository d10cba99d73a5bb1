"""A missing night is told in five ways, and each stands when the other four are dead."""

from datetime import datetime

import httpx
import pytest

from duban.web import house as house_module
from tests.cli.test_watch import DUTY, recipients, settle
from tests.command import duban
from tests.notifications.servers import Monitor, Postbox, free_port, listening, smtp_server
from tests.web.site import running
from tests.world import World, at

BANNER = "The nightly check of 2024-01-27 00:10 has not been done."


@pytest.fixture
def morning(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock of pages and commands: nine o'clock after a night without a check."""
    now = at("2024-01-27T09:00")
    monkeypatch.setattr(house_module.clock, "now", lambda: now)
    return now


@pytest.mark.usefixtures("morning")
def test_each_stands_when_the_others_are_dead(world: World) -> None:
    dead = f"http://127.0.0.1:{free_port()}/"
    world.night("2024-01-26")
    # Pages alone: no mail server, no monitor, and nobody who calls the watch.
    settle(free_port(), DUTY, ping=dead)
    with running(world.database, world.settings) as site:
        person = site.person("li", "clerk")
        person.get("/ledger")
        banner = BANNER in person.words
        probe = httpx.get(f"{site.address}/health/nightly")
    assert (banner, probe.status_code, probe.json()["status"]) == (True, 503, "missing")
    # From here on nobody answers at the doors.
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{site.address}/health/nightly")
    assert duban("run", "watch").code == 3
    with smtp_server(Postbox()) as box:
        settle(box.port, DUTY, ping=dead)
        duban("run", "watch")
    assert recipients(box) == [DUTY]
    with listening(Monitor()) as monitor:
        settle(free_port(), DUTY, ping=monitor.url)
        duban("run", "watch")
        assert monitor.heard == []
        world.night("2024-01-27")
        assert duban("run", "watch").code == 0
        assert len(monitor.heard) == 1
