"""Saved views: addresses of the ledger under a name, one's own or the whole commission's."""

from starlette.responses import Response

from config.language import _
from duban.services.save_view import forget_view, save_view
from duban.web import narrowing
from duban.web.desk import Desk
from duban.web.doors import Pages
from models.errors import NotFound
from models.queries.ask import ask
from models.queries.views import own_view, views_for
from models.rights import Right

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
            shared=desk.typed("shared"),
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


@pages.post("/views/{number}/delete", Right.READ_OFFICE)
def delete(desk: Desk, number: str) -> Response:
    with desk.writing() as sight:
        wanted = int(number) if number.isascii() and number.isdigit() else 0
        view = own_view(sight.session, desk.person.account_id, wanted)
        if view is None:
            raise NotFound(_("You have no such view."))
        name = view.name
        forget_view(sight.session, view)
    return desk.to("/views", _("The view “{name}” is deleted.").format(name=name))
