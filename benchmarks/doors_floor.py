"""The floor of the doors: Starlette and asyncpg, one prepared statement, the same rows as JSON.

A process of its own: ``python -m benchmarks.doors_floor DSN PORT``.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.finding import Finding
from models.transitions import OPEN_PHASES

_LEFT_OUT = {"fingerprint", "batch_id", "settled_at", "phase"}
_COLUMNS = ", ".join(f"f.{name}" for name in Finding.model_fields if name not in _LEFT_OUT)
_ORDER = "due_at, letter_id, item, id"
_STRETCHES = " UNION ALL ".join(
    f"(SELECT {_ORDER} FROM findings WHERE phase = '{phase}' ORDER BY {_ORDER} LIMIT 51)"
    for phase in OPEN_PHASES
)
PAGE = f"""
    SELECT {_COLUMNS}, o.name AS organization, o.code AS organization_code,
        o.ranking_group AS "group", l.number AS letter,
        l.year || '-' || l.sequence || '-' || f.item AS reference
    FROM (SELECT * FROM ({_STRETCHES}) AS each ORDER BY {_ORDER} LIMIT 51) AS page
    JOIN findings AS f ON f.id = page.id
    JOIN organizations AS o ON o.id = f.organization_id
    LEFT JOIN letters AS l ON l.id = f.letter_id
    ORDER BY f.due_at, f.letter_id, f.item, f.id"""


def make_app(dsn: str) -> Starlette:
    """One address that answers the first page of the ledger."""
    pools: list[Any] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=16, max_size=16) as pool:
            pools.append(pool)
            yield

    async def page(_request: Request) -> Response:
        rows = await pools[0].fetch(PAGE)
        body = {"items": [dict(row) for row in rows[:50]], "next": rows[49]["id"]}
        return Response(orjson.dumps(body), media_type="application/json")

    return Starlette(routes=[Route("/page", page)], lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(make_app(sys.argv[1]), port=int(sys.argv[2]), log_level="warning")
