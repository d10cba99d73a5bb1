"""Findings: which there are, and everything that is on record about one."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.responses import JSONResponse, Response

from config.language import _
from duban.services.explain_finding import Fate, explain_ladder
from duban.shapes import columns, event_shape, extension_shape, finding_shape, rung_shape, why_shape
from duban.web.api.desk import ApiDesk, At
from duban.web.api.findings_shapes import (
    EventShape,
    EvidenceShape,
    ExplanationShape,
    ExtensionShape,
    FindingLine,
    FindingShape,
    ForecastShape,
    SubmissionShape,
    WhyShape,
)
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Day, Limit, Listing
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.ledger_place import Place
from models.queries.ask import LONGEST_TEXT, NAMES, ask
from models.queries.estimate import about_how_many
from models.queries.evidence import evidence_on
from models.queries.findings import Row
from models.queries.pages import Filter, page
from models.queries.particulars import MoreTime
from models.queries.submissions import (
    extensions_of,
    history_of,
    requests_revoked,
    submissions_of,
)
from models.queries.todo import explanations_on
from models.rights import Right
from models.submission import Evidence, Submission
from models.transitions import State

operations = Operations("findings")

Reference = Annotated[str, Path(description="2023-12-3, or 17 by its id.", examples=["2023-1-1"])]
Rung = Annotated[int | None, Query(ge=0, le=9, description="Level of the ladder, 1 to 4.")]
PROPOSED = (Fate.PROPOSED, Fate.DECLINED, Fate.DROPPED)
OF_OFFICE = ("remark", "escalated")
"""What an organization does not see of its own findings."""


def _words(description: str, longest: int = 200) -> Any:
    return Query(max_length=longest, pattern=r"^[^\x00-\x1f\x7f]+$", description=description)


def _day(description: str) -> Any:
    return Query(description=description)


def row_of(desk: ApiDesk, sight: Sight, reference: str) -> Row:
    """A finding that the visitor may see; an organization sees none before it is issued.

    Raises:
        NotFound: there is none, or it is not to be seen.
    """
    row = sight.row(reference)
    if row.state is State.DRAFT and not desk.person.of_office:
        raise NotFound(_("There is no finding {reference}.").format(reference=reference))
    return row


def shape_of(desk: ApiDesk, sight: Sight, row: Row) -> dict[str, Any]:
    """A finding as this visitor sees it."""
    shape = finding_shape(row, sight.now)
    return shape if desk.person.of_office else shape | dict.fromkeys(OF_OFFICE)


def submission_shape(submission: Submission, files: Sequence[Evidence]) -> dict[str, Any]:
    """A report with its evidence."""
    return {
        **columns(submission, set()),
        "evidence": [
            columns(one, {"place"}) for one in files if one.submission_id == submission.id
        ],
    }


@operations.get("/findings", Listing[FindingLine], "Findings, the most urgent first", paged=True)
def list_findings(
    desk: At,
    state: Annotated[
        list[str] | None,
        Query(description="A state, or “open” or “all”; may be repeated.", max_length=9,
              examples=[["overdue"]]),
    ] = None,
    org: Annotated[str | None, _words("An organization's code or name.")] = None,
    group: Annotated[str | None, _words("A ranking group.")] = None,
    letter: Annotated[str | None, _words("A letter's number.")] = None,
    due_from: Annotated[Day | None, _day("Last day not before.")] = None,
    due_to: Annotated[Day | None, _day("Last day not after.")] = None,
    due_within: Annotated[int | None, Query(ge=0, le=9999, description="Days from today.")] = None,
    rung: Rung = None,
    overdue_from: Annotated[Day | None, _day("Became overdue not before this day.")] = None,
    overdue_to: Annotated[Day | None, _day("Became overdue not after this day.")] = None,
    text: Annotated[str | None, _words("Words in the finding.", LONGEST_TEXT)] = None,
    category: Annotated[str | None, _words("The category, exactly.")] = None,
    source: Annotated[str | None, _words("Words in the source.")] = None,
    meeting: Annotated[Day | None, _day("The day of the meeting.")] = None,
    person: Annotated[str | None, _words("Part of the name of who is responsible or in charge.")]
    = None,
    extended: Annotated[
        MoreTime | None,
        Query(description="yes: granted time counts; asked: a request waits for a decision."),
    ] = None,
    explained: Annotated[
        Literal["yes", "no"] | None, Query(description="Whether the delay was explained.")
    ] = None,
    sort: Annotated[
        str | None,
        Query(description="due, number or org; -due and -number run backwards.", max_length=60,
              examples=["-due"]),
    ] = None,
    fields: Annotated[
        str | None,
        Query(description="Only these, such as “reference,due_at”.", max_length=1000),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:  # fmt: skip
    desk.enter(Right.READ)
    wanted_fields = _fields(fields)
    given = {name: desk.query.getlist(name) for name in NAMES if name in desk.query}
    place = desk.place(cursor)

    def look(sight: Sight) -> Response:
        wanted = ask(sight.session, given, sight.now, scope=sight.scope)
        seen = issued_only(wanted) if not desk.person.of_office else wanted
        if seen is None:
            return desk.page_of(Listing[FindingLine], [], None, 0)
        after = None if place is None else Place.parse(place)
        found = page(sight.session, seen, sight.now, limit=limit, after=after)
        items = [shape_of(desk, sight, row) for row in found.rows]
        following = None if found.next is None else str(found.next)
        answer = desk.page_of(
            Listing[FindingLine], items, following, about_how_many(sight.session, seen)
        )
        return answer if wanted_fields is None else _cut(answer, wanted_fields)

    return desk.kept_answer(look)


def issued_only(wanted: Filter) -> Filter | None:
    """What an organization may ask for; None where that is drafts alone."""
    states = tuple(state for state in wanted.states if state is not State.DRAFT)
    return replace(wanted, states=states) if states else None


def _fields(text: str | None) -> list[str] | None:
    if text is None:
        return None
    names = text.split(",")
    for name in names:
        if name not in FindingShape.model_fields:
            raise BadInput(
                _("There is no field “{name}”; there are: {known}.").format(
                    name=name[:60], known=", ".join(FindingShape.model_fields)
                ),
                field="fields",
            )
    return ["reference", *names]


def _cut(answer: Response, names: list[str]) -> Response:
    body = json.loads(bytes(answer.body))
    body["items"] = [{name: item[name] for name in names} for item in body["items"]]
    link = {"link": answer.headers["link"]} if "link" in answer.headers else None
    return JSONResponse(body, headers=link)


@operations.get("/findings/{reference}", FindingShape, "One finding", tagged=True)
def show_finding(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        row = row_of(desk, sight, reference)
        body = FindingShape.model_validate(shape_of(desk, sight, row))
        return desk.answer(body, tag=desk.tag_of(row.finding, sight))


@operations.get("/findings/{reference}/events", Listing[EventShape], "What happened to it")
def list_events_of_finding(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        row = row_of(desk, sight, reference)
        history = history_of(sight.session, row.finding.id or 0)
        return desk.listing(Listing[EventShape], [event_shape(one) for one in history], None)


@operations.get("/findings/{reference}/why", WhyShape, "Why that day, and what was told")
def explain_finding(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        row = row_of(desk, sight, reference)
        history = history_of(sight.session, row.finding.id or 0)
        stories = explain_ladder(sight.session, row.finding, now=sight.now, rules=sight.rules)
        if not desk.person.of_office:
            stories = [story for story in stories if story.fate not in PROPOSED]
        return desk.answer(WhyShape.model_validate(why_shape(row, history, stories)))


@operations.get("/findings/{reference}/forecast", ForecastShape, "What comes next")
def forecast_finding(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        row = row_of(desk, sight, reference)
        stories = explain_ladder(sight.session, row.finding, now=sight.now, rules=sight.rules)
        shape = finding_shape(row, sight.now)
        body = {
            "as_of": sight.now,
            **{name: shape[name] for name in ("reference", "last_day", "days_left")},
            "rungs": [rung_shape(story) for story in stories if story.fate is Fate.UPCOMING],
        }
        return desk.answer(ForecastShape.model_validate(body))


@operations.get("/findings/{reference}/submissions", Listing[SubmissionShape], "Its reports")
def list_submissions(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        finding_id = row_of(desk, sight, reference).finding.id or 0
        files = evidence_on(sight.session, finding_id)
        reports = submissions_of(sight.session, finding_id)
        items = [submission_shape(report, files) for report in reports]
        return desk.listing(Listing[SubmissionShape], items, None)


@operations.get(
    "/findings/{reference}/extensions", Listing[ExtensionShape], "Its requests for more time"
)
def list_extensions_of_finding(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        row = row_of(desk, sight, reference)
        found = extensions_of(sight.session, row.finding.id or 0)
        revoked = requests_revoked(sight.session, [row.finding.id or 0])
        items = [extension_shape(one, row.reference, one.id in revoked) for one in found]
        return desk.listing(Listing[ExtensionShape], items, None)


@operations.get(
    "/findings/{reference}/explanations", Listing[ExplanationShape], "What was said about delay"
)
def list_explanations(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        found = explanations_on(sight.session, row_of(desk, sight, reference).finding.id or 0)
        return desk.listing(Listing[ExplanationShape], [columns(one, set()) for one in found], None)


@operations.get("/findings/{reference}/evidence", Listing[EvidenceShape], "Its evidence")
def list_evidence(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        files = evidence_on(sight.session, row_of(desk, sight, reference).finding.id or 0)
        # What waits with a draft is seen by the organization alone.
        seen = [one for one in files if one.submission_id or not desk.person.of_office]
        return desk.listing(Listing[EvidenceShape], [columns(one, {"place"}) for one in seen], None)
