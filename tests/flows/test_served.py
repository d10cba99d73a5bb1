"""Served: a real Prefect server lists nights that a worker ran from the deployment."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings, load_settings
from duban.services.send_mail import send_due
from models.database import Database, open_database
from models.queries.runs import run_named, runs
from models.queries.shards import shards_of
from tests.flows.served import Served, end_group, kept_waiting, served
from tests.places import Places
from tests.world import World, at

pytestmark = pytest.mark.prefect


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, places: Places) -> Iterator[Path]:
    """An installation with absolute addresses, as a worker elsewhere needs them."""
    home = tmp_path_factory.mktemp("served")
    with places.migrated(home) as url:
        (home / "duban.toml").write_text(
            f'data_dir = "{home}"\n[database]\nurl = "{url}"\nbusy_seconds = 300\n'
            f'[mail]\nfolder = "{home}/mail"\n[nights]\nbatch = 1\nworkers = 2\n'
            f'[schedule]\nmail = "00:00"\nmail_until = "23:59"\n'
        )
        yield home / "duban.toml"


@pytest.fixture(scope="module")
def settings(config: Path) -> Settings:
    return load_settings(config)


@pytest.fixture(scope="module")
def district(settings: Settings) -> Iterator[World]:
    """One silent organization with two findings, issued on 26 December 2023."""
    with open_database(settings.database_url) as database:
        world = World(database, settings)
        world.unit("a", findings=2)
        world.issue()
        # What a night tells leaves at any hour of these settings, and after its letter.
        send_due(database, now=at("2023-12-27T09:00"), settings=settings)
        yield world


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all installations: what runs where is the workers' matter."""
    with served(tmp_path_factory.mktemp("prefect") / "home") as found:
        yield found


@pytest.fixture(scope="module")
def server(prefect: Served, config: Path, district: World) -> Served:
    return prefect.of(config)


@pytest.fixture(scope="module")
def worker(server: Served) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker of this installation, until a test kills it."""
    with server.worker() as process:
        yield process


def helpers_of(server: Served) -> set[str]:
    """The flow runs that helped with a night, of all installations."""
    deployment = server.ask("/deployments/name/night-worker/night-worker")["id"]
    asked = {"flow_runs": {"deployment_id": {"any_": [deployment]}}}
    return {helper["id"] for helper in server.ask("/flow_runs/filter", asked)}


def nights(database: Database) -> list[tuple[str, str, str, str | None]]:
    with database.read() as session:
        return [
            (str(run.business_date), run.state.value, run.via, run.flow_run_id)
            for run in reversed(runs(session, 1000))
            if run.state != "missed"
        ]


@pytest.mark.usefixtures("worker")
def test_a_worker_runs_the_night_of_the_deployment(
    server: Served, district: World, kind: str
) -> None:
    before = helpers_of(server)
    run_id = server.start_run("nightly-check/nightly", {"as_of": "2024-01-27T00:10:00+08:00"})
    assert server.state_of(run_id) == "COMPLETED"
    states = [server.state_of(helper) for helper in helpers_of(server) - before]
    assert states == (["COMPLETED"] if kind == "postgresql" else [])
    mail_id = server.start_run("send-mail/mail", {})
    assert server.state_of(mail_id) == "COMPLETED"
    assert nights(district.database) == [("2024-01-27", "completed", "prefect", run_id)]
    assert district.history(1)[-1] == ("lapse", "overdue", "2024-01-27T00:00")
    assert {m.state.value for m in district.messages() if m.run_id is not None} == {"accepted"}
    # Prefect's own records hold counts and no finding's text.
    (listed,) = server.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
    assert (listed["state_type"], listed["state"]["message"]) == (
        "COMPLETED", "night 2024-01-27: completed, 0 warnings",
    )  # fmt: skip
    logs = server.ask("/logs/filter", {"logs": {"flow_run_id": {"any_": [run_id]}}})
    assert [log["message"] for log in logs if "finding text" in log["message"]] == []


def test_a_large_night_is_split_into_parts_of_one_batch(district: World) -> None:
    with district.database.read() as session:
        run = run_named(session, "2024-01-27")
        shards = [(one.state.value, one.batches) for one in shards_of(session, run.id or 0)]
    assert shards == [("done", 1), ("done", 1)]


@pytest.mark.usefixtures("worker")
def test_a_night_without_an_instant_is_that_of_its_scheduled_time(
    server: Served, district: World
) -> None:
    found = server.ask("/deployments/name/nightly-check/nightly")
    # Planned for the past, as a run that a worker picks up late.
    run = server.ask(f"/deployments/{found['id']}/create_flow_run", {
        "state": {"type": "SCHEDULED",
                  "state_details": {"scheduled_time": "2024-01-29T16:10:00Z"}},
    })  # fmt: skip
    assert server.state_of(run["id"]) == "COMPLETED"
    assert nights(district.database)[-1] == ("2024-01-30", "completed", "prefect", run["id"])


def test_a_worker_and_its_child_killed_at_work_do_not_block_the_next_night(
    server: Served, district: World, settings: Settings, worker: "subprocess.Popen[bytes]"
) -> None:
    with kept_waiting(settings.database_url):
        dead = server.start_run("nightly-check/nightly", {"as_of": "2024-02-01T00:10:00+08:00"})
        assert server.state_of(dead, ("RUNNING",)) == "RUNNING"
        end_group(worker, signal.SIGKILL)
    with server.worker():
        for _attempt in range(60):
            next_id = server.start_run(
                "nightly-check/nightly", {"as_of": "2024-02-02T00:10:00+08:00"}
            )
            # While the dead run's lease lasts, a second one is cancelled, not queued.
            if server.state_of(next_id) == "COMPLETED":
                break
        assert server.state_of(next_id) == "COMPLETED"
    assert nights(district.database)[-1] == ("2024-02-02", "completed", "prefect", next_id)
    assert district.proposals() == [
        (finding, "2024-01-26", "circular", "2024-02-02") for finding in (1, 2)
    ]
