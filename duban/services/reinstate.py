"""A withdrawal was a mistake: the finding comes back to where it was (恢复办理)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.decide_escalation import settle_escalated
from duban.services.redate import Redated, changes_of, judge_report_again, redated
from duban.services.rules import Rules
from duban.services.tell_taken_back import tell_reinstated
from duban.services.transition import Actor, not_possible, transition
from models.deadline_proof import deadline_record
from models.deadlines import Deadline
from models.errors import BadInput
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.queries.submissions import history_of, last_submission
from models.transition_log import ANEW, TransitionRecord
from models.transitions import RUNNING_STATES, Event, State


class Foreseen(NamedTuple):
    """The last day that a finding has when it comes back; ``anew`` if a new window begins."""

    last_day: date | None
    anew: bool


def reinstate(
    session: Session,
    findings: Sequence[Finding],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> None:
    """Bring withdrawn findings back, with a reason; each keeps its last day where it lies ahead.

    Where the last day passed while a finding was withdrawn, a new window begins: nobody becomes
    overdue while nothing was asked. What was overdue before is overdue again.

    Raises:
        BadInput: no reason was given.
        IllegalTransition: a finding is not withdrawn.
    """
    if not reason.strip():
        raise BadInput(_("Taking back needs a reason."), field="reason")
    for finding in findings:
        _reinstate(session, finding, reason, now, at or now, actor, rules)
    tell_reinstated(session, findings, rules=rules, now=now)


def foresee(session: Session, finding: Finding, at: datetime, rules: Rules) -> Foreseen:
    """What reinstating ``finding`` at an instant would do to its last day.

    Raises:
        IllegalTransition: it is not withdrawn.
    """
    withdrawal = _withdrawal(session, finding, at)
    settled = _settled(session, finding, rules)
    window = _window(finding, withdrawal, settled, at, rules)
    if window is not None:
        return Foreseen(window.last_day, True)
    return Foreseen(settled.dates.present.last_day if settled else finding.last_day, False)


def _reinstate(
    session: Session,
    finding: Finding,
    reason: str,
    now: datetime,
    at: datetime,
    actor: Actor,
    rules: Rules,
) -> None:
    withdrawal = _withdrawal(session, finding, at)
    settled = _settled(session, finding, rules)
    window = _window(finding, withdrawal, settled, at, rules)
    changes: dict[str, Any] = {"withdrawn_at": None}
    details: dict[str, Any] = {}
    if window is not None:
        changes |= _of_window(window)
        details = {"deadline": deadline_record(window), ANEW: True}
    elif settled is not None:
        # Holiday notices that came meanwhile passed it over.
        changes |= changes_of(settled, at)
        details = {"deadline": deadline_record(settled.dates.present)}
    report = last_submission(session, finding.id or 0)
    if withdrawal.source is State.SUBMITTED and report is not None:
        changes["review_by"] = report.review_by
    transition(
        session, finding, Event.REINSTATE, now=now, at=at, actor=actor, rules=rules,
        changes=changes, reason=reason, details=details,
    )  # fmt: skip
    if settled is not None and settled.dates.moves:
        judge_report_again(session, finding)
    else:
        _propose_again(session, finding, withdrawal)


def _withdrawal(session: Session, finding: Finding, at: datetime) -> TransitionRecord:
    """The act that is taken back.

    Raises:
        IllegalTransition: the finding is not withdrawn.
    """
    if finding.state is not State.WITHDRAWN:
        raise not_possible(Event.REINSTATE, finding, at)
    history = history_of(session, finding.id or 0)
    return next(one for one in reversed(history) if one.event is Event.WITHDRAW)


def _settled(session: Session, finding: Finding, rules: Rules) -> Redated | None:
    """Its dates by the present calendar, where they are others than those on record."""
    found = redated(session, finding, rules.calendar, rules.calendar)
    return found if found is not None and found.dates.settles else None


def _window(
    finding: Finding,
    withdrawal: TransitionRecord,
    settled: Redated | None,
    at: datetime,
    rules: Rules,
) -> Deadline | None:
    due_at = settled.dates.present.due_at if settled is not None else finding.due_at
    ran_out = due_at is not None and due_at <= at
    return rules.due_from(at) if withdrawal.source in RUNNING_STATES and ran_out else None


def _of_window(window: Deadline) -> dict[str, Any]:
    return {
        "original_last_day": window.last_day,
        "original_due_at": window.due_at,
        "last_day": window.last_day,
        "due_at": window.due_at,
        "provisional": window.provisional,
        "overdue_at": None,
        "rung": 0,
    }


def _propose_again(session: Session, finding: Finding, withdrawal: TransitionRecord) -> None:
    """Let the proposals that the withdrawal dropped wait for a decision again."""
    dropped = session.exec(
        update(Escalation)
        .where(
            col(Escalation.finding_id) == finding.id,
            col(Escalation.state) == EscalationState.DROPPED,
            col(Escalation.due_on) == finding.last_day,
            col(Escalation.decided_at) == withdrawal.recorded_at,
        )
        .values(state=EscalationState.PROPOSED, decided_at=None)
    )
    if dropped.rowcount:
        settle_escalated(session, finding)
