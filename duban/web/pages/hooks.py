"""What other services call: SendGrid, which tells what became of mails."""

import logging

from starlette.responses import JSONResponse, Response

from config.errors import ConfigurationInvalid
from config.language import _
from duban.services.note_delivery import note_events
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from duban.web.problems import problem
from models.errors import BadInput, DubanError
from notifications.webhook import SIGNATURE, TIMESTAMP, is_signed, read_events

pages = Pages()
log = logging.getLogger("duban")


@pages.post("/hooks/sendgrid", Open.TO_WHO_SIGNS)
def sendgrid(desk: Desk, body: bytes) -> Response:
    key = desk.house.settings.mail.webhook_key
    if key is None:
        return _refused(desk, 404, "not-found", _("There is no such page."))
    try:
        if not is_signed(key, _only(desk, SIGNATURE), _only(desk, TIMESTAMP), body):
            return _refused(desk, 403, "not-allowed", _("The signature does not fit."))
        with desk.reading() as sight:
            now, rules = sight.now, sight.rules
        try:
            events = read_events(body, now)
        except BadInput as error:
            return _refused(desk, 400, error.code, error.message)
        if events:
            with desk.writing(alone=False) as sight:
                note_events(sight.session, events, now=now, rules=rules)
    except (ConfigurationInvalid, DubanError) as error:
        # It is told again until it can be kept.
        log.warning("events of mails were not kept: %s", error.code)
        return _refused(desk, 503, "unavailable", error.message)
    return Response(status_code=204)


def _only(desk: Desk, name: str) -> str:
    """A header that came once; nothing otherwise."""
    found = desk.request.headers.getlist(name)
    return found[0] if len(found) == 1 else ""


def _refused(desk: Desk, status: int, code: str, detail: str) -> Response:
    request = desk.request
    body = problem(
        code, status, detail, instance=request.url.path, request_id=request.state.request_id
    )
    return JSONResponse(body, status, media_type="application/problem+json")
