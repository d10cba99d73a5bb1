"""From a clone to the mail of an escalation on the screen, with nothing but this machine."""

import re
import socket
from pathlib import Path
from typing import Any

import pytest

from config.settings import DatabaseSettings, Settings
from duban.demo.people import DEMO_PASSWORD
from duban.web.serve import served
from models.database import open_database
from tests.command import duban
from tests.web.site import visited

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def cable_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is reached but this machine."""
    connect = socket.socket.connect

    def local(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in ("127.0.0.1", "::1", "localhost"), address
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local)


def test_a_clone_a_folder_and_one_command(folder: Path) -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    tried = re.search(r"## Try it\n.*?```sh\n(.*?)```", readme, re.DOTALL)
    recipe = re.search(r"^run: .*\n\t@\$\(BIN\)/duban (.*)$", makefile, re.MULTILINE)
    assert tried is not None and recipe is not None
    assert tried[1].splitlines() == ["make run"]
    words = recipe[1].split()
    assert words == ["--database", "var/demo.db", "demo", "run", "--fresh", "--serve"]
    answer = duban(*words[:-1], "--no-prefect")
    assert (answer.code, "All 44 nights were truly run" in answer.out) == (0, True)
    settings = Settings(database=DatabaseSettings(url="sqlite:///var/demo.db"))
    with (
        open_database(settings.database_url) as database,
        served(settings, port=0) as service,
        visited(service.address, database, settings) as site,
    ):
        person = site.nobody()
        person.get("/sign-in")
        person.post("/sign-in", {"login": "supervisor", "password": DEMO_PASSWORD})
        person.get("/escalations")
        proposal = re.search(r'name="proposal" value="([^"]+)"', person.page.text)
        assert proposal is not None
        person.post("/escalations", {"proposal": proposal[1], "decision": "approve"})
        person.get("/mails")
        newest = re.search(r'href="(/mails/[0-9a-f]{32})"', person.page.text)
        assert newest is not None
        person.get(newest[1])
        assert re.search(r"\[Escalated\] Reminder letter 2023-\d+", person.words)
