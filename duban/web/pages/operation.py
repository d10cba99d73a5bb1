"""The state of the installation: rehearsal, the demo's clock, probes and metrics."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from config.language import _, ngettext
from duban.demo.diary_words import diary_line
from duban.demo.move_clock import Moved, move_clock
from duban.services.rehearse import begin_rehearsal, end_rehearsal
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from models.database import check_revision
from models.day_words import local_minute
from models.errors import BadInput, NotFound, Unavailable
from models.installation import Installation
from models.queries.health import night_watch
from models.queries.outbox import queued_by_rehearsal
from models.rights import Right

pages = Pages()

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_SAID_LINES = 4


@pages.get("/admin/rehearsal", Right.OPERATE)
def rehearsal(desk: Desk) -> Response:
    with desk.reading() as sight:
        waiting, of_rehearsal = queued_by_rehearsal(sight.session)
        return desk.page("rehearsal.html", sight, waiting=waiting, of_rehearsal=of_rehearsal)


@pages.post("/admin/rehearsal", Right.OPERATE, again=rehearsal)
def switch_rehearsal(desk: Desk) -> Response:
    by, to = desk.person.name, desk.text("to")
    if to not in ("on", "off"):
        raise BadInput(_("Choose whether the rehearsal begins or ends."), field="to")
    with desk.writing(alone=True) as sight:
        if to == "on":
            begin_rehearsal(sight.session, by=by, now=sight.now)
            said = _("The rehearsal is on. No mail leaves until it ends.")
        else:
            done = end_rehearsal(sight.session, by=by, now=sight.now)
            said = _(
                "The rehearsal is over. Mails that leave now: {released}; held back: {held_back}."
            ).format(released=done.released, held_back=done.held_back)
    return desk.to("/admin/rehearsal", said)


@pages.post("/demo/clock", Right.READ_OFFICE)
def move(desk: Desk) -> Response:
    house = desk.house
    with house.database.read() as session:
        if not session.get_one(Installation, 1).demo:
            raise NotFound(_("There is no such page."))
    to = desk.text("to")
    if to not in ("day", "event"):
        raise BadInput(_("Choose the next day or the next event."), field="to")
    moved = move_clock(house.database, house.settings, to_event=to == "event")
    return desk.to(_came_from(desk), _said(moved))


def _said(moved: Moved) -> str:
    said = [
        ngettext(
            "It is {now}; {n} night was run.", "It is {now}; {n} nights were run.", moved.nights
        ).format(now=local_minute(moved.now), n=moved.nights)
    ]
    if moved.stopped is not None:
        said.append(_("The brake stopped the last one; a supervisor must look at it."))
    elif not moved.diary:
        said.append(_("Nothing happened."))
    return " ".join([*said, *map(diary_line, moved.diary[:_SAID_LINES])])


def _came_from(desk: Desk) -> str:
    """The page on which the button was pressed; the form came from a page of ours."""
    parts = urlsplit(desk.request.headers.get("referer", ""))
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


@pages.get("/health/live", Open.TO_EVERYBODY)
def live(desk: Desk) -> Response:
    return JSONResponse({"status": "ok"})


@pages.get("/health/ready", Open.TO_EVERYBODY)
def ready(desk: Desk) -> Response:
    try:
        check_revision(desk.house.database)
        with desk.reading():
            return JSONResponse({"status": "ok"})
    except (Unavailable, NotFound):
        return JSONResponse({"status": "unavailable"}, 503)


@pages.get("/health/nightly", Open.TO_EVERYBODY)
def nightly(desk: Desk) -> Response:
    settings = desk.house.settings
    grace = settings.web.nightly_grace_minutes
    body: dict[str, Any] = {"status": "unavailable"}
    try:
        with desk.reading() as sight:
            watch = night_watch(
                sight.session, sight.now, nightly_at=settings.schedule.nightly_at,
                grace_minutes=grace,
            )  # fmt: skip
            body = {
                "status": "missing" if watch.missing else "ok",
                "last_success": watch.whole_as_of.isoformat() if watch.whole_as_of else None,
                "expected": watch.expected.isoformat() if watch.expected else None,
                "grace_minutes": grace,
                "as_of": sight.now.isoformat(),
            }
    except (Unavailable, NotFound):
        return JSONResponse(body, 503)
    return JSONResponse(body, 503 if watch.missing else 200)


@pages.get("/metrics", Open.TO_EVERYBODY)
def metrics(desk: Desk) -> Response:
    from duban.web.metrics import CONTENT_TYPE
    from duban.web.metrics import metrics as figures

    if not _is_from_here(desk):
        raise NotFound(_("There is no such page."))
    with desk.reading() as sight:
        text = figures(sight.session, sight.rules, sight.now)
    return Response(text, media_type=CONTENT_TYPE)


def _is_from_here(desk: Desk) -> bool:
    """Whether the machine itself asks, and no proxy on it for somebody else."""
    try:
        local = ip_address(desk.address).is_loopback
    except ValueError:
        return False
    return local and not any(name in desk.request.headers for name in _FORWARDED)
