"""A named person decides what the program only proposes (通报, 约谈, 移送)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col

from config.language import _
from duban.services.count_findings import Counted, shift
from duban.services.rules import Rules
from duban.services.tell_event import tell_escalated
from duban.services.tell_otherwise import told_otherwise
from duban.services.transition import Actor
from models.errors import BadInput, DubanError, NotAllowed, NotFound, RefusedByRule
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.queries.numbers import by_number
from models.queries.submissions import has_standing_proposal
from models.transitions import Role, State, has_lapsed
from models.words import proposal_label


def decide(
    session: Session,
    escalation_ids: Sequence[int],
    approve: bool,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
    reason: str | None = None,
    heard_by: str | None = None,
) -> list[Escalation]:
    """Approve or decline proposals.

    Where the notice before a proposal reached nobody, its approval needs ``heard_by``: who was
    told by telephone or on paper. It stays on record with the reason.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: only a supervisor decides.
        BadInput: declining without a reason, or approving what nobody heard of.
        RefusedByRule: it was decided before, or the finding is not overdue.
    """
    if actor.role is not Role.SUPERVISOR:
        raise NotAllowed(_("Only a supervisor decides on an escalation."))
    if not approve and not (reason or "").strip():
        raise BadInput(_("Declining needs a reason."), field="reason")
    found = [_decidable(session, one, approve, at or now) for one in dict.fromkeys(escalation_ids)]
    told_by_hand = told_otherwise(
        session, [one for _finding, one in found], approve, heard_by, rules
    )
    decided = []
    for finding, proposal in found:
        if approve:
            _raise_level(session, finding, proposal)
        proposal.state = EscalationState.APPROVED if approve else EscalationState.DECLINED
        proposal.decided_at = at or now
        proposal.decided_by = actor.name
        said = filter(None, (reason, told_by_hand.get(proposal.id or 0)))
        proposal.reason = "\n".join(said) or None
        session.add(proposal)
        decided.append((finding, proposal))
    session.flush()
    if approve:
        tell_escalated(session, decided, rules=rules, now=now)
    else:
        for finding, _proposal in decided:
            settle_escalated(session, finding)
    return [proposal for _finding, proposal in decided]


def drop_proposals(session: Session, finding: Finding, *, now: datetime) -> None:
    """Let undecided proposals go: the finding is closed, moved, or was in time after all."""
    dropped = session.exec(
        update(Escalation)
        .where(
            col(Escalation.finding_id) == finding.id,
            col(Escalation.state) == EscalationState.PROPOSED,
        )
        .values(state=EscalationState.DROPPED, decided_at=now)
    )
    if dropped.rowcount:
        settle_escalated(session, finding)


def settle_escalated(session: Session, finding: Finding) -> None:
    """Note whether a proposal still stands, now that one was declined or dropped.

    The row is locked first, so that no check proposes between the look and the note.
    """
    session.flush()
    query = select(
        col(Finding.organization_id), col(Finding.state),
        col(Finding.acknowledged_at).is_not(None), col(Finding.provisional), col(Finding.escalated),
    )  # fmt: skip
    row = (
        session.connection()
        .execute(query.where(col(Finding.id) == finding.id).with_for_update())
        .one()
    )
    was = Counted(*row)
    standing = has_standing_proposal(session, finding.id or 0)
    if standing == was.escalated:
        return
    session.exec(
        update(Finding)
        .where(col(Finding.id) == finding.id)
        .values(escalated=standing)
        .execution_options(synchronize_session=False)
    )
    set_committed_value(finding, "escalated", standing)
    shift(session, was, was._replace(escalated=standing))


def refusals(
    session: Session, escalation_ids: Sequence[int], approve: bool, *, at: datetime
) -> dict[int, DubanError]:
    """Which proposals cannot be decided so, and why; the others can."""
    found: dict[int, DubanError] = {}
    for escalation_id in escalation_ids:
        try:
            _decidable(session, escalation_id, approve, at)
        except (NotFound, RefusedByRule) as error:
            found[escalation_id] = error
    return found


def _decidable(
    session: Session, escalation_id: int, approve: bool, at: datetime
) -> tuple[Finding, Escalation]:
    proposal = _waiting(session, escalation_id)
    finding = session.get_one(Finding, proposal.finding_id)
    if approve:
        _require_overdue(finding, at)
    return finding, proposal


def _waiting(session: Session, escalation_id: int) -> Escalation:
    proposal = by_number(session, Escalation, escalation_id)
    if proposal is None:
        raise NotFound(_("There is no proposal {id}.").format(id=escalation_id))
    if proposal.state is EscalationState.DROPPED:
        raise RefusedByRule(
            _("Proposal {id}: {state}.").format(
                id=escalation_id, state=proposal_label(proposal.state)
            )
        )
    if proposal.state is not EscalationState.PROPOSED:
        raise RefusedByRule(
            _("Proposal {id} was decided already by {name}.").format(
                id=escalation_id, name=proposal.decided_by
            )
        )
    return proposal


def _require_overdue(finding: Finding, at: datetime) -> None:
    overdue = finding.state is State.OVERDUE or has_lapsed(finding.state, finding.due_at, at)
    if not overdue:
        raise RefusedByRule(
            _(
                "Finding #{id} is not overdue now; decline the proposal, or wait for the review "
                "of its report."
            ).format(id=finding.id)
        )


def _raise_level(session: Session, finding: Finding, proposal: Escalation) -> None:
    session.exec(
        update(Finding)
        .where(col(Finding.id) == finding.id)
        .values(rung=max(finding.rung, proposal.level))
    )
