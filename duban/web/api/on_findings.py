"""Acts on one finding; each names the version that it saw and happens once."""

from typing import Annotated, Any

from fastapi import File, UploadFile
from starlette.responses import Response

from duban.services.correct import correct
from duban.services.draft_report import mark_of, save_draft
from duban.services.explain_delay import explain
from duban.services.extend import request_extension
from duban.services.keep_evidence import evidence_folder, keep_evidence, receive_file
from duban.services.reinstate import reinstate
from duban.services.review import accept, send_back
from duban.services.submit import submit_drafts
from duban.shapes import columns, extension_shape
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.findings import Reference, row_of, shape_of, submission_shape
from duban.web.api.findings_shapes import (
    EvidenceShape,
    ExplanationShape,
    ExtensionBody,
    ExtensionShape,
    FindingShape,
    ReasonBody,
    ReportBody,
    SubmissionShape,
    TextBody,
)
from duban.web.api.operations import Operations
from duban.web.sight import Sight
from models.finding import Finding
from models.periods import Period
from models.queries.evidence import drafts_of, evidence_with
from models.queries.submissions import submissions_of
from models.rights import Right

operations = Operations("findings")


def seen(desk: ApiDesk, sight: Sight, reference: str, right: Right) -> Finding:
    """The finding to act on: visible, within the visitor's rights, and as the client saw it.

    Raises:
        NotFound: it is not to be seen.
        NotAllowed: the visitor may not do this.
        PreconditionRequired: If-Match is missing.
        PreconditionFailed: it changed since.
    """
    desk.enter(right, Right.READ)
    finding = row_of(desk, sight, reference).finding
    desk.may(right)
    return desk.as_seen(finding)


def _done(desk: ApiDesk, sight: Sight, finding: Finding, body: Any, status: int = 201) -> Done:
    return Done(body, status, {"etag": f'"{desk.tag_of(finding, sight)}"'})


@operations.act(
    "/findings/{reference}", FindingShape, "Mend the text of a draft",
    method="PATCH", status=200, keyed=False,
)  # fmt: skip
def mend_draft(desk: At, reference: Reference, body: TextBody) -> Response:
    with desk.writing() as sight:
        finding = seen(desk, sight, reference, Right.ISSUE)
        values = {"text": body.text}
        correct(sight.session, finding, values, by=desk.person.name, now=sight.now)
        sight.session.refresh(finding)
        shape = shape_of(desk, sight, row_of(desk, sight, reference))
        tag = desk.tag_of(finding, sight)
    return desk.changed(FindingShape.model_validate(shape), tag)


@operations.act("/findings/{reference}/submissions", SubmissionShape, "Hand in a report")
def submit_report(desk: At, reference: Reference, body: ReportBody) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.REPORT)
        draft = drafts_of(sight.session, [finding.id or 0]).get(finding.id or 0)
        # As a draft, so that the evidence which waits there goes along.
        save_draft(
            sight.session, finding, body.report, seen=mark_of(draft), by=desk.person.name,
            now=sight.now,
        )  # fmt: skip
        submit_drafts(sight.session, [finding], **desk.circumstances(sight))
        return _done(desk, sight, finding, _last_report(sight, finding))

    return desk.once(act)


@operations.act("/findings/{reference}/acceptances", SubmissionShape, "Accept the report and close")
def accept_report(desk: At, reference: Reference) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.VERIFY)
        accept(sight.session, [finding], **desk.circumstances(sight))
        return _done(desk, sight, finding, _last_report(sight, finding))

    return desk.once(act)


@operations.act("/findings/{reference}/returns", SubmissionShape, "Return the report")
def return_report(desk: At, reference: Reference, body: ReasonBody) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.VERIFY)
        send_back(sight.session, [finding], reason=body.reason, **desk.circumstances(sight))
        return _done(desk, sight, finding, _last_report(sight, finding))

    return desk.once(act)


@operations.act("/findings/{reference}/reinstatements", FindingShape, "Take back the withdrawal")
def take_back_withdrawal(desk: At, reference: Reference, body: ReasonBody) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.DECIDE)
        reinstate(sight.session, [finding], reason=body.reason, **desk.circumstances(sight))
        shape = shape_of(desk, sight, row_of(desk, sight, reference))
        return _done(desk, sight, finding, FindingShape.model_validate(shape))

    return desk.once(act)


@operations.act("/findings/{reference}/extensions", ExtensionShape, "Ask for more time")
def ask_for_time(desk: At, reference: Reference, body: ExtensionBody) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.REPORT)
        (request,) = request_extension(
            sight.session, [finding], Period.parse(body.period), reason=body.reason,
            now=sight.now, by=desk.person.name, rules=sight.rules,
        )  # fmt: skip
        name = row_of(desk, sight, reference).reference
        shape = ExtensionShape.model_validate(extension_shape(request, name))
        return _done(desk, sight, finding, shape)

    return desk.once(act)


@operations.act("/findings/{reference}/explanations", ExplanationShape, "Say why it is late")
def explain_delay(desk: At, reference: Reference, body: TextBody) -> Response:
    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.REPORT)
        said = explain(sight.session, finding, body.text, by=desk.person.name, now=sight.now)
        shape = ExplanationShape.model_validate(columns(said, set()))
        return _done(desk, sight, finding, shape)

    return desk.once(act)


@operations.act("/findings/{reference}/evidence", EvidenceShape, "Add a file to the next report")
def add_evidence(desk: At, reference: Reference, file: Annotated[UploadFile, File()]) -> Response:
    folder = evidence_folder(desk.house.settings.data_dir)
    megabytes = desk.house.settings.web.upload_megabytes

    def act(sight: Sight) -> Done:
        finding = seen(desk, sight, reference, Right.REPORT)
        with receive_file(
            file.file, file.filename or "", folder=folder, megabytes=megabytes
        ) as received:
            kept = keep_evidence(
                sight.session, finding, received, folder=folder, by=desk.person.name,
                now=sight.now,
            )  # fmt: skip
        shape = EvidenceShape.model_validate(columns(kept, {"place"}))
        return _done(desk, sight, finding, shape)

    return desk.once(act)


def _last_report(sight: Sight, finding: Finding) -> SubmissionShape:
    report = submissions_of(sight.session, finding.id or 0)[-1]
    files = evidence_with(sight.session, [report.id or 0])
    return SubmissionShape.model_validate(submission_shape(report, files))
