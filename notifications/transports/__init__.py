"""Ways for a mail to leave: one interface, three transports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from models.errors import DubanError
from notifications.mail import Mail


class Failure(StrEnum):
    """What a failed attempt means for the next one."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    NO_SUCH_ADDRESS = "no-such-address"
    """Permanent, and the address is at fault."""
    IN_DOUBT = "in-doubt"
    UNREACHABLE = "unreachable"
    """The server is not there or does not let us in: no mail is at fault, none can leave now."""


class SendFailed(DubanError):
    """A mail was refused, or nobody knows whether it was accepted.

    ``wait_seconds`` is how long the other side asked us to wait.
    """

    code = "send-failed"

    def __init__(self, message: str, failure: Failure, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.failure = failure
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side's answer to an accepted mail."""

    provider_id: str | None
    answer: str


class Transport(Protocol):
    """Hands mails over, each to one recipient; ``lanes`` is how many at the same time."""

    lanes: int

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Send, or raise ``SendFailed``."""
        ...

    def close(self) -> None:
        """Let go of what is kept open between two mails."""
        ...
