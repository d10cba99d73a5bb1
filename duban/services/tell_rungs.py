"""Carrying out the rungs of a night: proposals, and one digest for each person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from duban.services.plan_night import PlannedItem
from duban.services.queue_message import letter_facts, queue_message
from duban.services.rules import Rules
from models.calendar import civil_date
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.ladder import Limit, Reached, RungKind
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from models.queries.due import letters_by_id
from models.words import level_label, organization_label
from notifications.values import DigestEntry, DigestMail, ReviewEntry, ReviewMail

_WORST_FIRST = {"overdue": 0, "due-soon": 1, "receipt": 2}

Told = list[tuple[Finding, Reached]]


@dataclass(frozen=True)
class Night:
    """A run at work: its rules, the instant that it is about, and when it writes that down."""

    run_id: int
    rules: Rules
    as_of: datetime
    now: datetime


def tell_rungs(
    session: Session, items: Sequence[PlannedItem], organization_id: int, night: Night
) -> None:
    """Record every planned rung of one organization and queue its digests."""
    for_person: dict[int, tuple[Contact, Told, Told]] = {}
    for item in items:
        for step in item.steps:
            if step.reached.rung.kind is RungKind.PROPOSAL:
                _propose(session, item.finding, step.reached, night)
            for contact in step.contacts:
                _, told, review = for_person.setdefault(contact.id or 0, (contact, [], []))
                late = step.reached.rung.counts is Limit.REVIEW
                (review if late else told).append((item.finding, step.reached))
    organization = session.get_one(Organization, organization_id)
    for contact, told, review in for_person.values():
        if told:
            message = _digest(session, contact, told, organization, night)
            _note(session, told, contact, message, night)
        if review:
            message = _review(session, contact, review, organization, night)
            _note(session, review, contact, message, night)


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


def _digest(
    session: Session, contact: Contact, told: Told, organization: Organization, night: Night
) -> Message:
    letters = letters_by_id(session, [f.letter_id for f, _come in told if f.letter_id])
    groups: dict[tuple[int, str], Told] = defaultdict(list)
    for finding, come in told:
        groups[finding.letter_id or 0, _kind(come)].append((finding, come))

    def fill(base: dict[str, Any]) -> DigestMail:
        entries = [
            _entry(letters[letter_id], kind, members, night)
            for (letter_id, kind), members in groups.items()
        ]
        entries.sort(key=lambda e: (_WORST_FIRST[e.kind], e.day, e.letter.sequence))
        return DigestMail(**base, entries=tuple(entries))

    overdue = any(kind == "overdue" for _letter, kind in groups)
    (message,) = queue_message(
        session, "digest", fill, [contact],
        organization=organization,
        letter=next(iter(letters.values())) if len(letters) == 1 else None,
        step=f"digest:{night.run_id}:{organization.id}", now=night.now, rules=night.rules,
        run_id=night.run_id,
        # A warning that the last day comes near is false once it is over.
        not_after=None if overdue else min((f.due_at for f, _c in told if f.due_at), default=None),
        guard={"findings": sorted({f.id for f, _c in told if f.id is not None})},
    )  # fmt: skip
    return message


def _review(
    session: Session, contact: Contact, told: Told, organization: Organization, night: Night
) -> Message:
    letters = letters_by_id(session, [f.letter_id for f, _come in told if f.letter_id])
    groups: dict[int, Told] = defaultdict(list)
    for finding, come in told:
        groups[finding.letter_id or 0].append((finding, come))

    def fill(base: dict[str, Any]) -> ReviewMail:
        return ReviewMail(
            **base,
            entries=tuple(
                ReviewEntry(
                    letter_facts(letters[letter_id]),
                    organization_label(organization),
                    len(members),
                    min(come.due_on for _f, come in members),
                )
                for letter_id, members in groups.items()
            ),
        )

    (message,) = queue_message(
        session, "review-late", fill, [contact], organization=organization, letter=None,
        step=f"review:{night.run_id}:{organization.id}", now=night.now, rules=night.rules,
        run_id=night.run_id,
        guard={"reviews": sorted({f.id for f, _c in told if f.id is not None})},
    )  # fmt: skip
    return message


def _entry(letter: Letter, kind: str, members: Told, night: Night) -> DigestEntry:
    day = min(come.due_on for _f, come in members)
    today = civil_date(night.as_of)
    upcoming = _next_proposal(members, night) if kind == "overdue" else None
    return DigestEntry(
        letter=letter_facts(letter),
        kind=kind,
        count=len(members),
        day=day,
        days=abs((day - today).days),
        unacknowledged=sum(finding.acknowledged_at is None for finding, _come in members),
        next_rung=level_label(upcoming[0]) if upcoming else "",
        next_day=upcoming[1] if upcoming else None,
    )


def _next_proposal(members: Told, night: Night) -> tuple[int, date] | None:
    day = min(come.due_on for _f, come in members)
    coming = [
        (rung.day(day, night.rules.working_calendar), rung.level)
        for rung in night.rules.ladder
        if rung.kind is RungKind.PROPOSAL and rung.counts is Limit.DUE
    ]
    later = sorted((on, level) for on, level in coming if on > civil_date(night.as_of))
    return (later[0][1], later[0][0]) if later else None


def _kind(come: Reached) -> str:
    if come.rung.counts is Limit.SIGN:
        return "receipt"
    return "due-soon" if come.rung.before_due else "overdue"


def _note(session: Session, told: Told, contact: Contact, message: Message, night: Night) -> None:
    for finding, come in told:
        session.add(
            Notice(
                finding_id=finding.id or 0,
                due_on=come.due_on,
                rung=come.rung.code,
                contact_id=contact.id or 0,
                message_id=message.id,
                run_id=night.run_id,
                effective_on=come.effective_on,
                recorded_at=night.now,
            )
        )
    session.flush()
