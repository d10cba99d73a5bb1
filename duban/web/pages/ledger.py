"""The ledger: every finding that fits an address, page by page and on paper."""

from collections.abc import Iterable
from typing import Any

from starlette.responses import RedirectResponse, Response

from duban.web import narrowing
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.ledger_file import asked, ledger_file
from duban.web.problems import status_of
from duban.web.sight import Sight
from models.date_label import date_label
from models.errors import BadInput, NotFound
from models.ledger_place import Place
from models.organization import Organization
from models.queries.ask import ask, filled
from models.queries.ledger_page import categories, choices, last_acts
from models.queries.pages import Filter, Page, page
from models.queries.search import Hits, search
from models.queries.views import views_for
from models.rights import Right
from models.words import organization_label

pages = Pages()

ROWS, SHEET_ROWS = 50, 500
MOST_CHOICES = 500
"""Where there are more organizations, they are typed instead of offered."""
MOST_READ = 300
"""From so many open findings of a phase at most the categories are taken that are offered."""
MORE = ("person", "source", "meeting", "extended", "explained", "overdue_from", "overdue_to")
"""The filters that are seldom used: they are shown where one of them is set."""


@pages.get("/ledger", Right.READ_OFFICE)
def ledger(desk: Desk) -> Response:
    given = filled(desk.query.multi_items())
    with desk.reading() as sight:
        found, status = _rows(desk, sight, given, ROWS)
        offered = choices(sight.session, MOST_CHOICES + 1, scope=sight.scope)
        views = views_for(sight.session, desk.person.account_id)
        number = desk.query.get("page", "")
        return desk.page(
            "ledger.html", sight, status=status, given=given, found=found, label=date_label,
            acts=_last_acts(sight, found), may_urge=Right.URGE in desk.person.rights,
            ticked=narrowing.ticked(given),
            number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
            chips=narrowing.chips(given, lambda typed: _name(offered, typed)),
            tabs=narrowing.tabs(given, views), question=narrowing.question(given),
            offered=offered if len(offered) <= MOST_CHOICES else [], words=narrowing,
            groups=sorted({one.ranking_group for one in offered if one.ranking_group}),
            categories=categories(sight.session, MOST_READ, scope=sight.scope),
            more=any(name in given for name in MORE),
        )  # fmt: skip


@pages.get("/ledger/print", Right.READ_OFFICE)
def sheet(desk: Desk) -> Response:
    given = filled(desk.query.multi_items())
    with desk.reading() as sight:
        found, status = _rows(desk, sight, given, SHEET_ROWS)
        return desk.page(
            "print_ledger.html", sight, status=status, found=found, label=date_label,
            acts=_last_acts(sight, found), most=SHEET_ROWS, back=narrowing.address(given),
            chips=narrowing.chips(given, str),
        )  # fmt: skip


@pages.get("/ledger/export.xlsx", Right.READ_OFFICE)
def export(desk: Desk) -> Response:
    given = filled(desk.query.multi_items())
    with desk.reading() as sight:
        return ledger_file(sight, asked(sight, given), of_office=True)


@pages.get("/find", Right.READ_OFFICE)
def find(desk: Desk) -> Response:
    wanted = desk.query.get("q", "").strip()[:100]
    with desk.reading() as sight:
        hits = search(sight.session, wanted, sight.now, scope=sight.scope) if wanted else Hits()
        paths = [
            *(f"/findings/{row.reference.removeprefix('#')}" for row in hits.findings),
            *(f"/letters/{letter.year}-{letter.sequence}" for letter, _to in hits.letters),
            *(f"/organizations/{organization.code}" for organization in hits.organizations),
        ]
        if len(paths) == 1:
            return RedirectResponse(paths[0], 303)
        return desk.page("ledger_find.html", sight, wanted=wanted, hits=hits)


def _rows(desk: Desk, sight: Sight, given: dict[str, list[str]], limit: int) -> tuple[Page, int]:
    """The page that the address asks for; an empty one and the problem where it cannot be had."""
    try:
        wanted: Filter = ask(sight.session, given, sight.now, scope=sight.scope)
        after = desk.query.get("after")
        place = Place.parse(after) if after else None
        return page(sight.session, wanted, sight.now, limit=limit, after=place), 200
    except (BadInput, NotFound) as error:
        desk.problem = error
        return Page([], None), status_of(error)


def _last_acts(sight: Sight, found: Page) -> dict[int, Any]:
    ids = [row.finding.id for row in found.rows if row.finding.id is not None]
    return dict(last_acts(sight.session, ids)) if ids else {}


def _name(offered: Iterable[Organization], typed: str) -> str:
    for one in offered:
        if typed in (one.code, one.name, one.name_en):
            return organization_label(one)
    return typed
