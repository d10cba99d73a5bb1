"""A receipt was confirmed by mistake: the letter waits for it again (撤销签收)."""

from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_taken_back import tell_annulled
from duban.services.transition import Actor, transition
from models.errors import BadInput, RefusedByRule
from models.finding import Finding
from models.letter import Letter
from models.queries.findings import of_letter
from models.queries.letters import reference_of
from models.queries.records import reports
from models.transitions import Event, State


def annul_receipt(
    session: Session,
    letter: Letter,
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
) -> list[Finding]:
    """Take back the receipt of a letter, with a reason; the day for the receipt stays.

    Raises:
        BadInput: no reason was given.
        RefusedByRule: no receipt is recorded, or a report shows that the letter was received.
    """
    if not reason.strip():
        raise BadInput(_("Taking back needs a reason."), field="reason")
    received = findings_received(session, letter)
    for finding in received:
        transition(
            session,
            finding,
            Event.ANNUL,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={"acknowledged_at": None},
            reason=reason,
        )
    tell_annulled(session, received, rules=rules, now=now)
    return received


def findings_received(session: Session, letter: Letter) -> list[Finding]:
    """The findings of a letter whose receipt can be taken back.

    Raises:
        RefusedByRule: there is none, or a report shows that the letter was received.
    """
    findings = of_letter(session, letter.id or 0)
    items = {finding.id: finding.item for finding in findings}
    handed_in = reports(session, [finding.id or 0 for finding in findings])
    if handed_in:
        raise RefusedByRule(
            _(
                "A report on {reference} was handed in, so the letter was received; its receipt "
                "stays."
            ).format(reference=f"{reference_of(letter)}-{items[handed_in[0].finding_id]}")
        )
    received = [
        finding
        for finding in findings
        if finding.acknowledged_at is not None
        and finding.state in (State.ACKNOWLEDGED, State.OVERDUE)
    ]
    if not received:
        raise RefusedByRule(
            _("{number}: no receipt is recorded that could be taken back.").format(
                number=letter.number
            )
        )
    return received
