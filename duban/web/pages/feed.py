"""The calendar of an organization: its secret address, and what stands there."""

from starlette.responses import Response

from config.language import _
from duban.services.calendar_feed import new_feed, revoke_feed
from duban.services.secret_words import digest
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from models.calendar import civil_date
from models.errors import NotFound
from models.queries.feed import deadlines_of, feed_in_use, feed_of
from models.rights import Right

pages = Pages()


@pages.get("/ics/{secret}.ics", Open.TO_EVERYBODY)
def calendar(desk: Desk, secret: str) -> Response:
    from duban.web.feed import KEPT, calendar_of

    with desk.reading() as sight:
        found = feed_of(sight.session, digest(secret))
        if found is None:
            raise NotFound(_("There is no such page."))
        since = civil_date(sight.now) - KEPT
        deadlines = deadlines_of(sight.session, found.organization_id, since)
        text = calendar_of(deadlines, sight.settings.site)
    headers = {"content-disposition": 'inline; filename="duban.ics"'}
    return Response(text, media_type="text/calendar; charset=utf-8", headers=headers)


@pages.get("/details/feed", Right.REPORT)
def subscription(desk: Desk) -> Response:
    with desk.reading() as sight:
        found = feed_in_use(sight.session, desk.person.organization_id)
        return desk.page("feed.html", sight, feed=found, address=None)


@pages.post("/details/feed", Right.REPORT)
def change(desk: Desk) -> Response:
    person, wall = desk.person, desk.house.wall_clock()
    if desk.text("act") == "stop":
        with desk.writing() as sight:
            revoke_feed(sight.session, person.organization_id, by=person.name, now=wall)
        return desk.to("/details/feed", _("The calendar's address works no more."))
    with desk.writing() as sight:
        secret = new_feed(sight.session, person.organization_id, by=person.name, now=wall)
    with desk.reading() as sight:
        found = feed_in_use(sight.session, person.organization_id)
        address = f"{sight.settings.site.base_url}/ics/{secret}.ics"
        return desk.page("feed.html", sight, feed=found, address=address)
