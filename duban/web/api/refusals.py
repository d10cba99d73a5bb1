"""Every refusal of the API as ``application/problem+json``."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from config.errors import ConfigurationInvalid
from config.language import _
from duban.web.problems import problem, status_of
from models.errors import DubanError

log = logging.getLogger("duban")

TOLD = ("allowed", "event", "state", "version", "year", "retry_after")
"""What an error knows beyond its sentence that programs may see."""
CODES = {
    404: "not-found", 405: "method-not-allowed", 413: "too-large", 429: "rate-limited",
}  # fmt: skip


class ProblemResponse(JSONResponse):
    """RFC 9457."""

    media_type = "application/problem+json"


def add_refusals(app: FastAPI) -> None:
    """Let ``app`` answer every error so."""
    app.add_exception_handler(DubanError, _of_ours)
    app.add_exception_handler(ConfigurationInvalid, _of_ours)
    app.add_exception_handler(RequestValidationError, _of_input)
    app.add_exception_handler(HTTPException, refuse_route)
    app.add_exception_handler(ClientDisconnect, unheard)
    app.add_exception_handler(Exception, _unexpected)


async def _of_ours(request: Request, error: Exception) -> Response:
    details: Mapping[str, Any] = getattr(error, "details", {})
    status, message = status_of(error), str(getattr(error, "message", error))
    headers = {}
    if "retry_after" in details:
        headers["retry-after"] = str(details["retry_after"])
    if status == 401:
        headers["www-authenticate"] = 'Bearer realm="duban"'
    errors = []
    if (name := details.get("field")) is not None:
        mark = "?" if name in request.query_params else "/"
        errors.append({"pointer": f"{mark}{name}", "code": _code(error), "detail": message})
    shown = {name: details[name] for name in TOLD if name in details}
    return _answer(request, status, _code(error), message, headers, shown, errors)


async def _of_input(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors = [
        {"pointer": _pointer(one["loc"]), "code": one["type"].replace("_", "-"),
         "detail": _sentence(one)}
        for one in found[:50]
    ]  # fmt: skip
    detail = _("{where}: {why}").format(where=errors[0]["pointer"], why=errors[0]["detail"])
    return _answer(request, 422, "validation", detail, errors=errors)


async def refuse_route(request: Request, error: Exception) -> Response:
    """No such address, no such method, or a body that cannot be read."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = {}
    if status == 404:
        detail = _("There is nothing here.")
    elif status == 405:
        detail = _("This address does not take such a request.")
        headers["allow"] = ", ".join(methods_of(request))
    elif status in (408, 413):
        detail = str(getattr(error, "detail", ""))
    else:
        detail = _("The body cannot be read.")
    return _answer(request, status, CODES.get(status, "validation"), detail, headers)


async def unheard(_request: Request, _error: Exception) -> Response:
    """Whoever sent this has hung up in the middle; that is no fault of ours."""
    return Response(status_code=400)


async def _unexpected(request: Request, error: Exception) -> Response:
    number = request.state.request_id
    log.error("request %s failed", number, exc_info=error)
    detail = _(
        "Something went wrong on our side; it is written down under {id}. Try again, or call us."
    ).format(id=number)
    return _answer(request, 500, "unexpected", detail)


def _answer(
    request: Request,
    status: int,
    code: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    details: dict[str, Any] | None = None,
    errors: list[dict[str, Any]] | None = None,
) -> Response:
    body = problem(
        code, status, detail, instance=request.url.path, request_id=request.state.request_id,
        details=details, errors=errors,
    )  # fmt: skip
    return ProblemResponse(body, status, headers=headers)


def _code(error: Exception) -> str:
    return str(getattr(error, "code", "unexpected"))


def methods_of(request: Request) -> list[str]:
    """What the address does take: a route without a pattern is nearer than one with one."""
    fitting = [
        route
        for route in request.app.routes
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
    ]
    exact = [route for route in fitting if not route.param_convertors]
    found = {method for route in exact or fitting for method in route.methods or ()}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _pointer(place: Sequence[int | str]) -> str:
    """Where it is wrong: ``/name`` of the body, ``?name`` asked, ``{name}`` of the path."""
    kind, *names = (str(one) for one in place)
    match kind:
        case "query":
            return "?" + ".".join(names)
        case "path":
            return "{" + ".".join(names) + "}"
        case "header":
            return ".".join(names)
    return "".join(f"/{name}" for name in names)


def _sentence(error: Mapping[str, Any]) -> str:
    """What is wrong, in the reader's language; the library's own words are English alone."""
    limits = error.get("ctx", {})
    kind = str(error["type"])
    sentences = {
        "missing": _("This is needed."),
        "extra_forbidden": _("There is no such field here."),
        "string_too_short": _("At least {n} characters are needed.").format(
            n=limits.get("min_length")
        ),
        "string_too_long": _("At most {n} characters are possible.").format(
            n=limits.get("max_length")
        ),
        "string_pattern_mismatch": _("This value does not have the form that the document gives."),
        "too_short": _("At least {n} entries are needed.").format(n=limits.get("min_length")),
        "too_long": _("At most {n} entries are possible.").format(n=limits.get("max_length")),
        "greater_than_equal": _("It must be at least {n}.").format(n=limits.get("ge")),
        "less_than_equal": _("It must be at most {n}.").format(n=limits.get("le")),
        "enum": _("There are only: {known}.").format(known=limits.get("expected")),
        "literal_error": _("There are only: {known}.").format(known=limits.get("expected")),
    }
    if kind.startswith(("int", "float")):
        return _("A whole number is needed.")
    if kind.startswith("string_") and kind not in sentences:
        return _("A text is needed.")
    if kind.startswith("date"):
        return _("This is not a real date; write it like 2024-01-26.")
    return sentences.get(kind, _("This value cannot be used."))
