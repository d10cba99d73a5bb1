"""The OpenAPI document: what FastAPI gathers, and what it does not know of our API."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from duban.web.api.shape import Problem, Trouble

VERSION = "1.0"
ABOUT = """\
Findings of review meetings until they are rectified. Every request bears a token
(`Authorization: Bearer duban_…`); it may do what its account may, within the scopes of the token.

Every act bears an `Idempotency-Key`, and those on something that others may change an `If-Match`.
Every refusal is `application/problem+json` (RFC 9457) in the language of `Accept-Language`.
"""
TAGS = {
    "findings": "What a leader pointed out and an organization must rectify.",
    "letters": "Reminder letters, one for each organization.",
    "imports": "Ledgers: a file is looked at row by row before it is brought in.",
    "views": "Filters of the ledger under a name.",
    "organizations": "Who receives letters, and who is told.",
    "decisions": "What waits for a supervisor.",
    "nights": "The nightly checks.",
    "mail": "The outbox.",
    "figures": "Where everything stands.",
    "calendar": "Holidays, working days and due dates.",
    "accounts": "Who may sign in, and one's own tokens.",
    "logs": "What happened.",
}


def document_of(api: FastAPI, address: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of ``api``, which is mounted at ``address``."""
    document = get_openapi(
        title="Duban",
        version=VERSION,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=api.routes,
        tags=[{"name": name, "description": words} for name, words in TAGS.items()],
        servers=[{"url": address}],
    )
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    for kind in (Problem, Trouble):
        schema = kind.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[kind.__name__] = schema
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    return document
