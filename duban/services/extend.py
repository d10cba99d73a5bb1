"""More time (延期): asked for by the organization, decided by a supervisor."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.decide_escalation import drop_proposals
from duban.services.rules import Rules
from duban.services.tell_event import tell_extension
from duban.services.transition import (
    Actor,
    not_possible,
    require_after_acts,
    require_order,
    transition,
)
from models.calendar import civil_date
from models.deadline_proof import deadline_record
from models.deadlines import Deadline, Rule
from models.errors import BadInput, IllegalTransition, RefusedByRule
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.periods import Period
from models.queries.submissions import extensions_of
from models.transitions import RUNNING_STATES, Event, State


def new_deadline(session: Session, finding: Finding, period: Period, rules: Rules) -> Deadline:
    """The date that ``period`` more gives: counted from the old last day, by the letter's rule.

    Raises:
        IllegalTransition: the finding has no deadline yet.
    """
    if finding.last_day is None or finding.letter_id is None:
        raise IllegalTransition(
            _("Finding #{id} has no due date to extend.").format(id=finding.id), allowed=["issue"]
        )
    letter = session.get_one(Letter, finding.letter_id)
    return rules.due_after(finding.last_day, period, Rule(letter.rule))


def request_extension(
    session: Session,
    findings: Sequence[Finding],
    period: Period,
    *,
    reason: str,
    now: datetime,
    by: str,
    rules: Rules,
    at: datetime | None = None,
) -> list[ExtensionRequest]:
    """Ask for ``period`` more; a request after expiry is taken but marked late.

    Raises:
        BadInput: no reason was given.
        IllegalTransition: there is nothing to extend in this state.
        RefusedByRule: an earlier request is not decided yet.
    """
    if not reason.strip():
        raise BadInput(_("A request for more time needs a reason."))
    made = [
        _request(session, finding, period, reason, at or now, by, rules) for finding in findings
    ]
    session.add_all(made)
    session.flush()
    return made


def _request(
    session: Session,
    finding: Finding,
    period: Period,
    reason: str,
    at: datetime,
    by: str,
    rules: Rules,
) -> ExtensionRequest:
    if finding.state not in (*RUNNING_STATES, State.OVERDUE):
        raise not_possible(Event.EXTEND, finding, at)
    require_after_acts(session, finding, at)
    for earlier in extensions_of(session, finding.id or 0):
        if earlier.granted is None:
            raise RefusedByRule(
                _("Request {id} for this finding waits for a decision; decide it first.").format(
                    id=earlier.id
                )
            )
    deadline = new_deadline(session, finding, period, rules)
    return ExtensionRequest(
        finding_id=finding.id or 0,
        period=str(period),
        reason=reason,
        requested_at=at,
        requested_by=by,
        late=finding.due_at is not None and at >= finding.due_at,
        old_last_day=finding.last_day or deadline.day_zero,
        new_last_day=deadline.last_day,
    )


def grant_extension(
    session: Session,
    requests: Sequence[ExtensionRequest],
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
    reason: str | None = None,
) -> list[Finding]:
    """Move each due date to where its request asked, and start a fresh ladder.

    Raises:
        RefusedByRule: it was decided before, or the new date does not lie ahead.
    """
    granted = []
    for request in requests:
        finding = _undecided(session, request, at or now)
        deadline = new_deadline(session, finding, Period.parse(request.period), rules)
        if deadline.last_day < civil_date(at or now):
            raise RefusedByRule(
                _("The new date {day} has passed already; ask for a longer period.").format(
                    day=deadline.last_day
                )
            )
        old_last_day = finding.last_day or request.old_last_day
        _move_due(
            session, finding, deadline, now=now, at=at, actor=actor, rules=rules,
            reason=reason or request.reason,
        )  # fmt: skip
        # A holiday notice may have moved the old date since the request was made.
        request.old_last_day, request.new_last_day = old_last_day, deadline.last_day
        _decide(session, request, True, at or now, actor, reason)
        granted.append((finding, request))
    tell_extension(session, granted, rules=rules, now=now)
    return [finding for finding, _request in granted]


def _move_due(
    session: Session,
    finding: Finding,
    deadline: Deadline,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    reason: str,
    at: datetime | None,
) -> None:
    """Write the new date; the original one stays."""
    transition(
        session,
        finding,
        Event.EXTEND,
        now=now,
        at=at,
        actor=actor,
        rules=rules,
        changes={
            "last_day": deadline.last_day,
            "due_at": deadline.due_at,
            "provisional": deadline.provisional,
            "overdue_at": None,
            "rung": 0,
        },
        reason=reason,
        details={"old": str(finding.last_day), "deadline": deadline_record(deadline)},
    )
    drop_proposals(session, finding, now=now)


def decline_extension(
    session: Session,
    requests: Sequence[ExtensionRequest],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Finding]:
    """Refuse more time, with a reason that the organization reads.

    Raises:
        BadInput: no reason was given.
        RefusedByRule: it was decided before.
    """
    if not reason.strip():
        raise BadInput(_("Declining needs a reason."), field="reason")
    declined = []
    for request in requests:
        declined.append((_undecided(session, request, at or now), request))
        _decide(session, request, False, at or now, actor, reason)
    tell_extension(session, declined, rules=rules, now=now)
    return [finding for finding, _request in declined]


def _undecided(session: Session, request: ExtensionRequest, at: datetime) -> Finding:
    if request.granted is not None:
        raise RefusedByRule(
            _("Request {id} was decided already by {name}.").format(
                id=request.id, name=request.decided_by
            )
        )
    finding = session.get_one(Finding, request.finding_id)
    require_order(finding, at, request.requested_at)
    return finding


def _decide(
    session: Session,
    request: ExtensionRequest,
    granted: bool,
    at: datetime,
    actor: Actor,
    reason: str | None,
) -> None:
    request.granted = granted
    request.decided_at = at
    request.decided_by = actor.name
    request.decision_reason = reason
    session.add(request)
    session.flush()
