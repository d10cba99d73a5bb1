"""A real Prefect server with our deployments, and workers, as processes on loopback."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from models.database import open_database
from tests.notifications.servers import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Served:
    """The server's address and the environment of everything that talks to it."""

    api: str
    environment: Mapping[str, str]
    logs: Path

    def of(self, config: Path) -> "Served":
        """The same server, with workers for the installation of these settings."""
        return replace(
            self, environment={**self.environment, "DUBAN_CONFIG": str(config)}, logs=config.parent
        )

    def prefect(self, *words: str) -> str:
        """Run Prefect's own command line to its end."""
        done = subprocess.run(
            [BIN / "prefect", *words], cwd=ROOT, env=self.environment, capture_output=True,
            text=True, check=True, timeout=120,
        )  # fmt: skip
        return done.stdout

    def ask(self, path: str, body: Any = None) -> Any:
        """One request to the API: POST where there is a body."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.api}{path}", data, {"Content-Type": "application/json"})
        for wait in (1, 2, 4, 8):
            # Prefect's own client waits too when the server's database is busy.
            try:
                with urlopen(request, timeout=30) as response:
                    return json.load(response)
            except HTTPError as error:
                if error.code != 503:
                    raise
            except TimeoutError:
                # What makes something is not said twice: it may have been heard.
                if body is not None:
                    raise
            sleep(wait)
        with urlopen(request, timeout=60) as response:
            return json.load(response)

    def start_run(self, deployment: str, parameters: Mapping[str, Any]) -> str:
        """A flow run of a deployment, by name; its id."""
        found = self.ask(f"/deployments/name/{deployment}")
        run = self.ask(f"/deployments/{found['id']}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def state_of(self, run_id: str, wanted: tuple[str, ...] = FINAL, seconds: float = 120) -> str:
        """The run's state as soon as it is one of ``wanted``, else what it is in the end."""
        until = monotonic() + seconds
        while (state := self.ask(f"/flow_runs/{run_id}")["state_type"]) not in wanted:
            if monotonic() > until:
                break
            sleep(0.3)
        return str(state)

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """A worker of the pool, in a process group of its own."""
        with (self.logs / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [BIN / "prefect", "worker", "start", "--pool", "duban"], cwd=ROOT,
                env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                yield process
            finally:
                end_group(process)


@contextmanager
def kept_waiting(url: str) -> Iterator[None]:
    """Inside the block no night gets on: it is at work when it is killed."""
    with open_database(url) as database, database.engine.connect() as opened:
        connection = opened.execution_options(writes=True)
        if database.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("LOCK TABLE nightly_runs IN EXCLUSIVE MODE")
        else:
            connection.exec_driver_sql("SELECT 1")  # a writer's transaction has begun
        yield


def end_group(process: "subprocess.Popen[bytes]", number: int = signal.SIGTERM) -> None:
    """Signal a process and all its children, and wait for it."""
    if process.poll() is None:
        os.killpg(process.pid, number)
    process.wait(timeout=120)


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """A Prefect server on a free port with our pool and deployments; workers look for work often."""
    port = free_port()
    environment = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "30",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
    }
    home.mkdir()
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [BIN / "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            found = Served(environment["PREFECT_API_URL"], environment, home)
            _wait_for(found)
            found.prefect("work-pool", "create", "duban", "--type", "process")
            found.prefect("--no-prompt", "deploy", "--all")
            yield found
        finally:
            end_group(process)


def _wait_for(server: Served) -> None:
    until = monotonic() + 120
    while True:
        try:
            assert server.ask("/health") is True
        except OSError:
            if monotonic() > until:
                raise
            sleep(0.3)
        else:
            return
