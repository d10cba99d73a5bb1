"""A finding issued in error is withdrawn (撤回); it stays visible."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.decide_escalation import drop_proposals
from duban.services.rules import Rules
from duban.services.tell_event import tell_withdrawn
from duban.services.transition import Actor, transition
from models.errors import BadInput
from models.finding import Finding
from models.transitions import Event


def withdraw(
    session: Session,
    findings: Sequence[Finding],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> None:
    """Withdraw open findings, with a reason.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(_("Withdrawing needs a reason."), field="reason")
    for finding in findings:
        transition(
            session,
            finding,
            Event.WITHDRAW,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={"review_by": None, "withdrawn_at": at or now},
            reason=reason,
        )
        drop_proposals(session, finding, now=now)
    tell_withdrawn(session, findings, rules=rules, now=now)
