"""Whom no mail reaches and what to say to them on the telephone (联系不上)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, text
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.explanation import CallNote
from models.finding import OPEN, Finding
from models.letter import Letter
from models.organization import Contact, Organization
from models.queries.contacts import people_of
from models.queries.findings import lapsed
from models.queries.organizations import unreachable
from models.queries.scope import Scope
from models.transitions import State


class OpenLetter(NamedTuple):
    """A letter and how many of its findings wait for a report, how many are late, by when."""

    letter: Letter
    waiting: int
    overdue: int
    last_day: date

    @property
    def reference(self) -> str:
        """What people call the letter: ``2023-12``."""
        return f"{self.letter.year}-{self.letter.sequence}"


@dataclass(frozen=True, slots=True)
class Silent:
    """An organization that no mail reaches, its people, what it owes, and the last call to it."""

    organization: Organization
    people: Sequence[Contact]
    letters: Sequence[OpenLetter]
    last_call: CallNote | None


def call_list(
    session: Session, now: datetime, *, scope: Scope, after: str = "", limit: int | None = None
) -> list[Silent]:
    """At most ``limit`` organizations with open findings and nobody whom mail reaches, by path."""
    found = unreachable(session, scope, after=after, limit=limit)
    ids = [one.id or 0 for one in found]
    people, letters = people_of(session, ids), _open_letters(session, ids, now)
    calls = _last_calls(session, ids)
    return [
        Silent(one, people[one.id or 0], letters.get(one.id or 0, ()), calls.get(one.id or 0))
        for one in found
    ]


def _open_letters(
    session: Session, ids: Sequence[int], now: datetime
) -> dict[int, list[OpenLetter]]:
    """By organization, the letter that is due first first."""
    late = or_(col(Finding.state) == State.OVERDUE, lapsed(now))
    first = func.min(col(Finding.last_day))
    query = (
        columns(Letter, func.count(), func.count().filter(late), first)
        .join(Finding, col(Finding.letter_id) == col(Letter.id))
        .where(
            text(f"findings.{OPEN}"),
            col(Finding.organization_id).in_(ids),
            col(Finding.state) != State.SUBMITTED,
        )
        .group_by(col(Letter.id))
        .order_by(first, col(Letter.id))
    )
    found: dict[int, list[OpenLetter]] = {}
    for letter, waiting, overdue, last_day in session.execute(query):
        found.setdefault(letter.organization_id, []).append(
            OpenLetter(letter, waiting, overdue, last_day)
        )
    return found


def _last_calls(session: Session, ids: Sequence[int]) -> dict[int, CallNote]:
    query = (
        select(Letter.organization_id, CallNote)
        .join(Letter, col(Letter.id) == col(CallNote.letter_id))
        .where(col(Letter.organization_id).in_(ids))
        .order_by(col(CallNote.called_at), col(CallNote.id))
    )
    return dict(session.exec(query).all())
