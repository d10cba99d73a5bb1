"""An organization acknowledges receipt (签收)."""

from collections.abc import Sequence
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
    session: Session,
    findings: Sequence[Finding],
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> None:
    """Record the receipt of ``findings``; an overdue one stays overdue."""
    for finding in findings:
        transition(
            session,
            finding,
            Event.ACKNOWLEDGE,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={"acknowledged_at": at or now},
        )
    tell_acknowledged(session, findings, by=actor.name, rules=rules, now=now)


def acknowledge_letter(
    session: Session,
    letter: Letter,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Finding]:
    """Record the receipt of a letter: every finding of it that had none."""
    if letter.id is None:
        raise ValueError("the letter was never stored")
    waiting = [
        finding
        for finding in of_letter(session, letter.id)
        if finding.acknowledged_at is None and finding.state in (State.ISSUED, State.OVERDUE)
    ]
    acknowledge(session, waiting, now=now, at=at, actor=actor, rules=rules)
    return waiting
