"""The gate before every door: whose name was asked for, how large, in which language.

Plain ASGI, so that it holds for pages, API and files alike, whatever answers behind it.
"""

import json
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.language import LANGUAGES, Language, _, as_language, set_language
from duban.web.house import House
from duban.web.problems import problem

ORDINARY_BODY = 1024 * 1024
LONGEST_HEADERS = 32 * 1024
API = "/api/"
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
METHODS = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS")
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
LANGUAGE_COOKIE = "duban_language"


class Gate:
    """Refuses what no door should see, and puts the same headers on every answer.

    ``body_limit`` tells how many bytes a path takes, for doors that take files.
    """

    def __init__(self, app: ASGIApp, house: House, body_limit: Callable[[str], int | None]) -> None:
        self.app, self.house, self.body_limit = app, house, body_limit
        self._headers = _safe_headers(house.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        set_language(_language(scope, headers))
        limit = self.body_limit(scope["path"]) or ORDINARY_BODY
        answered = _Answered(send, [*self._headers, (b"x-request-id", request_id.encode())])
        refusal = self._refusal(scope, headers, limit)
        # A page says by itself, in its frame, that a form is too large.
        if refusal is not None and not (refusal[0] == 413 and _is_form(scope, headers)):
            await _refuse(scope, answered, *refusal, request_id)
            return
        counted = _Counted(receive, limit, cut=refusal is not None)
        answered.closes = lambda: counted.cut
        await self.app(scope, counted, answered)

    def _refusal(self, scope: Scope, headers: Headers, limit: int) -> tuple[int, str, str] | None:
        names = headers.getlist("host")
        if len(names) != 1 or _host(names[0]) not in self.house.hosts:
            return 400, "validation", _("This service does not answer under that name.")
        if sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST_HEADERS:
            return 431, "too-large", _("The request's headers are too long.")
        # The API names the methods that each of its addresses takes.
        if scope["method"] not in METHODS and not scope["path"].startswith(API):
            return 405, "method-not-allowed", _("This address does not take such a request.")
        if headers.get("content-encoding", "identity") != "identity":
            return 415, "validation", _("Send the body as it is, not compressed.")
        length = headers.get("content-length")
        if length is not None and length.isascii() and length.isdigit() and int(length) > limit:
            return 413, "too-large", too_large(limit)
        return None


class _Counted:
    """Cuts off a body that goes on beyond what the door takes, or that says so before."""

    def __init__(self, receive: Receive, limit: int, *, cut: bool) -> None:
        self.receive, self.limit, self.came, self.cut = receive, limit, 0, cut

    async def __call__(self) -> Message:
        message: Message = {} if self.cut else await self.receive()
        self.came += len(message.get("body", b""))
        self.cut = self.cut or self.came > self.limit
        if self.cut:
            raise HTTPException(413, too_large(self.limit))
        return message


class _Answered:
    """Adds headers to an answer; where a body was cut off, what still comes is not listened to."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        self.send, self.headers = send, headers
        self.closes: Callable[[], bool] = lambda: False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _value in message["headers"]}
            wanted = [*self.headers, *([(b"connection", b"close")] if self.closes() else [])]
            added = [pair for pair in wanted if pair[0] not in there]
            message = {**message, "headers": [*message["headers"], *added]}
        await self.send(message)


async def _refuse(
    scope: Scope, send: Send, status: int, code: str, detail: str, request_id: str
) -> None:
    body: Mapping[str, Any] = problem(
        code, status, detail, instance=scope["path"], request_id=request_id
    )
    data = json.dumps(body, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close"),
               (b"content-length", str(len(data)).encode())]  # fmt: skip
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


def _is_form(scope: Scope, headers: Headers) -> bool:
    """Whether a page's form is sent."""
    return not scope["path"].startswith(API) and headers.get("content-type", "").startswith(FORMS)


def _host(name: str) -> str:
    """A Host header's name without its port, in lower case."""
    if name.startswith("["):
        return name.partition("]")[0].removeprefix("[").lower()
    return name.partition(":")[0].lower()


def _language(scope: Scope, headers: Headers) -> Language:
    """``?lang=``, else the reader's own choice, else what the browser prefers, else Chinese."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    chosen = _cookie(headers, LANGUAGE_COOKIE)
    for word in (asked, chosen):
        if word in LANGUAGES:
            return as_language(word)
    for part in headers.get("accept-language", "").lower().split(","):
        word = part.split(";")[0].strip()[:2]
        if word in LANGUAGES:
            return as_language(word)
    return "zh"


def _cookie(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def too_large(limit: int) -> str:
    """How much is taken, in words."""
    return _("At most {n} MB are taken here.").format(n=max(1, limit // 1024 // 1024))


def _safe_headers(secure: bool) -> list[tuple[bytes, bytes]]:
    found = {
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cache-control": "no-store",
    }
    if secure:
        found["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return [(name.encode(), value.encode()) for name, value in found.items()]
