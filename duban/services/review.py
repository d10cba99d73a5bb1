"""The commission verifies a submission: accept and strike off (销号), or return (退回)."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_event import tell_closed, tell_returned
from duban.services.transition import Actor, transition
from models.errors import BadInput, IllegalTransition, NotAllowed
from models.finding import Finding
from models.queries.submissions import last_submission
from models.submission import Decision, Submission
from models.transitions import Event


def accept(
    session: Session, finding: Finding, *, now: datetime, actor: Actor, rules: Rules
) -> Submission:
    """Accept the report; the finding knows whether it was on time by both dates.

    Raises:
        NotAllowed: the verifier is the person who submitted.
    """
    submission = _waiting(session, finding)
    if submission is not None and submission.submitted_by == actor.name:
        raise NotAllowed(
            _("{name} submitted this report and cannot accept it; another verifier must.").format(
                name=actor.name
            )
        )
    handed_in = finding.submitted_at
    transition(
        session,
        finding,
        Event.ACCEPT,
        now=now,
        actor=actor,
        rules=rules,
        changes={
            "rectified_at": now,
            "review_by": None,
            "on_time_original": _before(handed_in, finding.original_due_at),
            "on_time": _before(handed_in, finding.due_at),
        },
    )
    decided = _decide(session, submission, Decision.ACCEPTED, now, actor, None)
    tell_closed(session, finding, rules=rules, now=now)
    return decided


def send_back(
    session: Session,
    finding: Finding,
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
) -> Submission:
    """Return the report for rework; it is overdue at once when the due instant has passed.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(_("A return needs a reason; say what is missing."))
    submission = _waiting(session, finding)
    past_due = finding.due_at is not None and now >= finding.due_at
    changes: dict[str, object] = {
        "returns": finding.returns + 1,
        "review_by": None,
        "submitted_at": None,
    }
    if past_due and finding.overdue_at is None:
        changes["overdue_at"] = finding.due_at
    transition(
        session,
        finding,
        Event.RETURN,
        now=now,
        actor=actor,
        rules=rules,
        changes=changes,
        reason=reason,
    )
    decided = _decide(session, submission, Decision.RETURNED, now, actor, reason)
    tell_returned(session, finding, decided, rules=rules, now=now)
    return decided


def _waiting(session: Session, finding: Finding) -> Submission | None:
    submission = last_submission(session, finding.id or 0)
    return submission if submission is not None and submission.decision is None else None


def _decide(
    session: Session,
    submission: Submission | None,
    decision: Decision,
    now: datetime,
    actor: Actor,
    reason: str | None,
) -> Submission:
    if submission is None:
        raise IllegalTransition(_("There is no submission to decide on."), allowed=[])
    submission.decision = decision
    submission.decided_at = now
    submission.decided_by = actor.name
    submission.reason = reason
    session.add(submission)
    session.flush()
    return submission


def _before(instant: datetime | None, due_at: datetime | None) -> bool:
    return instant is not None and due_at is not None and instant < due_at
