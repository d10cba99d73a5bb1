"""Urging by hand: what it would do, then what it did and did not do."""

from starlette.responses import Response

from config.language import _
from duban.services.urge import Skip, plan_urging, urge
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.queries.findings import Row
from models.queries.numbers import LARGEST
from models.queries.urgings import rows_by_id
from models.rights import Right

pages = Pages()

MOST = 200


@pages.get("/ledger/urge", Right.URGE)
def preview(desk: Desk) -> Response:
    with desk.reading() as sight:
        rows = _chosen(sight, desk.query.getlist("finding"))
        plan = plan_urging(sight.session, rows, now=sight.now, rules=sight.rules)
        return desk.page("ledger_urge.html", sight, plan=plan, reasons=skip_words(), rows=rows)


@pages.post("/ledger/urge", Right.URGE)
def send(desk: Desk) -> Response:
    with desk.writing(alone=True) as sight:
        rows = _chosen(sight, desk.texts("finding"))
        done = urge(sight.session, rows, **desk.circumstances(sight))
    with desk.reading() as sight:
        return desk.page("ledger_urged.html", sight, done=done, reasons=skip_words())


def skip_words() -> dict[Skip, str]:
    """Why a finding is not urged."""
    return {
        Skip.NOT_ISSUED: _("not issued yet"),
        Skip.AWAITING_REVIEW: _("waits for our review"),
        Skip.CLOSED: _("closed or withdrawn"),
        Skip.URGED_TODAY: _("its letter was urged today already"),
        Skip.TOLD_TODAY: _("the nightly check urged today already"),
        Skip.NO_ADDRESS: _("no working address; telephone"),
    }


def _chosen(sight: Sight, numbers: list[str]) -> list[Row]:
    """The findings that were ticked.

    Raises:
        BadInput: none was, or too many.
        NotFound: one of them is not there, or not to be seen.
    """
    wanted = set(numbers)
    if not 0 < len(wanted) <= MOST:
        raise BadInput(_("Tick 1 to {n} findings in the ledger, then urge.").format(n=MOST))
    ids = {int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19}
    known = [number for number in ids if number <= LARGEST]
    rows = rows_by_id(sight.session, known, sight.now, scope=sight.scope)
    if len(rows) != len(wanted):
        raise NotFound(_("One of these findings is not there; go back to the ledger."))
    return rows
