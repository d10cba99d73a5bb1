"""Letters: which there are, issuing them, and their receipt."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from duban.services.acknowledge import acknowledge_letter
from duban.services.annul_receipt import annul_receipt
from duban.services.issue_letters import (
    Chosen,
    LetterPlan,
    Terms,
    issue_letters,
    plan_letters,
)
from duban.services.write_letter import letter_values, write_letter
from duban.shapes import letter_shape, plans_shape
from duban.web.api.desk import At, Done
from duban.web.api.findings import shape_of
from duban.web.api.findings_shapes import DeadlineShape, FindingShape, ReasonBody
from duban.web.api.operations import Operations
from duban.web.api.shape import Body, Cursor, Day, Limit, Listing, PeriodText, Shape
from duban.web.api.tags import tag_of_shape
from duban.web.download import DOCX, download
from duban.web.sight import Sight
from models.deadlines import Rule
from models.errors import BadInput
from models.letter import Letter
from models.organization import Organization
from models.periods import Period
from models.queries.findings import of_letter
from models.queries.letters import letter_lines, reference_of, rows_of_letter
from models.rights import Right

operations = Operations("letters")

Reference = Annotated[str, Path(description="2023-12.", examples=["2023-1"])]
LARGEST = 2**31 - 1


class LetterShape(Shape):
    """A letter; ``present_*`` are its days after holiday notices that came later."""

    reference: str
    number: str
    organization: str
    organization_code: str
    findings: int
    present_last_day: date
    present_report_by: date
    id: int
    year: int
    sequence: int
    meeting_on: date | None
    issued_at: datetime
    issued_by: str
    window: str
    rule: Rule
    calendar_version: str
    provisional: bool
    last_day: date
    due_at: datetime
    report_by: date
    report_due_at: datetime
    sign_by: date


class ReceiptShape(LetterShape):
    """A letter after its receipt was recorded, and for how many findings it was just now."""

    acknowledged: int


class IssuedShape(Shape):
    """The letters that were issued."""

    items: list[LetterShape]


class PlannedFinding(Shape):
    """A draft that a letter would carry."""

    id: int
    text: str


class PlannedLetter(Shape):
    """A letter that would be issued; where ``to`` is empty it must be delivered by hand."""

    organization: str
    to: list[str]
    findings: list[PlannedFinding]


class PlanShape(Shape):
    """What issuing would do; ``seen`` is what the request to issue repeats."""

    count: int
    finish: DeadlineShape
    report: DeadlineShape
    sign_by: date
    letters: list[PlannedLetter]
    seen: list[int]


class TermsBody(Body):
    """What may be chosen; what is left out is the policy's."""

    window: PeriodText | None = None
    report_window: PeriodText | None = None
    rule: Rule | None = None
    meeting_on: Day | None = None


Ids = Annotated[
    list[Annotated[int, Field(ge=1, le=LARGEST, strict=True)]], Field(max_length=10_000)
]


class PlanBody(Body):
    """Which drafts go into letters (their ids; none means all), and on what terms."""

    terms: TermsBody = TermsBody()
    findings: Ids = Field(default_factory=list)


class IssueBody(PlanBody):
    """The same, and the findings that the preview showed, in its order."""

    seen: Ids


