"""Carrying out the rungs of a night: proposals, and one mail for each address."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from duban.services.night_lines import Kind, as_guard, fill_of, line_of
from duban.services.plan_night import PlannedItem
from duban.services.queue_message import address_key, queue_message
from duban.services.rules import Rules
from models.calendar import civil_date
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.ladder import Reached, RungKind
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization


@dataclass(frozen=True)
class Night:
    """A run at work: its rules, the instant that it is about, and when it writes that down."""

    run_id: int
    rules: Rules
    as_of: datetime
    now: datetime


@dataclass
class _Letterbox:
    """Everything that one address is told in a night: by finding and rung, and to whom."""

    contacts: dict[int, Contact] = field(default_factory=dict)
    told: dict[tuple[int, str], tuple[Finding, Reached]] = field(default_factory=dict)
    people: dict[tuple[int, str], list[int]] = field(default_factory=dict)


def tell_rungs(
    session: Session,
    items: Sequence[PlannedItem],
    organization_id: int,
    night: Night,
    only: int | None = None,
) -> None:
    """Record every planned rung of one organization and queue its mails.

    ``only`` names the finding where an organization is checked finding by finding.
    """
    boxes: dict[tuple[str, bool], _Letterbox] = {}
    for item in items:
        for step in item.steps:
            if step.reached.rung.kind is RungKind.PROPOSAL:
                _propose(session, item.finding, step.reached, night)
            review = line_of(item.finding, step.reached).kind is Kind.REVIEW
            for contact in step.contacts:
                box = boxes.setdefault((address_key(contact), review), _Letterbox())
                key = (item.finding.id or 0, step.reached.rung.code)
                box.contacts[contact.id or 0] = contact
                box.told[key] = (item.finding, step.reached)
                box.people.setdefault(key, []).append(contact.id or 0)
    organization = session.get_one(Organization, organization_id)
    for (_address, review), box in boxes.items():
        _note(session, box, _queue(session, box, organization, night, review, only), night)


def _propose(session: Session, finding: Finding, come: Reached, night: Night) -> None:
    session.add(
        Escalation(
            finding_id=finding.id or 0,
            organization_id=finding.organization_id,
            due_on=come.due_on,
            rung=come.rung.code,
            level=come.rung.level,
            effective_on=come.effective_on,
            proposed_at=night.now,
            run_id=night.run_id,
        )
    )


def _queue(
    session: Session, box: _Letterbox, organization: Organization, night: Night, review: bool,
    only: int | None,
) -> Message:  # fmt: skip
    lines = [line_of(finding, come) for finding, come in box.told.values()]
    letters = {finding.letter_id for finding, _come in box.told.values()}
    step = ["review" if review else "digest", night.run_id, organization.id]
    if only is not None:
        step.append(only)
    (message,) = queue_message(
        session, "review-late" if review else "digest",
        fill_of(session, lines, organization, now=night.as_of, rules=night.rules),
        box.contacts.values(),
        organization=organization,
        letter=session.get(Letter, letters.pop()) if len(letters) == 1 and not review else None,
        step=":".join(map(str, step)), now=night.now, rules=night.rules,
        run_id=night.run_id, guard=as_guard(lines, civil_date(night.as_of)),
    )  # fmt: skip
    return message


def _note(session: Session, box: _Letterbox, message: Message, night: Night) -> None:
    for key, (finding, come) in box.told.items():
        for contact_id in box.people[key]:
            session.add(
                Notice(
                    finding_id=finding.id or 0,
                    due_on=come.due_on,
                    rung=come.rung.code,
                    contact_id=contact_id,
                    message_id=message.id,
                    run_id=night.run_id,
                    effective_on=come.effective_on,
                    recorded_at=night.now,
                )
            )
    session.flush()
