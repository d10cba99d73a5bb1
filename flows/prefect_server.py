"""Prefect's own API and pages inside this process: a thread of their own on loopback."""

import os
import socket
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 90
"""A new Prefect database takes 12 to 17 seconds on two cores."""


class PortTaken(OSError):
    """Another program listens where Prefect's pages should be."""


class PrefectServer:
    """Prefect's API in a daemon thread; it must be made before anything imports Prefect.

    Prefect calls its API synchronously even from asynchronous flows, so it cannot live
    on the loop that runs them.
    """

    def __init__(self, home: Path, port: int = 0) -> None:
        self.port = port or _free_port()
        self.pages = f"http://{LOOPBACK}:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None
        home.mkdir(parents=True, exist_ok=True)
        os.environ.update(
            PREFECT_HOME=str(home.resolve()),
            PREFECT_API_URL=f"{self.pages}/api",
            PREFECT_UI_STATIC_DIRECTORY=str((home / "pages").resolve()),
            PREFECT_LOGGING_LEVEL="WARNING",
            # If it hangs all the same, the night gives it up within a few minutes.
            PREFECT_API_REQUEST_TIMEOUT="15",
            # Nothing here is deployed, so nothing needs to be scheduled or cleaned up after.
            PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED="false",
            PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED="false",
            PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED="false",
            PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED="false",
            PREFECT_SERVER_SERVICES_FOREMAN_ENABLED="false",
        )

    def __enter__(self) -> "PrefectServer":
        """Start it and wait until it answers.

        Raises:
            PortTaken: another program listens there.
            TimeoutError: it does not answer in time; the thread is let go.
        """
        if not _is_free(self.port):
            raise PortTaken(self.port)
        import uvicorn
        from prefect.server.api.server import create_app

        config = uvicorn.Config(
            create_app(), host=LOOPBACK, port=self.port, log_level="error", access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, name="prefect-api", daemon=True)
        self._thread.start()
        until = monotonic() + PATIENCE_SECONDS
        while not self.answers():
            if monotonic() > until or not self._thread.is_alive():
                raise TimeoutError(f"Prefect's API did not come up on port {self.port}")
            sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=10)

    def answers(self) -> bool:
        """Whether the API is there."""
        try:
            with urlopen(f"{self.pages}/api/health", timeout=2) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the server itself does: what only lingers from an earlier run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
