"""An organization writes its report on a finding: text and evidence, saved until handed in."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from sqlmodel import Session
from starlette.datastructures import UploadFile
from starlette.responses import Response

from config.language import _, ngettext
from duban.services.check_evidence import kinds_taken
from duban.services.draft_report import mark_of, save_draft
from duban.services.keep_evidence import (
    MOST_FILES,
    ReceivedFile,
    evidence_folder,
    keep_evidence,
    receive_file,
    remove_evidence,
)
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.own import own_finding
from models.date_label import date_label
from models.errors import BadInput, NotFound
from models.finding import Finding
from models.queries.evidence import drafts_of, evidence_numbered, evidence_on
from models.queries.submissions import submissions_of
from models.rights import Right
from models.submission import Decision
from models.transitions import THEIR_TURN

pages = Pages()


@pages.get("/findings/{reference}/report", Right.REPORT)
def form(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        own = own_finding(sight, reference)
        number = own.finding.id or 0
        draft = drafts_of(sight.session, [number]).get(number)
        earlier = submissions_of(sight.session, number)
        came_back = bool(earlier) and earlier[-1].decision is Decision.RETURNED
        files = evidence_on(sight.session, number)
        return desk.page(
            "report.html",
            sight,
            own=own,
            label=date_label(own.finding, own.row.state, sight.now),
            theirs=own.row.state in THEIR_TURN,
            draft=draft,
            seen=mark_of(draft),
            begun=draft.text if draft else earlier[-1].report if came_back else "",
            returned=[one for one in reversed(earlier) if one.decision is Decision.RETURNED],
            waiting=[one for one in files if one.submission_id is None],
            handed_in=[one for one in files if one.submission_id is not None],
            kinds=kinds_taken(),
            megabytes=desk.house.settings.web.upload_megabytes,
            most=MOST_FILES,
        )


@pages.post("/findings/{reference}/report", Right.REPORT, again=form, uploads=True)
def save(desk: Desk, reference: str) -> Response:
    """Save the text and whatever files came with it, whichever button was pressed."""
    uploads = desk.files("files")
    if desk.text("act") == "upload" and not uploads:
        raise BadInput(_("Choose a file first."), field="files")
    folder = evidence_folder(desk.house.settings.data_dir)
    refused: list[str] = []
    with ExitStack() as room:
        received = _receive(desk, uploads, room, folder, refused)
        with desk.writing() as sight:
            own = own_finding(sight, reference)
            by, now = desk.person.name, sight.now
            save_draft(
                sight.session, own.finding, str(desk.form.get("text", "")),
                seen=desk.text("seen"), by=by, now=now,
            )  # fmt: skip
            gone = _remove(desk, sight.session, own.finding, folder)
            kept = 0
            for one in received:
                try:
                    keep_evidence(sight.session, own.finding, one, folder=folder, by=by, now=now)
                    kept += 1
                except BadInput as error:
                    refused.append(error.message)
    for path in gone:
        path.unlink(missing_ok=True)
    if refused:
        raise BadInput(" ".join([*refused, _("Everything else is saved.")]), field="files")
    said = _("The draft is saved.")
    if kept:
        said = ngettext(
            "The draft is saved with {n} new file.", "The draft is saved with {n} new files.", kept
        ).format(n=kept)
    if desk.text("act") == "check":
        return desk.to(f"/letters/{own.letter_reference}/submit", said)
    return desk.to(f"/findings/{own.row.reference}/report", said)


def _receive(
    desk: Desk, uploads: Sequence[UploadFile], room: ExitStack, folder: Path, refused: list[str]
) -> list[ReceivedFile]:
    """The files that can be taken; why the others cannot goes to ``refused``."""
    found = []
    if (more := len(uploads) - MOST_FILES) > 0:
        refused.append(
            ngettext(
                "{more} more file was not looked at: one report has at most {n} files.",
                "{more} more files were not looked at: one report has at most {n} files.",
                more,
            ).format(more=more, n=MOST_FILES)
        )
    for upload in uploads[:MOST_FILES]:
        receiving = receive_file(
            upload.file, upload.filename or "", folder=folder,
            megabytes=desk.house.settings.web.upload_megabytes,
        )  # fmt: skip
        try:
            found.append(room.enter_context(receiving))
        except BadInput as error:
            refused.append(error.message)
    return found


def _remove(desk: Desk, session: Session, finding: Finding, folder: Path) -> list[Path]:
    """Take back the file whose button was pressed; where its bytes lie."""
    if not (chosen := desk.text("remove")):
        return []
    number = int(chosen) if chosen.isascii() and chosen.isdigit() else 0
    evidence = evidence_numbered(session, number)
    if evidence is None or evidence.finding_id != finding.id:
        raise NotFound(_("There is no such file."))
    return [remove_evidence(session, finding, evidence, folder)]
