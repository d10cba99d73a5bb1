"""The commission verifies a submission: accept and strike off (销号), or return (退回)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.language import _
from duban.services.decide_escalation import drop_proposals
from duban.services.rules import Rules
from duban.services.tell_event import tell_closed, tell_returned
from duban.services.transition import Actor, transition
from models.errors import BadInput, IllegalTransition, NotAllowed
from models.finding import Finding
from models.queries.submissions import last_submission
from models.submission import Decision, Submission
from models.transitions import Event


def accept(
    session: Session,
    findings: Sequence[Finding],
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> None:
    """Accept the reports; each finding knows whether it was on time by both dates.

    Raises:
        NotAllowed: the verifier is the person who submitted.
    """
    for finding in findings:
        submission = _waiting(session, finding)
        if submission is not None and is_same_person(submission.submitted_by, actor.name):
            raise NotAllowed(
                _(
                    "{name} submitted the report on finding #{id} and cannot accept it; "
                    "another verifier must."
                ).format(name=actor.name, id=finding.id)
            )
        handed_in = finding.submitted_at
        transition(
            session,
            finding,
            Event.ACCEPT,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={
                "rectified_at": at or now,
                "review_by": None,
                "on_time_original": _before(handed_in, finding.original_due_at),
                "on_time": _before(handed_in, finding.due_at),
            },
        )
        _decide(session, submission, Decision.ACCEPTED, at or now, actor, None)
        drop_proposals(session, finding, now=now)
    tell_closed(session, findings, rules=rules, now=now)


def send_back(
    session: Session,
    findings: Sequence[Finding],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> None:
    """Return the reports for rework; overdue at once where the due instant has passed.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(_("A return needs a reason; say what is missing."), field="reason")
    for finding in findings:
        submission = _waiting(session, finding)
        changes: dict[str, Any] = {
            "returns": finding.returns + 1,
            "review_by": None,
            "submitted_at": None,
        }
        if finding.due_at is not None and (at or now) >= finding.due_at:
            changes["overdue_at"] = finding.overdue_at or finding.due_at
        transition(
            session,
            finding,
            Event.RETURN,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes=changes,
            reason=reason,
        )
        _decide(session, submission, Decision.RETURNED, at or now, actor, reason)
    tell_returned(session, findings, rules=rules, now=now)


def _waiting(session: Session, finding: Finding) -> Submission | None:
    submission = last_submission(session, finding.id or 0)
    return submission if submission is not None and submission.decision is None else None


def _decide(
    session: Session,
    submission: Submission | None,
    decision: Decision,
    at: datetime,
    actor: Actor,
    reason: str | None,
) -> None:
    if submission is None:
        raise IllegalTransition(_("There is no submission to decide on."), allowed=[])
    submission.decision = decision
    submission.decided_at = at
    submission.decided_by = actor.name
    submission.reason = reason
    session.add(submission)
    session.flush()


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one for a reader: case and blanks do not make another person."""
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _before(instant: datetime | None, due_at: datetime | None) -> bool:
    return instant is not None and due_at is not None and instant < due_at
