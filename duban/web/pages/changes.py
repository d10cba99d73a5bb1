"""A change that waits for a second person: what it would do, and the two buttons."""

from starlette.responses import Response

from config.language import _
from duban.services.propose_change import decide
from duban.web.blast_radius import Touched, blast_radius
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.pages.rules import require_whole_view
from models.calendar import parse_calendar_year
from models.errors import BadInput
from models.queries.changes import change_numbered
from models.rights import Right

pages = Pages()


@pages.get("/admin/changes/{number:int}", Right.READ_OFFICE)
def change(desk: Desk, number: int) -> Response:
    require_whole_view(desk)
    with desk.reading() as sight:
        found = change_numbered(sight.session, number)
        year = parse_calendar_year(found.data)
        preview, trouble = None, ""
        touched: list[Touched] = []
        if found.approved is None:
            try:
                preview, touched = blast_radius(sight, found.data)
            except BadInput as error:
                trouble = error.message
        return desk.page(
            "change.html", sight, change=found, year=year, preview=preview, touched=touched,
            trouble=trouble, own=found.proposed_by.casefold() == desk.person.name.casefold(),
            decides=found.approved is None and Right.APPROVE_RULES in desk.person.rights,
        )  # fmt: skip


@pages.post("/admin/changes/{number:int}", Right.APPROVE_RULES, again=change)
def settle(desk: Desk, number: int) -> Response:
    require_whole_view(desk)
    verb = desk.text("act")
    if verb not in ("approve", "decline"):
        raise BadInput(_("Choose whether to approve or to decline."), field="act")
    with desk.writing(alone=True) as sight:
        decide(
            sight.session, change_numbered(sight.session, number), verb == "approve",
            **desk.circumstances(sight), reason=desk.text("reason"),
        )  # fmt: skip
    approved = _("The change was approved and carried out.")
    return desk.to("/admin/rules", approved if verb == "approve" else _("The change was declined."))
