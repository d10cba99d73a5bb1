"""The service: pages, API and our own files behind one gate."""

import logging
from importlib import import_module

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from config.language import _
from duban.web.api.refusals import methods_of, refuse_route, unheard
from duban.web.api.service import ADDRESS, TAKES_FILES, make_api
from duban.web.desk import Desk
from duban.web.doors import Door, Open, routes
from duban.web.gate import API, Gate
from duban.web.house import House
from duban.web.patience import Patience

log = logging.getLogger("duban")

PAGES = (
    "sign_in", "oidc", "welcome", "me", "second_factor", "my_tokens", "help",
    "dashboard", "organizations", "unreachable", "ledger", "views", "findings", "urging",
    "todo", "acknowledging", "reports", "handing_in", "requests", "evidence", "receipts", "details",
    "reviews", "decisions", "corrections", "taking_back",
    "issuing", "letters", "letter_document", "papers", "imports",
    "nights", "mails", "feed", "hooks", "operation",
    "admin", "accounts", "contacts", "rules", "policy_check", "changes", "log",
)  # fmt: skip
"""The files of ``pages``; each holds its doors as ``pages``."""

SIGNED_BODY = 2 * 1024 * 1024
"""Bytes that a program may send which signs them."""


def all_doors() -> list[Door]:
    """Every door of the pages."""
    return [door for name in PAGES for door in import_module(f"duban.web.pages.{name}").pages.doors]


def make_app(house: House) -> ASGIApp:
    """The whole service of one house."""
    app = FastAPI(title="Duban", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.house = house
    doors = all_doors()
    app.router.routes.extend(routes(doors, house))
    # Pages are sent as they are: what a form's token stands in must not tell by its length.
    app.mount("/static", GZipMiddleware(_Files(packages=[("duban.web", "static")])))
    app.mount(ADDRESS, make_api(house))
    app.add_exception_handler(404, _absent)
    app.add_exception_handler(405, _absent)
    app.add_exception_handler(ClientDisconnect, unheard)
    app.add_exception_handler(Exception, _unexpected)
    uploads = {door.path for door in doors if door.uploads} | set(TAKES_FILES)
    largest = house.settings.web.upload_megabytes * 1024 * 1024 * 3
    signed = {door.path for door in doors if door.asks is Open.TO_WHO_SIGNS}

    def body_limit(path: str) -> int | None:
        if path in signed:
            return SIGNED_BODY
        return largest if _takes_files(path, uploads) else None

    return Gate(Patience(app), house, body_limit)


def _takes_files(path: str, uploads: set[str]) -> bool:
    """Whether a path fits the pattern of a door that takes files."""
    parts = path.split("/")
    return any(
        len(parts) == len(pattern := one.split("/"))
        and all(p == q or q.startswith("{") for p, q in zip(parts, pattern, strict=True))
        for one in uploads
    )


class _Files(StaticFiles):
    """Our own files under an address that changes with them, so they may be kept for a year."""

    async def get_response(self, path: str, scope: object) -> Response:
        _digest, _slash, name = path.partition("/")
        answer = await super().get_response(name, scope)  # type: ignore[arg-type]  # as it came
        answer.headers["cache-control"] = "public, max-age=31536000, immutable"
        return answer


async def _absent(request: Request, error: Exception) -> Response:
    if request.url.path.startswith(API):
        return await refuse_route(request, error)
    status = getattr(error, "status_code", 404)
    code = "not-found" if status == 404 else "method-not-allowed"
    answer = _plainly(request, status, code, _("There is no such page."))
    if status == 405:
        answer.headers["allow"] = ", ".join(methods_of(request))
    return answer


async def _unexpected(request: Request, error: Exception) -> Response:
    log.error("request %s failed", request.state.request_id, exc_info=error)
    sentence = _(
        "Something went wrong on our side; it is written down under {id}. Try again, or call us."
    ).format(id=request.state.request_id)
    return _plainly(request, 500, "unexpected", sentence)


def _plainly(request: Request, status: int, code: str, sentence: str) -> Response:
    desk = Desk(request, request.app.state.house, None)
    return desk.page("problem.html", status=status, code=code, sentence=sentence)
