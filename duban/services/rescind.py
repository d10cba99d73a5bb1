"""A step of the ladder was approved by mistake: it counts no more (撤销升级措施)."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.decide_escalation import settle_escalated
from duban.services.rules import Rules
from duban.services.tell_taken_back import tell_rescinded
from duban.services.transition import Actor, require_order, transition
from models.errors import BadInput, NotFound, RefusedByRule
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.ladder import RungKind
from models.queries.numbers import by_number
from models.queries.submissions import escalations_of, rungs_told
from models.transitions import Event
from models.words import proposal_label


def rescind(
    session: Session,
    escalation_ids: Sequence[int],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Escalation]:
    """Take back approved steps, with a reason; they are not proposed again for the same last day.

    Who approved stays with the proposal; who took it back stands in the finding's history.

    Raises:
        BadInput: no reason was given.
        NotFound: there is no such proposal.
        RefusedByRule: it was not approved.
    """
    if not reason.strip():
        raise BadInput(_("Taking back needs a reason."), field="reason")
    rescinded = []
    for escalation_id in dict.fromkeys(escalation_ids):
        proposal = _approved(session, escalation_id)
        finding = session.get_one(Finding, proposal.finding_id)
        require_order(finding, at or now, proposal.decided_at)
        proposal.state = EscalationState.RESCINDED
        session.add(proposal)
        session.flush()
        transition(
            session,
            finding,
            Event.RESCIND,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={"rung": _level(session, finding, rules)},
            reason=reason,
            details={"proposal": proposal.id, "rung": proposal.rung},
        )
        settle_escalated(session, finding)
        rescinded.append((finding, proposal))
    tell_rescinded(session, rescinded, rules=rules, now=now)
    return [proposal for _finding, proposal in rescinded]


def _approved(session: Session, escalation_id: int) -> Escalation:
    proposal = by_number(session, Escalation, escalation_id)
    if proposal is None:
        raise NotFound(_("There is no proposal {id}.").format(id=escalation_id))
    if proposal.state is not EscalationState.APPROVED:
        raise RefusedByRule(
            _("Only an approved step can be taken back; proposal {id}: {state}.").format(
                id=escalation_id, state=proposal_label(proposal.state)
            )
        )
    return proposal


def _level(session: Session, finding: Finding, rules: Rules) -> int:
    """The level that is left: of what was told for the present last day, or stays approved."""
    told = rungs_told(session, finding)
    levels = [
        rung.level for rung in rules.ladder if rung.kind is RungKind.NOTICE and rung.code in told
    ]
    levels += [
        one.level
        for one in escalations_of(session, finding.id or 0)
        if one.state is EscalationState.APPROVED and one.due_on == finding.last_day
    ]
    return max(levels, default=0)
