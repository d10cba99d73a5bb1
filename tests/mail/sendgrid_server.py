"""SendGrid as it looks from here, in a process of its own; its events are signed."""

import json
import socket
from base64 import b64encode
from contextlib import AbstractContextManager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config import clock
from tests.mail.receiving import Fault, Receiver, Step, awaited, in_own_process
from tests.mail.smtp_server import LINGER_NOT

NAMES = ("request read, undecided", "taken, 202 unsent", "after 202")
READ, TAKEN, DONE = range(len(NAMES))
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
AT_ONCE = 30
STATUS = {Fault.NONE: 202, Fault.CUT_AFTER_ANSWER: 202, Fault.ERROR_TAKEN: 500,
          Fault.DEFERRED: 429, Fault.GREYLISTED: 429}  # fmt: skip

Taken = tuple[int, str, str]
"""The number here, ours, and to whom."""


@dataclass(frozen=True)
class Signer:
    """The provider's key, and where its events go."""

    key: ec.EllipticCurvePrivateKey
    hook: str

    def public(self) -> str:
        """The key's other half, as the provider's page shows it."""
        form = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return b64encode(form).decode()

    def post(self, events: list[dict[str, object]]) -> int:
        """Tell events; the answer's status."""
        body, instant = json.dumps(events).encode(), str(int(clock.now().timestamp()))
        signature = self.key.sign(instant.encode() + body, ec.ECDSA(SHA256()))
        headers = {SIGNATURE: b64encode(signature).decode(), TIMESTAMP: instant}
        return httpx.post(self.hook, content=body, headers=headers, timeout=10).status_code


def sendgrid_receiver(
    folder: Path, signer: Signer | None = None, **options: Any
) -> AbstractContextManager[Receiver]:
    """A server that says by ``signer`` what became of the mails it took; without one, nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    side = Receiver(folder, NAMES, feed=signer is not None, **options)
    return in_own_process(side, lambda receiver, told: _serve(receiver, told, signer))


def drained(receiver: Receiver) -> bool:
    """Whether everything that was taken so far has been told, after a little while."""
    address = f"http://127.0.0.1:{receiver.port}/untold"
    return awaited(lambda: httpx.get(address, timeout=10).json() == 0)


def _serve(receiver: Receiver, told: Any, signer: Signer | None) -> None:
    taken: Queue[Taken] = Queue()
    if signer is not None:
        Thread(target=_tell, args=(taken, signer), daemon=True).start()

    class Handler(_Handler):
        side, events, numbers = receiver, taken, count(1)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.send(server.server_port)
        server.serve_forever()


def _tell(taken: "Queue[Taken]", signer: Signer) -> None:
    while True:
        waiting = [taken.get(), *(taken.get() for _one in range(min(taken.qsize(), AT_ONCE)))]
        events = [event for one in waiting for event in _events(*one)]

        def is_told(events: list[dict[str, object]] = events) -> bool:
            return signer.post(events) // 100 == 2

        assert awaited(is_told), "the webhook takes no event"
        for _one in waiting:
            taken.task_done()


def _events(number: int, oid: str, to: str) -> list[dict[str, object]]:
    common = {"email": to, "timestamp": int(clock.now().timestamp()), "oid": oid,
              "sg_message_id": f"sg-{number}.filter0001.1.1"}  # fmt: skip
    return [{**common, "event": kind, "sg_event_id": f"{kind}-{number}"}
            for kind in ("processed", "delivered")]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    side: Receiver
    events: "Queue[Taken]"
    numbers: Any
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        untold = str(self.events.unfinished_tasks if self.side.feed else 0).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(untold)))
        self.end_headers()
        self.wfile.write(untold)

    def do_POST(self) -> None:
        step, fault = Step(self.side), self.side.next_fault()
        step.to(READ)
        try:
            person = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(step, fault, person["personalizations"][0])
        except OSError:  # whoever asked was killed
            self.close_connection = True
        finally:
            step.to(-1)

    def _answer(self, step: Step, fault: Fault, person: dict[str, Any]) -> None:
        self.side.pause()
        number = next(self.numbers)
        if fault is Fault.RESET_UNTAKEN:
            self._reset()
            return
        if fault not in (Fault.DEFERRED, Fault.GREYLISTED):
            to, oid = person["to"][0]["email"], person["custom_args"]["oid"]
            self.side.truth.take(oid, to)
            self.events.put((number, oid, to))
            step.to(TAKEN)
            self.side.pause()
        if fault is Fault.RESET_TAKEN:
            self._reset()
            return
        self.send_response(STATUS[fault])
        self.send_header("X-Message-Id", f"sg-{number}")
        self.send_header("Retry-After", "120")
        self.send_header("Content-Length", "0")
        self.end_headers()
        step.to(DONE)
        if fault is Fault.CUT_AFTER_ANSWER:
            self._reset()

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self.connection.close()

    def log_message(self, *_arguments: Any) -> None:
        pass
