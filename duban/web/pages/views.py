"""Saved views: addresses of the ledger under a name, one's own or the commission's, by mail."""

from starlette.responses import Response

from config.language import _
from duban.services.choose_days import WEEK, choose_days
from duban.services.save_view import forget_view, save_view
from duban.web import narrowing
from duban.web.desk import Desk
from duban.web.doors import Pages
from models.account import Account
from models.day_words import weekday_words
from models.errors import NotFound
from models.queries.ask import ask
from models.queries.views import own_view, seen_view, views_for
from models.rights import Right
from models.saved_view import SavedView

pages = Pages()


@pages.get("/views", Right.READ_OFFICE)
def views(desk: Desk) -> Response:
    query = desk.typed("query", desk.query.get("query", ""))
    given = narrowing.given_by(query)
    with desk.reading() as sight:
        return desk.page(
            "views.html", sight, views=views_for(sight.session, desk.person.account_id),
            chips_of=lambda one: narrowing.chips(narrowing.given_by(one.query), str),
            question=narrowing.question(given), chips=narrowing.chips(given, str),
            shared=desk.typed("shared"), week=WEEK, weekday_words=weekday_words,
            has_address=sight.session.get_one(Account, desk.person.account_id).email is not None,
            mail_at=sight.settings.schedule.mail,
        )  # fmt: skip


@pages.post("/views", Right.READ_OFFICE, again=views)
def save(desk: Desk) -> Response:
    given = narrowing.given_by(desk.text("query"))
    with desk.writing() as sight:
        ask(sight.session, given, sight.now, scope=sight.scope)
        view = save_view(
            sight.session, account_id=desk.person.account_id, name=desk.text("name"),
            query=narrowing.question(given), shared=desk.text("shared") == "yes", now=sight.now,
        )  # fmt: skip
        name = view.name
    return desk.to(narrowing.address(given), _("The view “{name}” is saved.").format(name=name))


@pages.get("/views/{number}", Right.READ_OFFICE)
def follow(desk: Desk, number: str) -> Response:
    """Where the mails about a view lead: its filters may hold words that no mail shows."""
    with desk.reading() as sight:
        view = _found(seen_view(sight.session, desk.person.account_id, _number(number)))
        return desk.to(narrowing.address(narrowing.given_by(view.query)))


@pages.post("/views/{number}/days", Right.READ_OFFICE)
def choose(desk: Desk, number: str) -> Response:
    person = desk.person.account_id
    with desk.writing() as sight:
        view = _found(seen_view(sight.session, person, _number(number)))
        account = sight.session.get_one(Account, person)
        days = choose_days(sight.session, account, view, desk.texts("day"), now=sight.now)
        name = view.name
    if not days:
        return desk.to("/views", _("The view “{name}” comes by mail no more.").format(name=name))
    said = _("The view “{name}” comes by mail on {days}.")
    return desk.to("/views", said.format(name=name, days=weekday_words(days)))


@pages.post("/views/{number}/delete", Right.READ_OFFICE)
def delete(desk: Desk, number: str) -> Response:
    with desk.writing() as sight:
        view = _found(own_view(sight.session, desk.person.account_id, _number(number)))
        name = view.name
        forget_view(sight.session, view)
    return desk.to("/views", _("The view “{name}” is deleted.").format(name=name))


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else 0


def _found(view: SavedView | None) -> SavedView:
    if view is None:
        raise NotFound(_("You have no such view."))
    return view
