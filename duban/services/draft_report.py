"""A report in writing: saved, lost to nobody, and seen by the organization alone."""

from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from config.language import _
from models.errors import BadInput, IllegalTransition, StaleVersion
from models.finding import Finding
from models.report_draft import ReportDraft
from models.transitions import THEIR_TURN
from models.words import state_label

LONGEST_REPORT = 50_000


def save_draft(
    session: Session, finding: Finding, text: str, *, seen: str, by: str, now: datetime
) -> ReportDraft:
    """Keep ``text``; ``seen`` is the mark of the draft that it was written over.

    Raises:
        BadInput: the text is too long.
        IllegalTransition: the report was handed in, or the finding is closed.
        StaleVersion: somebody else saved another text meanwhile.
    """
    hold(session, finding)
    text = text.replace("\r\n", "\n")
    if len(text) > LONGEST_REPORT:
        raise BadInput(
            _("The report has more than {limit} characters; shorten it.").format(
                limit=LONGEST_REPORT
            ),
            field="text",
        )
    draft = session.get(ReportDraft, finding.id)
    if text == (draft.text if draft else ""):
        return draft or _new(finding, text, by, now)
    if mark_of(draft) != seen:
        raise StaleVersion(
            _("Somebody else saved another text meanwhile; compare both, then save again."),
            field="text",
        )
    draft = draft or _new(finding, text, by, now)
    draft.text, draft.saved_at, draft.saved_by = text, now, by
    session.add(draft)
    session.flush()
    return draft


def mark_of(draft: ReportDraft | None) -> str:
    """What tells one saved text from another; a form carries the mark that it saw."""
    return sha256((draft.text if draft else "").encode()).hexdigest()[:16]


def hold(session: Session, finding: Finding) -> None:
    """Let nobody hand in or close the finding until this transaction ends.

    Raises:
        IllegalTransition: it is not the organization's turn.
    """
    session.refresh(finding, with_for_update=True)
    if finding.state not in THEIR_TURN:
        raise IllegalTransition(
            _("This finding is in the state “{state}”; its report cannot be changed now.").format(
                state=state_label(finding.state)
            ),
            state=finding.state,
        )


def _new(finding: Finding, text: str, by: str, now: datetime) -> ReportDraft:
    return ReportDraft(finding_id=finding.id or 0, text=text, saved_at=now, saved_by=by)
