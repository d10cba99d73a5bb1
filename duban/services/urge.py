"""Urging by hand (催办): one mail a letter and person, at most once a day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlmodel import Session

from duban.services.queue_message import addressed, queue_message
from duban.services.render_mail import letter_facts
from duban.services.rules import Rules
from duban.services.tell_event import LEADING
from duban.services.transition import Actor
from duban.services.whom_to_tell import whom_to_tell
from models.calendar import civil_date, start_of_day
from models.ladder import RungKind
from models.letter import Letter
from models.message import URGED
from models.organization import Contact
from models.queries.contacts import contacts_by_organization
from models.queries.findings import Row
from models.queries.urgings import findings_told, letters_urged
from models.transitions import OPEN_STATES, State
from notifications.values import LetterMail


class Skip(StrEnum):
    """Why a finding is not urged."""

    NOT_ISSUED = "not-issued"
    AWAITING_REVIEW = "awaiting-review"
    CLOSED = "closed"
    URGED_TODAY = "urged-today"
    TOLD_TODAY = "told-today"
    NO_ADDRESS = "no-address"


@dataclass(frozen=True)
class Urging:
    """What is urged, by letter, and what is not and why; ``people`` by organization."""

    letters: Mapping[int, Sequence[Row]]
    skipped: Sequence[tuple[Row, Skip]]
    people: Mapping[int, Sequence[Contact]]

    @property
    def findings(self) -> list[Row]:
        """The findings that are urged."""
        return [row for rows in self.letters.values() for row in rows]

    @property
    def organizations(self) -> int:
        """How many organizations they belong to."""
        return len({row.organization.id for row in self.findings})

    @property
    def mails(self) -> int:
        """How many mails that makes."""
        return sum(len(self.people[rows[0].finding.organization_id])
                   for rows in self.letters.values())  # fmt: skip


def plan_urging(session: Session, rows: Sequence[Row], *, now: datetime, rules: Rules) -> Urging:
    """What urging ``rows`` now would do; nothing is written."""
    today = start_of_day(civil_date(now))
    letters = {row.letter.id or 0: row.letter for row in rows if row.letter is not None}
    urged = letters_urged(session, letters.values(), today)
    notices = [rung.code for rung in rules.ladder if rung.kind is RungKind.NOTICE]
    told = findings_told(session, [row.finding for row in rows], notices, today)
    contacts = contacts_by_organization(session, {row.finding.organization_id for row in rows})
    people = {number: addressed(whom_to_tell(found, LEADING)) for number, found in contacts.items()}
    taken: dict[int, list[Row]] = defaultdict(list)
    skipped = []
    for row in rows:
        why = _why_not(row, urged, told, people)
        if why is None:
            taken[row.finding.letter_id or 0].append(row)
        else:
            skipped.append((row, why))
    return Urging(taken, skipped, people)


def urge(
    session: Session, rows: Sequence[Row], *, now: datetime, actor: Actor, rules: Rules
) -> Urging:
    """Put the mails into the outbox; what cannot be urged is skipped, with the reason.

    The key of a mail names letter, day and person, so no day ever sees a second one.
    """
    plan = plan_urging(session, rows, now=now, rules=rules)
    for letter_id, of_letter in plan.letters.items():
        letter = session.get_one(Letter, letter_id)
        mails = queue_message(
            session, URGED, partial(_mail, letter, of_letter),
            plan.people[letter.organization_id], organization=of_letter[0].organization,
            letter=letter, step=f"{URGED}:{letter_id}:{civil_date(now)}", now=now, rules=rules,
        )  # fmt: skip
        for mail in mails:
            mail.guard = {"findings": [row.finding.id for row in of_letter], "by": actor.name}
            session.add(mail)
    session.flush()
    return plan


def _why_not(
    row: Row, urged: set[int], told: set[int], people: Mapping[int, Sequence[Contact]]
) -> Skip | None:
    if row.state is State.DRAFT:
        return Skip.NOT_ISSUED
    if row.state is State.SUBMITTED:
        return Skip.AWAITING_REVIEW
    if row.state not in OPEN_STATES:
        return Skip.CLOSED
    if row.finding.letter_id in urged:
        return Skip.URGED_TODAY
    if row.finding.id in told:
        return Skip.TOLD_TODAY
    return None if people[row.finding.organization_id] else Skip.NO_ADDRESS


def _mail(letter: Letter, rows: Sequence[Row], base: dict[str, Any]) -> LetterMail:
    """The mail about the findings of one letter; of several last days it names the first."""
    days = [row.finding.last_day for row in rows if row.finding.last_day is not None]
    return LetterMail(
        **base, letter=letter_facts(letter), count=len(rows), day=min(days),
        overdue=any(row.state is State.OVERDUE for row in rows),
    )  # fmt: skip
