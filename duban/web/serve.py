"""The service on a port, for as long as a block lasts."""

import gc
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep

import uvicorn
from starlette.types import ASGIApp

from config.language import _
from config.settings import Settings
from duban.web.app import make_app
from duban.web.hang_up import ShortOfPatience
from duban.web.house import House
from models.database import open_database
from models.errors import Unavailable


@dataclass(frozen=True)
class Service:
    """A running service and where it listens."""

    address: str
    server: uvicorn.Server


@contextmanager
def served(settings: Settings, *, port: int | None = None) -> Iterator[Service]:
    """Answer at the settings' host and port until the block ends; port 0 is any free one.

    Raises:
        Unavailable: the port is taken, or the database cannot be used.
    """
    with open_database(
        settings.database_url, busy_seconds=settings.database.busy_seconds
    ) as opened:
        app = make_app(House(settings, opened))
        # What lives as long as the service is not searched for garbage again and again.
        gc.collect()
        gc.freeze()
        with answering(app, settings, port=port) as service:
            yield service


@contextmanager
def answering(app: ASGIApp, settings: Settings, *, port: int | None = None) -> Iterator[Service]:
    """The same for an application that is made already.

    Raises:
        Unavailable: the port is taken.
    """
    with _listening(settings, settings.web.port if port is None else port) as (listener, address):
        server = _server(app, settings)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web")
        thread.start()
        try:
            while not server.started and thread.is_alive():
                sleep(0.01)
            yield Service(address, server)
        finally:
            server.should_exit = True
            thread.join()


def _server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    web = settings.web
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=ShortOfPatience,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=list(web.trusted_proxies) or None,
        )
    )


@contextmanager
def _listening(settings: Settings, port: int) -> Iterator[tuple[socket.socket, str]]:
    host = settings.web.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise Unavailable(
                _("The service cannot listen on {host}:{port}: {why}; choose another [web] port.")
                .format(host=host, port=port, why=error.strerror)
            ) from error  # fmt: skip
        name = f"[{host}]" if ":" in host else host
        yield listener, f"http://{name}:{listener.getsockname()[1]}"
