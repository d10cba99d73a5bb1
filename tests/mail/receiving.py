"""What both receiving servers share: where mail is taken down, pauses, faults, and windows."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

from tests.mail.truth import Truth

FORK = multiprocessing.get_context("fork")
OPENS = 10.0


class Fault(StrEnum):
    """How one mail is answered otherwise than by taking it."""

    NONE = "none"
    GREYLISTED = "greylisted"
    """Not now, before the text."""
    DEFERRED = "deferred"
    """Not now, after the text (SMTP 451, HTTP 429)."""
    RESET_UNTAKEN = "reset, not taken"
    RESET_TAKEN = "reset, taken"
    ERROR_TAKEN = "error, taken"
    """An answer that says nothing of the mail, which was taken (HTTP 500)."""
    CUT_AFTER_ANSWER = "cut after the answer"


@dataclass
class Receiver:
    """A receiving side; ``windows`` is where its mails are now, shared with its process.

    ``slow`` is the longest pause in seconds before and after each step; ``script`` the faults
    of the first mails, in the order in which they come. With a ``feed`` it leaves evidence.
    """

    folder: Path
    names: Sequence[str]
    slow: float = 0
    seed: int = 0
    script: Sequence[Fault] = ()
    feed: bool = True
    port: int = 0
    windows: Any = None
    begun: Any = None
    random: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self.windows = FORK.Array("i", len(self.names))
        self.begun = FORK.Value("i", 0)
        self.random.seed(self.seed)

    @property
    def truth(self) -> Truth:
        """What it took."""
        return Truth(self.folder / "truth")

    def pause(self) -> None:
        """A random part of ``slow``."""
        if self.slow:
            sleep(self.random.uniform(0, self.slow))

    def next_fault(self) -> Fault:
        """How the mail that begins now is answered."""
        with self.begun.get_lock():
            number = self.begun.value
            self.begun.value += 1
        return self.script[number] if number < len(self.script) else Fault.NONE

    def open_windows(self) -> list[str]:
        """In which windows mails are at this instant."""
        return [name for name, count in zip(self.names, self.windows, strict=True) if count > 0]


class Step:
    """The window in which one connection is."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver, self.at = receiver, -1

    def to(self, at: int) -> None:
        """Go on to another one; -1 is none."""
        windows = self.receiver.windows
        with windows.get_lock():
            if self.at >= 0:
                windows[self.at] -= 1
            if at >= 0:
                windows[at] += 1
        self.at = at


@contextmanager
def in_own_process(
    receiver: Receiver, serve: Callable[[Receiver, Any], None]
) -> Iterator[Receiver]:
    """``serve`` with ``receiver`` in another process, which says at which port it listens."""
    ours, theirs = FORK.Pipe()
    process = FORK.Process(target=serve, args=(receiver, theirs), daemon=True)
    process.start()
    try:
        assert ours.poll(OPENS), "the server did not open"
        receiver.port = ours.recv()
        yield receiver
    finally:
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join(timeout=OPENS)


def awaited(what: Callable[[], bool], seconds: float = OPENS) -> bool:
    """Whether ``what`` became true in time."""
    until = monotonic() + seconds
    while not (found := what()) and monotonic() < until:
        sleep(0.002)
    return found
