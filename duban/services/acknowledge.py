"""An organization acknowledges receipt (签收)."""

from datetime import datetime

from sqlmodel import Session

from duban.services.rules import Rules
from duban.services.tell_event import tell_acknowledged
from duban.services.transition import Actor, transition
from models.finding import Finding
from models.letter import Letter
from models.queries.findings import of_letter
from models.transitions import Event, State


def acknowledge(
    session: Session, finding: Finding, *, now: datetime, actor: Actor, rules: Rules
) -> None:
    """Record the receipt of one finding; an overdue one stays overdue."""
    transition(
        session,
        finding,
        Event.ACKNOWLEDGE,
        now=now,
        actor=actor,
        rules=rules,
        changes={"acknowledged_at": now},
    )


def acknowledge_letter(
    session: Session, letter: Letter, *, now: datetime, actor: Actor, rules: Rules
) -> list[Finding]:
    """Record the receipt of a letter: every finding of it that had none."""
    if letter.id is None:
        raise ValueError("the letter was never stored")
    waiting = [
        finding
        for finding in of_letter(session, letter.id)
        if finding.acknowledged_at is None and finding.state in (State.ISSUED, State.OVERDUE)
    ]
    for finding in waiting:
        acknowledge(session, finding, now=now, actor=actor, rules=rules)
    if waiting:
        tell_acknowledged(session, letter, len(waiting), by=actor.name, rules=rules, now=now)
    return waiting
