"""What an organization asks or says about a period: more time (延期), why it is late (说明情况)."""

from itertools import islice
from typing import NamedTuple

from starlette.responses import Response

from config.language import _
from duban.services.explain_delay import explain as explain_delay
from duban.services.extend import new_deadline, request_extension
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.own import OwnFinding, own_finding
from duban.web.sight import Sight
from models.calendar import civil_date
from models.date_label import DateLabel, date_label
from models.day_words import list_day
from models.deadlines import Deadline
from models.errors import BadInput
from models.periods import Period, Unit
from models.queries.submissions import extensions_of, requests_revoked
from models.queries.todo import explanations_on
from models.rights import Right
from models.transitions import THEIR_TURN, State

pages = Pages()

OFFERED, STEP, MOST_DAYS = 3, 5, 120


class Choice(NamedTuple):
    """So many working days more, and the day that they give."""

    days: int
    deadline: Deadline

    @property
    def period(self) -> Period:
        """How long it is."""
        return Period(self.days, Unit.WORKING_DAY)


@pages.get("/findings/{reference}/extend", Right.REPORT)
def extend_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        own = own_finding(sight, reference)
        requests = extensions_of(sight.session, own.finding.id or 0)
        theirs = own.row.state in THEIR_TURN
        return desk.page(
            "extend.html",
            sight,
            own=own,
            label=_label(own, sight),
            theirs=theirs,
            choices=_choices(desk, sight, own) if theirs else [],
            most_days=MOST_DAYS,
            waiting=next((one for one in requests if one.granted is None), None),
            decided=[one for one in reversed(requests) if one.granted is not None],
            revoked=requests_revoked(sight.session, [own.finding.id or 0]),
        )


@pages.post("/findings/{reference}/extend", Right.REPORT, again=extend_form)
def extend(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        own = own_finding(sight, reference)
        finding = desk.as_seen(own.finding)
        if not desk.text("days"):
            raise BadInput(_("Choose how much more time is needed."), field="days")
        choice = _ahead(sight, _choice(sight, own, _days(desk.text("days"))))
        if not desk.text("reason"):
            raise BadInput(_("A request for more time needs a reason."), field="reason")
        (request,) = request_extension(
            sight.session, [finding], choice.period, reason=desk.text("reason"), now=sight.now,
            by=desk.person.name, rules=sight.rules,
        )  # fmt: skip
        path = f"/receipts/extensions/{request.id}"
    return desk.to(path, _("The request was sent to the commission."))


@pages.get("/findings/{reference}/explain", Right.REPORT)
def explain_form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        own = own_finding(sight, reference)
        return desk.page(
            "explain.html",
            sight,
            own=own,
            label=_label(own, sight),
            overdue=own.row.state is State.OVERDUE,
            said_before=explanations_on(sight.session, own.finding.id or 0),
        )


@pages.post("/findings/{reference}/explain", Right.REPORT, again=explain_form)
def explain(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        own = own_finding(sight, reference)
        finding = desk.as_seen(own.finding)
        explanation = explain_delay(
            sight.session, finding, desk.text("text"), by=desk.person.name, now=sight.now
        )
        path = f"/receipts/explanations/{explanation.id}"
    return desk.to(path, _("The explanation was sent to the commission."))


def _choices(desk: Desk, sight: Sight, own: OwnFinding) -> list[Choice]:
    """The next round numbers of working days, and the one that the visitor asked to see."""
    asked = desk.text("days") if desk.problem else desk.query.get("days", "").strip()
    steps = (_choice(sight, own, days) for days in range(STEP, MOST_DAYS + 1, STEP))
    found = list(islice((one for one in steps if not _is_over(sight, one)), OFFERED))
    try:
        wished = [_ahead(sight, _choice(sight, own, _days(asked)))] if asked else []
    except BadInput as error:
        desk.problem, wished = desk.problem or error, []
    return sorted({one.days: one for one in found + wished}.values(), key=lambda one: one.days)


def _ahead(sight: Sight, choice: Choice) -> Choice:
    """``choice``, if its day is not over."""
    if _is_over(sight, choice):
        raise BadInput(
            _("{n} working days end on {day}, which is over; ask for more.").format(
                n=choice.days, day=list_day(choice.deadline.last_day)
            ),
            field="days",
        )
    return choice


def _is_over(sight: Sight, choice: Choice) -> bool:
    return choice.deadline.last_day < civil_date(sight.now)


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_DAYS):
        raise BadInput(
            _("Write a number of working days from 1 to {most}.").format(most=MOST_DAYS),
            field="days",
        )
    return int(text)


def _choice(sight: Sight, own: OwnFinding, days: int) -> Choice:
    period = Period(days, Unit.WORKING_DAY)
    return Choice(days, new_deadline(sight.session, own.finding, period, sight.rules))


def _label(own: OwnFinding, sight: Sight) -> DateLabel | None:
    return date_label(own.finding, own.row.state, sight.now)
