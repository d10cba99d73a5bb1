"""A named person decides what the program only proposes (通报, 约谈, 移送)."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_event import tell_escalated
from duban.services.transition import Actor
from models.errors import BadInput, NotAllowed, NotFound, RefusedByRule
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.transitions import OPEN_STATES, Role


def decide(
    session: Session,
    escalation_id: int,
    approve: bool,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    reason: str | None = None,
) -> Escalation:
    """Approve or decline one proposal.

    Raises:
        NotFound: there is no such proposal.
        NotAllowed: only a supervisor decides.
        BadInput: declining without a reason.
        RefusedByRule: it was decided before, or the finding is no longer open.
    """
    proposal = session.get(Escalation, escalation_id)
    if proposal is None:
        raise NotFound(_("There is no proposal {id}.").format(id=escalation_id))
    if actor.role is not Role.SUPERVISOR:
        raise NotAllowed(_("Only a supervisor decides on an escalation."))
    if proposal.state is not EscalationState.PROPOSED:
        raise RefusedByRule(
            _("Proposal {id} was decided already by {name}.").format(
                id=escalation_id, name=proposal.decided_by
            )
        )
    if not approve and not (reason or "").strip():
        raise BadInput(_("Declining needs a reason."))
    finding = session.get_one(Finding, proposal.finding_id)
    if approve and finding.state not in OPEN_STATES:
        raise RefusedByRule(
            _("Finding #{id} is closed; decline the proposal instead.").format(id=finding.id)
        )
    proposal.state = EscalationState.APPROVED if approve else EscalationState.DECLINED
    proposal.decided_at = now
    proposal.decided_by = actor.name
    proposal.reason = reason
    session.add(proposal)
    if approve:
        session.exec(
            update(Finding)
            .where(col(Finding.id) == finding.id)
            .values(rung=max(finding.rung, proposal.level))
        )
        tell_escalated(session, finding, proposal, rules=rules, now=now)
    session.flush()
    return proposal
