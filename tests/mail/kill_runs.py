"""Senders that are killed while mails are on their way, again and again, until all is settled."""

import os
import signal
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import sleep

from config import clock
from models.message import MessageState
from models.schema import upgrade
from tests.mail.counters import Counters, count_mails
from tests.mail.installation import Clock, Installation, full_outbox
from tests.mail.receiving import Receiver, awaited
from tests.mail.sides import SLOW, WAYS, Side

FEW, MANY = 3, 60
"""A sender is killed when it has begun so many mails at most: of one batch, or of several."""
RESTARTS = 20
SOON, LATER = 1, 61
"""Minutes until a sender is started again: before doubt is settled, or after every wait."""


@dataclass(frozen=True)
class Run:
    """What became of the mails, how many senders were killed, and in which windows.

    ``most`` is how many copies arrived of the mail of which most did.
    """

    counters: Counters
    most: int
    kills: int
    windows: Counter[str]


def kill_senders(
    installation: Installation, way: str, ticking: Clock, *, kills: int, seed: int
) -> Run:
    """Kill ``kills`` senders at random instants of their work, then let the rest settle."""
    make, feed = WAYS[way]
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
    counters = count_mails(installation.mails(), copies, doubted)
    return Run(counters, max(copies.values()), done, windows)


def _killed(installation: Installation, side: Side, random: Random, windows: Counter[str]) -> bool:
    """Whether a sender could be killed after it had begun and before it ended."""
    begun = side.receiver.begun
    enough = begun.value + 1 + random.randrange(random.choice((*([FEW] * 9), MANY)))
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
