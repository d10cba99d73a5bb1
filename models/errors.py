"""What may go wrong, in sentences.

Every error names the thing and the remedy. ``code`` is the stable name that
scripts see; exit codes and HTTP statuses are mapped from it in one table each,
at the edge.
"""

from collections.abc import Mapping
from typing import Any


class DubanError(Exception):
    """Something was refused or failed; the message says what and what to do."""

    code = "failed"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details


class WrongUsage(DubanError):
    """The words of a command do not fit."""

    code = "usage"


class BadInput(DubanError):
    """A value or a file that people gave cannot be used."""

    code = "validation"


class NotFound(DubanError):
    """There is no such thing."""

    code = "not-found"


class NotAllowed(DubanError):
    """This person may not do this."""

    code = "not-allowed"


class IllegalTransition(DubanError):
    """The state machine has no such arrow; ``allowed`` lists the events it has."""

    code = "illegal-transition"


class StaleVersion(DubanError):
    """Somebody else changed it in between."""

    code = "stale-version"


class CalendarNotCovered(DubanError):
    """The State Council's notice for a year is not loaded; ``year`` names it."""

    code = "calendar-not-covered"


class BrakeTripped(DubanError):
    """A run would notify far beyond its forecast and waits for a person."""

    code = "breaker"


class RefusedByRule(DubanError):
    """A rule of the product forbids it."""

    code = "refused"


class SecondPersonRequired(DubanError):
    """Somebody else must approve it."""

    code = "second-person-required"


class Unavailable(DubanError):
    """Something that the program depends on cannot be reached."""

    code = "unavailable"
