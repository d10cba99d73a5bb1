"""What every request to the API goes through before its operation sees it.

Who is it; is every parameter known; is the body what it says and nothing ambiguous.
"""

import json
from collections.abc import Callable, Coroutine, Sequence
from inspect import isclass
from typing import Any

from fastapi.params import File
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from config.language import _
from duban.services.secret_words import digest
from duban.services.tokens import touch_token
from duban.web.api.desk import ApiDesk, digest_of
from duban.web.house import House
from duban.web.problems import NotSignedIn, UnfitBody
from duban.web.visitor import visitor_by_token
from models.errors import BadInput

EVERYWHERE = "lang"
"""The one parameter that every address takes; the gate has read it."""


class StrictRequest(Request):
    """A request whose JSON says one thing only: no key twice, no NaN, no endless nesting."""

    async def json(self) -> Any:
        """The body as JSON."""
        return read_json(await self.body())


class StrictRoute(APIRoute):
    """A route that knows its visitor and its parameters before it reads anything."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind those checks."""
        answer = super().get_route_handler()
        known = _known_to(self.dependant.query_params) | {EVERYWHERE}

        async def enter(request: Request) -> Response:
            house: House = request.app.state.house
            request.state.desk = desk = await run_in_threadpool(_desk_of, house, request)
            _refuse_unknown(request, known)
            strict = StrictRequest(request.scope, request.receive)
            if request.method != "GET":
                desk.request_digest = await self._read(strict)
            return await answer(strict)

        return enter

    async def _read(self, request: StrictRequest) -> str:
        """Check the body by what it says it is; the digest of the whole request."""
        kind = _media_type(request)
        said = [request.method.encode(), request.url.path.encode(), request.url.query.encode()]
        if self.takes_files:
            if kind != "multipart/form-data":
                raise UnfitBody(_("Send the files as multipart/form-data."))
            return digest_of(*said, await _bytes_of_form(request))
        body = await request.body()
        if body and kind != "application/json":
            raise UnfitBody(_("Send the body as application/json in UTF-8."))
        data = read_json(body) if body else None
        if self.body_field is None and data not in (None, {}):
            raise BadInput(_("This act takes no body."))
        return digest_of(*said, body)

    @property
    def takes_files(self) -> bool:
        """Whether the body is a form with files."""
        return self.body_field is not None and any(
            isinstance(param.field_info, File) for param in self.dependant.body_params
        )


def read_json(body: bytes) -> Any:
    """The one value that ``body`` tells.

    Raises:
        BadInput: it is not JSON, or can be read in more than one way.
    """
    try:
        text = body.decode("utf-8")
        found = json.loads(text, object_pairs_hook=_pairs, parse_constant=_refuse_constant)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode()  # half a pair of surrogates fails here
    except (ValueError, RecursionError) as error:
        raise BadInput(
            _("The body is not JSON that can be read in one way only: {why}.").format(
                why=_why(error)
            )
        ) from error
    return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("a name stands twice"))
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(_("{name} is no number").format(name=name))


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _("it is nested too deeply")
    if isinstance(error, UnicodeError):
        return _("it is not UTF-8")
    if isinstance(error, json.JSONDecodeError):
        return _("character {n}").format(n=error.pos + 1)
    return str(error).partition(";")[0]


def _media_type(request: Request) -> str:
    """The media type alone; another character set than UTF-8 makes it another one."""
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        name, _equals, value = parameter.strip().partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            return ""
    return kind.strip()


async def _bytes_of_form(request: StrictRequest) -> bytes:
    """What a form holds, whatever border its browser chose."""
    border = request.headers.get("content-type", "").partition("boundary=")[2].strip('"').encode()
    body = await request.body()
    return body.replace(border, b"") if border else body


def _known_to(params: Sequence[Any]) -> set[str]:
    """The parameters' names; a shape in their place stands for its fields."""
    found = set()
    for param in params:
        kind = param.field_info.annotation
        fields = kind.model_fields if isclass(kind) and issubclass(kind, BaseModel) else {}
        found |= {one.alias or name for name, one in fields.items()} or {param.alias}
    return found


def _refuse_unknown(request: Request, known: set[str]) -> None:
    for name in request.query_params:
        if name not in known:
            raise BadInput(
                _("There is no parameter “{name}” here; there are: {known}.").format(
                    name=name[:60], known=", ".join(sorted(known))
                ),
                field=name[:60],
            )


def _desk_of(house: House, request: Request) -> ApiDesk:
    scheme, _blank, token = request.headers.get("authorization", "").partition(" ")
    now = house.wall_clock()
    desk, visitor = ApiDesk(request, house, None), None
    if scheme.lower() == "bearer" and token and len(token) <= 200:
        visitor = visitor_by_token(house, token, desk.mark, now)
    if visitor is None:
        raise NotSignedIn(_("Send a token that is valid: “Authorization: Bearer …”."))
    if visitor.seen_long_ago:
        with house.database.begin() as session:
            touch_token(session, digest(token), now)
    desk.visitor = visitor
    return desk
