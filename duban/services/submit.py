"""An organization submits its report (提交整改报告)."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from config.language import _
from duban.services.decide_escalation import drop_proposals
from duban.services.read_evidence import read_evidence
from duban.services.rules import Rules
from duban.services.tell_event import tell_submitted
from duban.services.transition import Actor, transition
from models.errors import BadInput
from models.finding import Finding
from models.queries.evidence import drafts_of, waiting_evidence
from models.submission import Evidence, Submission
from models.transitions import Event


def submit(
    session: Session,
    findings: Sequence[Finding],
    *,
    report: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
    evidence: Sequence[Path] = (),
) -> list[Submission]:
    """Hand in one report on each finding; timeliness is judged here, not at acceptance.

    Raises:
        BadInput: the report is empty, or an evidence file cannot be read.
    """
    if not report.strip():
        raise BadInput(_("The report is empty; say what was done."))
    files = [read_evidence(path) for path in evidence]
    made = [
        (finding, _submit(session, finding, report, now, at or now, actor, rules))
        for finding in findings
    ]
    for finding, submission in made:
        session.add_all(
            Evidence(
                finding_id=finding.id or 0,
                submission_id=submission.id,
                uploaded_at=submission.submitted_at,
                uploaded_by=submission.submitted_by,
                **file._asdict(),
            )
            for file in files
        )
    tell_submitted(session, made, rules=rules, now=now)
    return [submission for _finding, submission in made]


def submit_drafts(
    session: Session,
    findings: Sequence[Finding],
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Submission]:
    """Hand in what was written on each finding, with the evidence that waits there.

    Raises:
        BadInput: nothing was written on one of them.
    """
    ids = [finding.id or 0 for finding in findings]
    drafts = drafts_of(session, ids)
    made: dict[int, tuple[Finding, Submission]] = {}
    for finding_id, finding in zip(ids, findings, strict=True):
        draft = drafts.get(finding_id)
        if draft is None or not draft.text.strip():
            raise BadInput(_("The report is empty; say what was done."))
        report = _submit(session, finding, draft.text, now, at or now, actor, rules)
        made[finding_id] = finding, report
        session.delete(draft)
    for evidence in waiting_evidence(session, ids):
        evidence.submission_id = made[evidence.finding_id][1].id
        session.add(evidence)
    session.flush()
    tell_submitted(session, made.values(), rules=rules, now=now)
    return [submission for _finding, submission in made.values()]


def _submit(
    session: Session,
    finding: Finding,
    report: str,
    now: datetime,
    at: datetime,
    actor: Actor,
    rules: Rules,
) -> Submission:
    on_time = finding.due_at is not None and at < finding.due_at
    changes: dict[str, Any] = {"submitted_at": at, "review_by": rules.review_limit(at)}
    if finding.acknowledged_at is None:
        changes["acknowledged_at"] = at
    if on_time:
        # Handed in on paper in time and entered later: it was never overdue.
        changes["overdue_at"] = None
    transition(
        session, finding, Event.SUBMIT, now=now, at=at, actor=actor, rules=rules, changes=changes
    )
    if on_time:
        drop_proposals(session, finding, now=now)
    submission = Submission(
        finding_id=finding.id or 0,
        report=report,
        submitted_at=at,
        submitted_by=actor.name,
        on_time=on_time,
        review_by=rules.review_limit(at),
    )
    session.add(submission)
    session.flush()
    return submission
