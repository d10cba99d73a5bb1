"""The log of the doors: who came in, who was turned away, who changed whose account."""

from typing import NamedTuple

from starlette.responses import Response

from duban.web.desk import Desk
from duban.web.doors import Pages
from models.account_event import AccountEvent
from models.account_words import (
    account_event_label,
    account_events_told,
    organizations_in,
    particulars,
)
from models.queries.accounts import account_by_login, account_events, account_names
from models.queries.numbers import LARGEST
from models.queries.organizations import organizations_by_id
from models.rights import Right
from models.words import organization_label

pages = Pages()

PAGE = 100


class Line(NamedTuple):
    """An event with the name of whom it concerns and its particulars in words."""

    event: AccountEvent
    what: str
    whose: str
    more: str


@pages.get("/log", Right.READ_LOG)
def log(desk: Desk) -> Response:
    what, login = desk.query.get("what", ""), desk.query.get("account", "").strip()
    with desk.reading() as sight:
        session = sight.session
        account = account_by_login(session, login) if login else None
        found = account_events(
            session, limit=PAGE + 1, before=_number(desk.query.get("before", "")),
            what=what or None, account_id=account.id if account else (-1 if login else None),
        )  # fmt: skip
        shown = found[:PAGE]
        names = account_names(session, {e.account_id for e in shown if e.account_id is not None})
        named: set[int] = set().union(*(organizations_in(e.details) for e in shown))
        bodies = {
            number: organization_label(organization)
            for number, organization in organizations_by_id(session, named).items()
        }
        lines = [
            Line(event, account_event_label(event.what), names.get(event.account_id or 0, ""),
                 " · ".join(particulars(event.details, bodies)))
            for event in shown
        ]  # fmt: skip
        return desk.page(
            "log.html", sight, lines=lines, what=what, login=login, kinds=account_events_told(),
            following=shown[-1].id if len(found) > PAGE else None,
        )  # fmt: skip


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) < 20
    return min(int(text), LARGEST) if fits else None