@operations.get("/letters", Listing[LetterShape], "Letters, the newest first", paged=True)
def list_letters(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    desk.enter(Right.READ)
    place = desk.place(cursor)
    before = None if place is None else _number(place)
    with desk.reading() as sight:
        lines = letter_lines(
            sight.session, scope=sight.scope, now=sight.now, limit=limit + 1, before=before
        )
        items = [
            _shape(line.letter, line.organization, line.tally.findings) for line in lines[:limit]
        ]
        following = reference_of(lines[limit - 1].letter) if len(lines) > limit else None
        return desk.listing(Listing[LetterShape], items, following)


@operations.get("/letters/{reference}", LetterShape, "One letter", tagged=True)
def show_letter(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        letter = sight.letter(reference)
        shape, tag = _tagged(sight, letter)
        return desk.answer(LetterShape.model_validate(shape), tag=tag)


@operations.get("/letters/{reference}/findings", Listing[FindingShape], "Its findings")
def list_findings_of_letter(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        letter = sight.letter(reference)
        organization = sight.session.get_one(Organization, letter.organization_id)
        rows = rows_of_letter(sight.session, letter, organization, sight.now)
        items = [shape_of(desk, sight, row) for row in rows]
        return desk.listing(Listing[FindingShape], items, None)


@operations.file("/letters/{reference}/document", DOCX, "The letter to print and seal (.docx)")
def letter_document(desk: At, reference: Reference) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        letter = sight.letter(reference)
        values, number = letter_values(sight.session, letter, sight.settings), letter.number
    return download(write_letter(values, desk.house.settings), f"{number}.docx", DOCX)


@operations.act("/letters/{reference}/acknowledge", ReceiptShape, "Acknowledge receipt", status=200)
def acknowledge(desk: At, reference: Reference) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.ACKNOWLEDGE, Right.READ)
        letter = sight.letter(reference)
        desk.may(Right.ACKNOWLEDGE)
        desk.check_tag(_tagged(sight, letter)[1])
        received = acknowledge_letter(sight.session, letter, **desk.circumstances(sight))
        shape, tag = _tagged(sight, letter)
        body = ReceiptShape.model_validate(shape | {"acknowledged": len(received)})
        return Done(body, 200, {"etag": f'"{tag}"'})

    return desk.once(act)


@operations.act(
    "/letters/{reference}/annul-receipt", LetterShape, "Take back its receipt", status=200
)
def annul_letter_receipt(desk: At, reference: Reference, body: ReasonBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.ISSUE, Right.READ)
        letter = sight.letter(reference)
        desk.may(Right.ISSUE)
        desk.check_tag(_tagged(sight, letter)[1])
        annul_receipt(sight.session, letter, reason=body.reason, **desk.circumstances(sight))
        shape, tag = _tagged(sight, letter)
        return Done(LetterShape.model_validate(shape), 200, {"etag": f'"{tag}"'})

    return desk.once(act)


@operations.act(
    "/letters/preview", PlanShape, "What issuing would do", status=200, keyed=False, seen=False
)
def preview_letters(desk: At, body: PlanBody) -> Response:
    with desk.reading() as sight:
        desk.may(Right.ISSUE)
        plans = plan_letters(
            sight.session, at=sight.now, rules=sight.rules, terms=_terms(body.terms),
            chosen=Chosen(findings=tuple(body.findings)),
        )  # fmt: skip
        return desk.answer(PlanShape.model_validate({**plans_shape(plans), "seen": _ids(plans)}))


@operations.act("/letters", IssuedShape, "Issue one letter to each organization", seen=False)
def issue(desk: At, body: IssueBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.may(Right.ISSUE)
        letters = issue_letters(
            sight.session, terms=_terms(body.terms), chosen=Chosen(findings=tuple(body.findings)),
            seen=body.seen, **desk.circumstances(sight),
        )  # fmt: skip
        items = [_tagged(sight, letter)[0] for letter in letters]
        return Done(IssuedShape.model_validate({"items": items}))

    return desk.once(act)


def _terms(body: TermsBody) -> Terms:
    return Terms(
        window=Period.parse(body.window) if body.window else None,
        report_window=Period.parse(body.report_window) if body.report_window else None,
        rule=body.rule,
        meeting_on=body.meeting_on,
    )


def _ids(plans: Sequence[LetterPlan]) -> list[int | None]:
    return [finding.id for plan in plans for finding in plan.findings]


def _tagged(sight: Sight, letter: Letter) -> tuple[dict[str, Any], str]:
    """A letter's shape, and its ETag: another one as soon as one of its findings changes."""
    organization = sight.session.get_one(Organization, letter.organization_id)
    findings = of_letter(sight.session, letter.id or 0)
    shape = _shape(letter, organization, len(findings))
    versions = {f"version {finding.id}": finding.version for finding in findings}
    return shape, tag_of_shape(shape | versions)


def _shape(letter: Letter, organization: Organization, findings: int) -> dict[str, Any]:
    return {
        "reference": reference_of(letter), **letter_shape(letter, organization, findings)
    }  # fmt: skip


def _number(place: str) -> tuple[int, int]:
    year, _dash, sequence = place.partition("-")
    if not (year.isdigit() and sequence.isdigit()):
        raise BadInput(place, field="cursor")
    return int(year), int(sequence)
