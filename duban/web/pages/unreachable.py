"""Whom no mail reaches (联系不上): a list to telephone from, which can be printed."""

from starlette.responses import Response

from duban.web.desk import Desk
from duban.web.doors import Pages
from models.queries.call_list import call_list
from models.rights import Right

pages = Pages()

A_PAGE = 50


@pages.get("/unreachable", Right.READ_OFFICE)
def unreachable(desk: Desk) -> Response:
    after = desk.query.get("after", "")[:500]
    with desk.reading() as sight:
        found = call_list(
            sight.session, sight.now, scope=sight.scope, after=after, limit=A_PAGE + 1
        )
        shown = found[:A_PAGE]
        return desk.page(
            "unreachable.html", sight, silent=shown, more=len(found) > A_PAGE,
            following=shown[-1].organization.path if len(found) > A_PAGE else None,
        )  # fmt: skip
