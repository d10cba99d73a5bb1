"""What the API can be asked: each operation with its address, its answer and what it may refuse."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

Handler = Callable[..., Response]

ALWAYS = (400, 401, 404, 422, 500, 503)
"""Refusals of any operation: a wrong host, nobody, nothing there, an input, our fault, not now."""
OF_ACTS = (403, 409, 413, 415)
OF_VERSIONS = (412, 428)

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "A text of your own, new for every act; the same request with the same key is answered "
        "the same and acts once. Kept for seven days."
    ),
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "example": "8f14e45f-ceea-467f-a9c0-1f5c2d9b7e11",
}
VERSION = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of what you saw; nothing is done where it has changed since.",
    "schema": {"type": "string", "pattern": '^"[!#-~]{1,64}"$'},
    "example": '"3"',
}
CACHED = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag that you have; 304 where nothing has changed.",
    "schema": {"type": "string"},
    "example": '"3"',
}
PLACE_HEADERS = {
    "Link": {"description": "The next page, where there is one.", "schema": {"type": "string"}}
}
TAG_HEADERS = {"ETag": {"description": "What If-Match takes.", "schema": {"type": "string"}}}
REPLAYED = {
    "Idempotency-Replayed": {
        "description": "“true” where an earlier answer is given again.",
        "schema": {"type": "string"},
    }
}


@dataclass(frozen=True)
class Operation:
    """One operation as it is routed and as the OpenAPI document tells it."""

    method: str
    path: str
    handler: Handler
    tag: str
    summary: str
    answer: type[BaseModel] | None
    status: int
    responses: dict[int | str, dict[str, Any]]
    parameters: tuple[dict[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """A stable name for programs that are made from the document."""
        return self.handler.__name__


class Operations:
    """The operations of one file, all under one tag."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.all: list[Operation] = []

    def get(
        self,
        path: str,
        answer: type[BaseModel],
        summary: str,
        *,
        tagged: bool = False,
        paged: bool = False,
    ) -> Callable[[Handler], Handler]:
        """A question; ``tagged`` answers bear an ETag, ``paged`` ones name the next page."""
        headers = {**(TAG_HEADERS if tagged else {}), **(PLACE_HEADERS if paged else {})}
        responses = _responses(200, headers, ALWAYS)
        if tagged:
            responses[304] = {"description": "Nothing has changed."}
        parameters = (CACHED,) if tagged else ()
        return self._add("GET", path, answer, summary, 200, responses, parameters)

    def file(self, path: str, media_type: str, summary: str) -> Callable[[Handler], Handler]:
        """A question that is answered with a file of this kind."""
        responses = _responses(200, {}, ALWAYS)
        schema = {"type": "string", "format": "binary"}
        responses[200] = {"content": {media_type: {"schema": schema}}}
        return self._add("GET", path, None, summary, 200, responses, ())

    def act(
        self,
        path: str,
        answer: type[BaseModel],
        summary: str,
        *,
        status: int = 201,
        method: str = "POST",
        keyed: bool = True,
        seen: bool = True,
    ) -> Callable[[Handler], Handler]:
        """An act; ``keyed`` ones need an Idempotency-Key, and ``seen`` ones an If-Match."""
        refusals = (*ALWAYS, *OF_ACTS, *(OF_VERSIONS if seen else ()))
        headers = {**(TAG_HEADERS if seen else {}), **(REPLAYED if keyed else {})}
        parameters = (*((KEY,) if keyed else ()), *((VERSION,) if seen else ()))
        responses = _responses(status, headers, refusals)
        return self._add(method, path, answer, summary, status, responses, parameters)

    def _add(
        self,
        method: str,
        path: str,
        answer: type[BaseModel] | None,
        summary: str,
        status: int,
        responses: dict[int | str, dict[str, Any]],
        parameters: tuple[dict[str, Any], ...],
    ) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self.all.append(
                Operation(
                    method, path, handler, self.tag, summary, answer, status, responses, parameters
                )
            )
            return handler

        return add


def _responses(
    status: int, headers: dict[str, Any], refusals: tuple[int, ...]
) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {
        status: {"headers": headers} if headers else {},
    }
    for refusal in sorted(refusals):
        found[refusal] = {
            "description": HTTPStatus(refusal).phrase,
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    return found
