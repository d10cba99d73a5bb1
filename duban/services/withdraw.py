"""A finding issued in error is withdrawn (撤回); it stays visible."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_event import tell_withdrawn
from duban.services.transition import Actor, transition
from models.errors import BadInput
from models.finding import Finding
from models.transitions import Event


def withdraw(
    session: Session, finding: Finding, *, reason: str, now: datetime, actor: Actor, rules: Rules
) -> None:
    """Withdraw an open finding, with a reason.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(_("Withdrawing needs a reason."))
    transition(
        session,
        finding,
        Event.WITHDRAW,
        now=now,
        actor=actor,
        rules=rules,
        changes={"review_by": None},
        reason=reason,
    )
    tell_withdrawn(session, finding, rules=rules, now=now)
