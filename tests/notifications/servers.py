"""A real SMTP server and a real HTTP server on loopback, told what to answer."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class Postbox:
    """What an SMTP server took, and what it answers to MAIL, RCPT and the message.

    ``then_sender`` is the answer to MAIL after the next one, ``archive`` that to an address
    which begins so.
    """

    sender: str = "250 OK"
    then_sender: str | None = None
    rcpt: str = "250 OK"
    archive: str = "250 OK"
    data: str = "250 taken as 4711"
    delay: float = 0
    envelopes: list[Envelope] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Any, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer, self.sender = self.sender, self.then_sender or self.sender
        if answer.startswith("2"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        answer = self.archive if address.startswith("archive@") else self.rcpt
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:
        if self.delay:
            from asyncio import sleep as wait

            await wait(self.delay)
        if self.data.startswith("2"):
            self.envelopes.append(envelope)
        return self.data


@contextmanager
def smtp_server(box: Postbox, **options: Any) -> Iterator[Postbox]:
    """An SMTP server on a free port."""
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop(no_assert=True)


@dataclass
class SendGrid:
    """What an HTTP server was sent, and what it answers."""

    status: int = 202
    delay: float = 0
    requests: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def http_server(state: SendGrid) -> Iterator[SendGrid]:
    """An HTTP server on a free port that keeps every request."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(length))
            state.requests.append((self.path, dict(self.headers), body))
            sleep(state.delay)
            self.send_response(state.status)
            self.send_header("X-Message-Id", "sg-1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Monitor:
    """Who pinged, with the address that was asked for and two headers; and what is answered."""

    status: int = 200
    heard: list[tuple[str, str, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def listening(monitor: Monitor) -> Iterator[Monitor]:
    """A monitor on a free port, which would send a redirect elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            monitor.heard.append((self.path, self.headers["User-Agent"], self.headers["Cookie"]))
            self.send_response(monitor.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        monitor.url = f"http://127.0.0.1:{server.server_port}/p?x=1"
        yield monitor
        server.shutdown()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
