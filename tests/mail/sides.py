"""The receiving sides of kill runs, each with the settings that lead to it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from tests.mail.installation import Installation
from tests.mail.receiving import Receiver, awaited
from tests.mail.sendgrid_server import Signer, drained, sendgrid_receiver
from tests.mail.smtp_server import ARCHIVE, smtp_receiver
from tests.notifications.servers import free_port

SLOW = 0.001
"""The longest pause of a server at each step, in seconds."""

SMTP = """
[mail]
transport = "smtp"
security = "none"
port = {port}
"""
PROOF = """
archive = "{archive}"
inbox = "{inbox}"
"""
SENDGRID = """
[mail]
transport = "sendgrid"
sendgrid_key_file = "{key}"
sendgrid_host = "http://127.0.0.1:{port}"
"""


@dataclass(frozen=True)
class Side:
    """A receiving side and how to wait until all it has to tell is told."""

    receiver: Receiver
    settings: str
    heard: Callable[[], bool] = lambda: True


@contextmanager
def by_smtp(installation: Installation, feed: bool, seed: int) -> Iterator[Side]:
    """A mail server; with a feed it leaves copies in the archive's Maildir."""
    folder = installation.folder / "smtp"
    with smtp_receiver(folder, slow=SLOW, seed=seed, feed=feed) as receiver:
        text = SMTP.format(port=receiver.port)
        if feed:
            text += PROOF.format(archive=ARCHIVE, inbox=folder / "inbox")
        yield Side(receiver, text)


@contextmanager
def by_sendgrid(installation: Installation, feed: bool, seed: int) -> Iterator[Side]:
    """SendGrid; with a feed its signed events reach the pages' process."""
    folder, key = installation.folder, installation.folder / "key"
    key.write_text("SG.key")
    key.chmod(0o600)
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    signer = Signer(ec.generate_private_key(ec.SECP256R1()), f"{home}/hooks/sendgrid")
    text = f'[mail]\nwebhook_key = "{signer.public()}"'
    with (
        serving(installation, text, home) if feed else nullcontext(),
        sendgrid_receiver(
            folder / "sendgrid", signer if feed else None, slow=SLOW, seed=seed
        ) as receiver,
    ):
        settings = SENDGRID.format(key=key, port=receiver.port)
        if feed:
            settings += f'webhook_key = "{signer.public()}"\n'
        yield Side(receiver, settings, lambda: drained(receiver))


@contextmanager
def serving(installation: Installation, settings: str, home: str) -> Iterator[None]:
    """``duban serve`` without nights, so that nothing is sent but by the killed senders."""
    installation.settings(settings)
    process = installation.start("serve", "--no-nights", "--port", home.rpartition(":")[2])
    try:
        assert awaited(lambda: _answers(home), 30), installation.said()
        yield
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(timeout=30)


def _answers(home: str) -> bool:
    try:
        return httpx.get(f"{home}/health/live", timeout=1).status_code == 200
    except httpx.TransportError:
        return False


WAYS = {
    "SMTP, copies in the archive": (by_smtp, True),
    "SMTP, no proof": (by_smtp, False),
    "SendGrid, events": (by_sendgrid, True),
    "SendGrid, no proof": (by_sendgrid, False),
}
"""By its name: who takes the mails, and whether there is proof of it."""
