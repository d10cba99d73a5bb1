"""An organization submits its report (提交整改报告)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_event import tell_submitted
from duban.services.transition import Actor, transition
from models.errors import BadInput
from models.finding import Finding
from models.submission import Evidence, Submission
from models.transitions import Event


def submit(
    session: Session,
    finding: Finding,
    *,
    report: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    evidence: Sequence[Path] = (),
) -> Submission:
    """Hand in a report; timeliness is judged here, at submission, not at acceptance.

    Raises:
        BadInput: the report is empty, or an evidence file cannot be read.
    """
    if not report.strip():
        raise BadInput(_("The report is empty; say what was done."))
    review_by = rules.review_limit(now)
    changes = {"submitted_at": now, "review_by": review_by}
    if finding.acknowledged_at is None:
        changes["acknowledged_at"] = now
    transition(session, finding, Event.SUBMIT, now=now, actor=actor, rules=rules, changes=changes)
    submission = Submission(
        finding_id=finding.id or 0,
        report=report,
        submitted_at=now,
        submitted_by=actor.name,
        on_time=finding.due_at is not None and now < finding.due_at,
        review_by=review_by,
    )
    session.add(submission)
    session.flush()
    for path in evidence:
        session.add(_evidence(submission.id or 0, path))
    tell_submitted(session, finding, submission, rules=rules, now=now)
    return submission


def _evidence(submission_id: int, path: Path) -> Evidence:
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise BadInput(
            _("The evidence file {path} cannot be read: {why}.").format(
                path=path, why=error.strerror
            )
        ) from error
    if size == 0:
        raise BadInput(_("The evidence file {path} is empty.").format(path=path))
    return Evidence(submission_id=submission_id, name=path.name, size=size, sha256=digest)
