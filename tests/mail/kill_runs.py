"""Senders that are killed while mails are on their way, again and again, until all is settled."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from config import clock
from models.message import MessageState
from models.schema import upgrade
from tests.mail.counters import Counters, count_mails
from tests.mail.installation import Clock, Installation, full_outbox
from tests.mail.receiving import Receiver, awaited
from tests.mail.sendgrid_server import Signer, drained, sendgrid_receiver
from tests.mail.smtp_server import ARCHIVE, smtp_receiver
from tests.notifications.servers import free_port

SLOW = 0.001
"""The longest pause of a server at each step, in seconds."""
FEW, MANY = 3, 60
"""A sender is killed when it has begun so many mails at most: of one batch, or of several."""
RESTARTS = 20
SOON, LATER = 1, 61
"""Minutes until a sender is started again: before doubt is settled, or after every wait."""

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
class Run:
    """What became of the mails, how many senders were killed, and in which windows."""

    counters: Counters
    kills: int
    windows: Counter[str]


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


RUNS = {
    "SMTP, copies in the archive": (by_smtp, True),
    "SMTP, no proof": (by_smtp, False),
    "SendGrid, events": (by_sendgrid, True),
    "SendGrid, no proof": (by_sendgrid, False),
}


def kill_senders(
    installation: Installation, way: str, ticking: Clock, *, kills: int, seed: int
) -> Run:
    """Kill ``kills`` senders at random instants of their work, then let the rest settle."""
    make, feed = RUNS[way]
    random, windows, doubted = Random(seed), Counter[str](), set[str]()
    done = 0
    with make(installation, feed, seed) as side:
        installation.settings(side.settings)
        while done < kills and installation.unsettled():
            if _killed(installation, side, random, windows):
                done += 1
            doubted |= _taken_unheard(installation, side.receiver)
            assert side.heard()
            ticking.move_on(random.choice((SOON, LATER)))
        for _restart in range(RESTARTS):
            if not installation.unsettled():
                break
            installation.do("mail", "send")
            assert side.heard()
            ticking.move_on(LATER)
        assert installation.unsettled() == 0, installation.said()[-2000:]
        copies = side.receiver.truth.copies()
    return Run(count_mails(installation.mails(), copies, doubted), done, windows)


def _killed(installation: Installation, side: Side, random: Random, windows: Counter[str]) -> bool:
    """Whether a sender could be killed after it had begun and before it ended."""
    begun = side.receiver.begun
    enough = begun.value + 1 + random.randrange(random.choice((FEW, FEW, FEW, MANY)))
    process = installation.start("mail", "send")
    awaited(lambda: begun.value >= enough or not process.is_alive(), 60)
    sleep(random.uniform(0, 6 * SLOW))
    alive: bool = process.is_alive()
    if alive:
        os.kill(process.pid or 0, signal.SIGKILL)
        windows.update(side.receiver.open_windows())
    process.join(timeout=30)
    return alive


def _taken_unheard(installation: Installation, receiver: Receiver) -> set[str]:
    copies = receiver.truth.copies()
    unheard = (MessageState.SENDING, MessageState.IN_DOUBT)
    return {
        one.id for one in installation.mails().values() if one.state in unheard and one.id in copies
    }


def run_in_folder(way: str, *, kills: int, mails: int, seed: int) -> Run:
    """The same with an installation of its own, which is gone afterwards."""
    ticking = Clock()
    clock.now = ticking
    try:
        with TemporaryDirectory() as home:
            database = upgrade(f"sqlite:///{home}/duban.db")
            installation = full_outbox(Path(home), database, mails)
            return kill_senders(installation, way, ticking, kills=kills, seed=seed)
    finally:
        clock.now = ticking.real
