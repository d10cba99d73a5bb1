"""Which status each refusal has, and how it is said over the API (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from config.errors import ConfigurationInvalid
from config.language import _
from models.errors import (
    BadInput,
    BrakeTripped,
    CalendarNotCovered,
    DubanError,
    IllegalTransition,
    NotAllowed,
    NotFound,
    RefusedByRule,
    SecondPersonRequired,
    StaleVersion,
    Unavailable,
    WrongUsage,
)


class NotSignedIn(DubanError):
    """Nobody is signed in, or the session has ended."""

    code = "not-signed-in"


class TooLarge(DubanError):
    """A request or a file is larger than the service takes."""

    code = "too-large"


class UnfitBody(DubanError):
    """The body is of a kind that this address does not read."""

    code = "validation"


class RateLimited(DubanError):
    """Too many tries; ``retry_after`` says how many seconds to wait."""

    code = "rate-limited"


class PreconditionRequired(DubanError):
    """An act over the API names the version that it saw."""

    code = "precondition-required"


class PreconditionFailed(StaleVersion):
    """The version that an act named is not the present one."""

    code = "stale-version"


class KeyMissing(DubanError):
    """A request that acts needs an Idempotency-Key."""

    code = "key-missing"


class KeyReused(DubanError):
    """The same Idempotency-Key came with another request."""

    code = "key-reused"


class KeyInFlight(DubanError):
    """The first request with this Idempotency-Key is still at work."""

    code = "key-in-flight"


STATUSES: dict[type[Exception], int] = {
    BadInput: 422,
    WrongUsage: 422,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    IllegalTransition: 409,
    RefusedByRule: 409,
    BrakeTripped: 409,
    SecondPersonRequired: 409,
    StaleVersion: 409,
    KeyInFlight: 409,
    PreconditionFailed: 412,
    PreconditionRequired: 428,
    TooLarge: 413,
    UnfitBody: 415,
    KeyMissing: 400,
    KeyReused: 422,
    CalendarNotCovered: 422,
    RateLimited: 429,
    ConfigurationInvalid: 503,
    Unavailable: 503,
}


def status_of(error: Exception) -> int:
    """The status for ``error``, by the nearest class in the table."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return 500


def titles() -> dict[str, str]:
    """What each kind of problem is called, in the current language."""
    return {
        "validation": _("An input cannot be used"),
        "usage": _("An input cannot be used"),
        "not-signed-in": _("Not signed in"),
        "not-allowed": _("Not allowed"),
        "not-found": _("Not found"),
        "method-not-allowed": _("This address does not take such a request"),
        "illegal-transition": _("Not possible in this state"),
        "refused": _("Refused by a rule"),
        "breaker": _("The brake stopped it"),
        "second-person-required": _("A second person must approve it"),
        "stale-version": _("Somebody else changed it meanwhile"),
        "precondition-required": _("The version that you saw is missing"),
        "key-missing": _("The Idempotency-Key is missing"),
        "key-reused": _("The Idempotency-Key belongs to another request"),
        "key-in-flight": _("The first request with this key is still at work"),
        "too-large": _("Too large"),
        "calendar-not-covered": _("A year's holiday notice is missing"),
        "rate-limited": _("Too many tries"),
        "unavailable": _("The service cannot work just now"),
        "unexpected": _("Unexpected"),
    }


def problem(
    code: str,
    status: int,
    detail: str,
    *,
    instance: str,
    request_id: str,
    details: dict[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The body of an ``application/problem+json`` answer."""
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": titles().get(code, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
        "request_id": request_id,
    }
    if errors:
        body["errors"] = errors
    return body | {name: value for name, value in (details or {}).items() if name not in body}
