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
    IN_DOUBT = "in-doubt"


class SendFailed(DubanError):
    """A mail was refused, or nobody knows whether it was accepted."""

    code = "send-failed"

    def __init__(self, message: str, failure: Failure) -> None:
        super().__init__(message)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side's answer to an accepted mail."""

    provider_id: str | None
    answer: str


class Transport(Protocol):
    """Hands one mail over."""

    def send(self, mail: Mail, date: datetime) -> Receipt:
        """Send, or raise ``SendFailed``."""
        ...
