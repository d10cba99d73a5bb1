"""Embedded: one process, in which every night is a flow run that Prefect's API shows."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep
from urllib.request import Request, urlopen

import pytest

from config import clock
from models.calendar import SHANGHAI, civil_date
from models.database import open_database
from models.installation import Installation
from tests.command import duban
from tests.flows.served import kept_waiting
from tests.notifications.servers import free_port

pytestmark = pytest.mark.prefect

Night = tuple[str, str, str, str | None, int]


@pytest.fixture
def missed(vacant: str) -> date:
    """An installation whose last three nights were not checked; the first of them."""
    assert duban("init").code == 0
    first = civil_date(clock.now()) - timedelta(days=3)
    with open_database(vacant) as database, database.begin() as session:
        session.get_one(Installation, 1).nights_from = first
    return first


@contextmanager
def up(folder: Path, *options: str) -> Iterator["subprocess.Popen[bytes]"]:
    """``duban up`` as a process that is told to stop in the end."""
    with (folder / "up.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from duban.cli.main import main; main()", "up", *options],
            cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def nights() -> list[Night]:
    """(night, state, via, flow run, warnings) of what ran or was covered, oldest first."""
    return [
        (run["business_date"], run["state"], run["via"], run["flow_run_id"], len(run["warnings"]))
        for run in reversed(duban("run", "list", "--json").data["runs"])
    ]


def wait(condition: Callable[[], bool], seconds: float) -> None:
    until = monotonic() + seconds
    while not condition():
        assert monotonic() < until, (Path("up.log").read_text(), nights())
        sleep(0.3)


def done(count: int) -> Callable[[], bool]:
    return lambda: len([n for n in nights() if n[1].startswith("completed")]) == count


def flow_runs(port: int) -> dict[str, str]:
    """The API's flow runs of the check by id, with their states; mail has times of its own."""
    wanted = json.dumps({"flows": {"name": {"any_": ["nightly-check"]}}}).encode()
    request = Request(f"http://127.0.0.1:{port}/api/flow_runs/filter", wanted,
                      {"Content-Type": "application/json"})  # fmt: skip
    with urlopen(request, timeout=10) as response:
        return {run["id"]: run["state_type"] for run in json.load(response)}


def test_missed_nights_are_made_up_for_and_the_next_is_fired_by_its_scheduled_time(
    folder: Path, missed: date
) -> None:
    at = (clock.now().astimezone(SHANGHAI) + timedelta(seconds=100)).replace(
        second=0, microsecond=0
    )
    (folder / "duban.toml").write_text(f'[schedule]\nnightly = "{at:%H:%M}"\n')
    port = free_port()
    with up(folder, "--prefect-port", str(port)) as process:
        wait(done(1), 90)
        nights_before = nights()
        wait(done(2), 150)
        shown = flow_runs(port)
        pages = urlopen(f"http://127.0.0.1:{port}/", timeout=10).read()
    yesterday = at.date() - timedelta(days=1)
    caught_up = next(night for night in nights_before if night[1] == "completed")
    assert [night[:3] for night in nights_before] == [
        *((str(missed + timedelta(days=n)), "missed", "prefect") for n in range((yesterday - missed).days)),
        (str(yesterday), "completed", "prefect"),
    ]  # fmt: skip
    fired = duban("run", "list", "--limit", "1", "--json").data["runs"][0]
    # Whenever it really began, the night is that of the time on the schedule.
    assert (fired["business_date"], fired["as_of"]) == (str(at.date()), at.isoformat())
    assert shown == {caught_up[3]: "COMPLETED", fired["flow_run_id"]: "COMPLETED"}
    assert b"<html" in pages.lower()
    assert process.returncode == 0


def test_without_prefect_the_nights_run_all_the_same_and_say_so(folder: Path, missed: date) -> None:
    with socket.socket() as occupied:
        occupied.bind(("127.0.0.1", 0))
        occupied.listen()
        port = occupied.getsockname()[1]
        with up(folder, "--prefect-port", str(port)) as process:
            wait(done(1), 120)
    (night,) = [n for n in nights() if n[1].startswith("completed")]
    assert (night[1:], process.returncode) == (
        ("completed-with-warnings", "embedded", None, 1), 0,
    )  # fmt: skip
    (run,) = duban("run", "list", "--limit", "1", "--json").data["runs"]
    assert run["warnings"][0].startswith("Prefect did not answer (no answer on port")
    said = [
        line[len("2026-11-25 00:10 ") :] for line in (folder / "up.log").read_text().splitlines()
    ]
    assert said[1] == (
        f"Port {port} is taken by another program: the nights run without Prefect's pages; "
        "--prefect-port names another."
    )
    count = (date.fromisoformat(night[0]) - missed).days + 1
    assert said[2] == (
        f"{count} nights were missed, from {missed} to {night[0]}; making up for them"
    )
    assert said[3].startswith(f"Night of {night[0]}: completed with warnings; open 0, changed 0, ")
    assert said[-2:] == ["Ready; stop with Ctrl-C.", "Stopped."]


def test_a_process_killed_at_work_is_made_up_for_by_the_next(
    folder: Path, vacant: str, missed: date
) -> None:
    with kept_waiting(vacant), up(folder, "--no-prefect") as process:
        wait(lambda: "; making up for" in Path("up.log").read_text(), 60)
        process.kill()
        process.wait(timeout=30)
    assert nights() == []
    with up(folder, "--no-prefect"):
        wait(done(1), 60)
    assert [n[1] for n in nights()][-1] == "completed"
    ready = Path("up.log").read_text().count("Ready")
    with up(folder, "--no-prefect"):
        wait(lambda: Path("up.log").read_text().count("Ready") > ready, 60)
    assert done(1)()


def test_prefect_tells_nobody() -> None:
    """Prefect's switches are set before it is imported: no telemetry, no promotion."""
    program = (
        "import flows.nightly_check, prefect.settings as s; c = s.get_current_settings();"
        "print(c.server.analytics_enabled, c.server.ui.show_promotional_content)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split() == ["False", "False"]
