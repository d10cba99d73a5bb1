"""Reports that wait for the commission (待核验): read one, accept or return it, go on."""

from datetime import date, datetime

from starlette.responses import Response

from config.language import _
from duban.services.review import accept as accept_report
from duban.services.review import is_same_person, send_back
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.calendar import civil_date
from models.date_label import date_label, limit_label
from models.day_words import inclusive_day, local_minute
from models.errors import BadInput, NotFound, StaleVersion
from models.finding import Finding
from models.ledger_place import LARGEST
from models.queries.decisions import (
    Place,
    lately_reviewed,
    place_of,
    reports_around,
    reports_waiting,
    waiting,
)
from models.queries.findings import Row
from models.queries.submissions import evidence_of, history_of, last_submission, submissions_of
from models.rights import Right
from models.submission import Decision, Submission
from models.transitions import State
from models.words import recorded_reason

pages = Pages()

MOST, LATELY, EARLIER, LATER = 50, 10, 5, 20


def usual_reasons() -> list[str]:
    """Reasons that a verifier often returns a report for, to choose and to add to."""
    return [
        _("Evidence is missing; add documents, minutes or pictures."),
        _("The measures do not answer the requirement; say what was done about it."),
        _("The result is not shown; say what has changed, with dates or figures."),
        _("The report is about another finding; report on this one."),
    ]


@pages.get("/reviews", Right.READ_OFFICE)
def queue(desk: Desk) -> Response:
    with desk.reading() as sight:
        shown = reports_waiting(
            sight.session, sight.now, scope=sight.scope, limit=MOST + 1, after=_after(desk)
        )
        today, calendar = civil_date(sight.now), sight.rules.working_calendar
        found = waiting(sight.session, today, calendar, scope=sight.scope)
        return desk.page(
            "reviews.html",
            sight,
            cases=shown[:MOST],
            following=_written(shown[MOST - 1].record) if len(shown) > MOST else None,
            waiting=found,
            longest=_waited(sight, found.oldest) if found.oldest else 0,
            lately=lately_reviewed(sight.session, sight.now, scope=sight.scope, limit=LATELY),
            may_reopen=Right.DECIDE in desk.person.rights,
            due_label=lambda row: date_label(row.finding, row.state, sight.now),
            waited=lambda instant: _waited(sight, instant),
            limit=lambda day: limit_label(day, today),
        )


@pages.get("/reviews/{reference}", Right.READ_OFFICE)
def review(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        row = sight.row(reference)
        reports = submissions_of(sight.session, row.finding.id or 0)
        if not reports:
            raise _no_report(row)
        *earlier, report = reports
        near = reports_around(
            sight.session, report, sight.now, scope=sight.scope, before=EARLIER, after=LATER
        )
        others = [case for case in near if case.record.id != report.id]
        behind = [case for case in others if place_of(case.record) < place_of(report)]
        ahead = others[len(behind) :]
        return desk.page(
            "review.html",
            sight,
            row=row,
            report=report,
            earlier=[one for one in earlier if one.decision is Decision.RETURNED],
            evidence=evidence_of(sight.session, report.id or 0),
            history=history_of(sight.session, row.finding.id or 0),
            near=near,
            before=behind[-1] if behind else None,
            after=ahead[0] if ahead else None,
            waits=row.state is State.SUBMITTED and report.decision is None,
            may_verify=Right.VERIFY in desk.person.rights,
            is_own=is_same_person(report.submitted_by, desk.person.name),
            reasons=[("", _("none; I write it below")), *((one, one) for one in usual_reasons())],
            recorded_reason=recorded_reason,
            due=date_label(row.finding, row.state, sight.now),
            waited=lambda instant: _waited(sight, instant),
            limit=lambda day: limit_label(day, civil_date(sight.now)),
        )


@pages.post("/reviews/{reference}/accept", Right.VERIFY, again=review)
def accept(desk: Desk, reference: str) -> Response:
    with desk.writing() as sight:
        row, report = _waiting(desk, sight, reference)
        accept_report(sight.session, [row.finding], **desk.circumstances(sight))
        said = _("Closed: {reference}. A supervisor can reopen it.").format(reference=row.reference)
        following = _next(sight, report)
    return desk.to(following, said)


@pages.post("/reviews/{reference}/return", Right.VERIFY, again=review)
def return_(desk: Desk, reference: str) -> Response:
    reason = "\n".join(filter(None, (desk.text("usual"), desk.text("reason"))))
    with desk.writing() as sight:
        row, report = _waiting(desk, sight, reference)
        send_back(sight.session, [row.finding], reason=reason, **desk.circumstances(sight))
        said = _returned(row.reference, row.finding)
        following = _next(sight, report)
    return desk.to(following, said)


def _waiting(desk: Desk, sight: Sight, reference: str) -> tuple[Row, Submission]:
    """The finding and its report, as the form showed them.

    Raises:
        StaleVersion: the report was decided on, or the finding changed, meanwhile.
    """
    row = sight.row(reference)
    report = last_submission(sight.session, row.finding.id or 0)
    if report is None:
        raise _no_report(row)
    if report.decision is not None and report.decided_at is not None:
        done = (
            _("{reference} was accepted and closed by {name} at {at}; nothing was changed now.")
            if report.decision is Decision.ACCEPTED
            else _("{reference} was returned by {name} at {at}; nothing was changed now.")
        )
        raise StaleVersion(
            done.format(
                reference=row.reference, name=report.decided_by, at=local_minute(report.decided_at)
            )
        )
    desk.as_seen(row.finding)
    return row, report


def _no_report(row: Row) -> NotFound:
    return NotFound(
        _("There is no report on finding {reference} yet.").format(reference=row.reference)
    )


def _returned(reference: str, finding: Finding) -> str:
    if finding.state is State.OVERDUE:
        return _(
            "Returned: {reference}. Its last day has passed, so it is overdue; "
            "the organization is told."
        ).format(reference=reference)
    return _("Returned: {reference}. The organization has until {day} and is told.").format(
        reference=reference, day=inclusive_day(finding.last_day or date.max)
    )


def _next(sight: Sight, report: Submission) -> str:
    """Where to go after a decision: what comes next in the queue, else its beginning."""
    for after in (place_of(report), None):
        ahead = reports_waiting(sight.session, sight.now, scope=sight.scope, limit=1, after=after)
        if ahead:
            return f"/reviews/{ahead[0].row.reference}"
    return "/reviews"


def _written(report: Submission) -> str:
    handed_in, number = place_of(report)
    return f"{handed_in.isoformat()},{number}"


def _after(desk: Desk) -> Place | None:
    """The place after which a page of the queue begins; none for the first page.

    Raises:
        BadInput: no page ends there.
    """
    if not (text := desk.query.get("after", "")):
        return None
    instant, _comma, number = text.partition(",")
    try:
        place = datetime.fromisoformat(instant), int(number)
    except ValueError:
        place = None
    if place is None or place[0].tzinfo is None or not 0 <= place[1] <= LARGEST:
        raise BadInput(
            _("“{text}” is no place in the list; copy it from the page before.").format(text=text)
        )
    return place


def _waited(sight: Sight, since: datetime) -> int:
    """For how many working days something has waited for us."""
    return sight.rules.working_calendar.count_working_days(civil_date(since), civil_date(sight.now))
