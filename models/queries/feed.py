"""Named reads behind the calendar of an organization."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, func
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar_feed import CalendarFeed
from models.finding import Finding
from models.letter import Letter
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES, RUNNING_STATES, Event, State

_LEAVES_THE_DAY = (Event.ISSUE, Event.ACKNOWLEDGE, Event.ANNUL, Event.RESCIND, Event.LAPSE)
"""What leaves the last day of a letter, and whether anything of it is open, as they are."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a calendar shows of one letter.

    ``last_day`` is the next day by which the organization must act; ``open`` how many findings
    are open. ``changes`` counts the acts since the issue that could move either, one act on
    several findings once; ``changed_at`` is when the last of them was written down.
    """

    letter: Letter
    last_day: date
    open: int
    changes: int
    changed_at: datetime


def feed_of(session: Session, secret_hash: str) -> CalendarFeed | None:
    """The subscription with this secret, if it was not revoked."""
    found = session.get(CalendarFeed, secret_hash)
    return None if found is None or found.revoked_at is not None else found


def feed_in_use(session: Session, organization_id: int) -> CalendarFeed | None:
    """The subscription that an organization has now."""
    query = select(CalendarFeed).where(
        CalendarFeed.organization_id == organization_id, col(CalendarFeed.revoked_at).is_(None)
    )
    return session.exec(query.order_by(col(CalendarFeed.created_at).desc()).limit(1)).first()


def deadlines_of(session: Session, organization_id: int, since: date) -> list[Deadline]:
    """An organization's letters with anything open, or with a last day not before ``since``."""
    letters = select(Letter).where(Letter.organization_id == organization_id)
    standing = (
        columns(col(Finding.letter_id), col(Finding.state), col(Finding.last_day), func.count())
        .where(
            col(Finding.organization_id) == organization_id,
            col(Finding.letter_id).is_not(None),
        )
        .group_by(col(Finding.letter_id), col(Finding.state), col(Finding.last_day))
    )
    found: dict[int, list[Row[tuple[int | None, State, date | None, int]]]] = {}
    for row in session.connection().execute(standing):
        found.setdefault(row[0] or 0, []).append(row)
    changes = _changes(session, organization_id)
    made = []
    for letter in session.exec(letters.order_by(col(Letter.year), col(Letter.sequence))):
        rows = found.get(letter.id or 0, [])
        days = _last_days(rows)
        count = sum(n for _letter, state, _day, n in rows if state in OPEN_STATES)
        if not days or (not count and max(days) < since):
            continue
        number, at = changes.get(letter.id or 0, (0, letter.issued_at))
        last_day = min(days) if count else max(days)
        made.append(Deadline(letter, last_day, count, number, max(at, letter.issued_at)))
    return made


def _last_days(rows: list[Row[tuple[int | None, State, date | None, int]]]) -> set[date]:
    """The last days of what the organization must still do; else of what is open; else of all."""
    running = (*RUNNING_STATES, State.OVERDUE)
    for states in (running, OPEN_STATES, tuple(State)):
        days = {day for _letter, state, day, _n in rows if state in states and day is not None}
        if days:
            return days
    return set()


def _changes(session: Session, organization_id: int) -> dict[int, tuple[int, datetime]]:
    recorded = col(TransitionRecord.recorded_at)
    query = (
        select(Finding.letter_id, func.count(func.distinct(recorded)), func.max(recorded))
        .join_from(TransitionRecord, Finding, col(Finding.id) == col(TransitionRecord.finding_id))
        .where(
            Finding.organization_id == organization_id,
            col(Finding.letter_id).is_not(None),
            col(TransitionRecord.event).not_in(_LEAVES_THE_DAY),
        )
        .group_by(col(Finding.letter_id))
    )
    return {letter or 0: (n, at) for letter, n, at in session.exec(query)}
