"""Reads of the open due dates that a holiday notice may touch: in sets, and those apart."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.calendar import start_of_day
from models.finding import Finding
from models.letter import Letter
from models.queries.findings import is_open, lapsed
from models.redating_tables import redate_cases
from models.transition_log import TransitionRecord
from models.transitions import Event, State

PAGE = 500


class Dated(NamedTuple):
    """What the dates of a finding follow from that was counted once, and the dates."""

    issued_at: datetime
    window: str
    rule: str
    original_last_day: date
    last_day: date
    provisional: bool


class Share(NamedTuple):
    """How many findings of a letter have the same dates."""

    organization_id: int
    letter_id: int
    dates: Dated
    n: int


class Case(NamedTuple):
    """How many findings with the same dates stand at the same place."""

    dates: Dated
    state: State
    received: bool
    lapsed: bool
    sign_by: date | None
    review_by: date | None
    n: int


def counted_once(day: date) -> ColumnElement[bool]:
    """Open findings due on ``day`` or later whose dates follow from their letter alone."""
    return and_(_due_from(day), _follows_its_letter())


def counted_apart(session: Session, day: date) -> list[int]:
    """The ids of the others, by organization and letter: extended, opened again, or odd."""
    query = select(Finding.id).where(_due_from(day), not_(_follows_its_letter()))
    ordered = query.order_by(
        col(Finding.organization_id), col(Finding.letter_id), col(Finding.item)
    )
    return [found for found in session.exec(ordered) if found is not None]


def shares(session: Session, day: date) -> Iterator[Share]:
    """The findings that were counted once, by organization, letter and dates."""
    keys = (Finding.organization_id, Finding.letter_id, *_dates())
    query = _joined(*keys, func.count()).where(counted_once(day)).group_by(*keys)
    ordered = query.order_by(col(Finding.organization_id), col(Finding.letter_id))
    for organization_id, letter_id, *dates, n in session.execute(ordered).yield_per(PAGE):
        yield Share(organization_id, letter_id, Dated(*dates), n)


def cases(session: Session, day: date, now: datetime) -> list[Case]:
    """The same findings by their dates and the place where they stand at ``now``."""
    places = _joined(*_dates(), *_place(now)).where(counted_once(day))
    size = len(Dated._fields)
    return [Case(Dated(*row[:size]), *row[size:]) for row in session.execute(grouped(places))]


def grouped(rows: Select[Any]) -> Select[Any]:
    """Each different row, and how often it is there."""
    found = rows.subquery()
    return select_columns(*found.c, func.count()).group_by(*found.c)


def of_a_case(day: date, now: datetime) -> Select[Any]:
    """Id, case and version of the same findings, where ``redate_cases`` knows their case.

    They are locked where the database can.
    """
    case = redate_cases.c
    keys = zip(_KEYS, (*_dates(), *_place(now)), strict=True)
    same = and_(
        *(
            case[name].is_not_distinct_from(column) if case[name].nullable else case[name] == column
            for name, column in keys
        )
    )
    return (
        _joined(Finding.id, case.id, Finding.version)
        .join(redate_cases, same)
        .where(counted_once(day))
        .with_for_update(of=Finding)
    )


def findings_of(
    session: Session, letter_ids: Sequence[int], day: date
) -> Iterator[tuple[Finding, Dated]]:
    """Those of some letters, in letter order, with what their dates follow from."""
    for start in range(0, len(letter_ids), PAGE):
        query = _joined(Finding, *_dates()).where(
            counted_once(day), col(Finding.letter_id).in_(letter_ids[start : start + PAGE])
        )
        ordered = query.order_by(
            col(Finding.organization_id), col(Finding.letter_id), col(Finding.item)
        )
        for finding, *dates in session.execute(ordered):
            yield finding, Dated(*dates)


def letters_in_pages(session: Session, letter_ids: Sequence[int]) -> Iterator[list[Letter]]:
    """Letters by their ids, a page at a time."""
    for start in range(0, len(letter_ids), PAGE):
        query = select(Letter).where(col(Letter.id).in_(letter_ids[start : start + PAGE]))
        yield list(session.exec(query.order_by(col(Letter.id))))


_KEYS = (*Dated._fields, *Case._fields[1:-1])


def _dates() -> tuple[Any, ...]:
    """The columns of ``Dated``, of findings joined with their letters."""
    return (
        Letter.issued_at, Letter.window, Letter.rule,
        Finding.original_last_day, Finding.last_day, Finding.provisional,
    )  # fmt: skip


def _place(now: datetime) -> tuple[Any, ...]:
    """The columns of ``Case`` beside the dates."""
    return (
        Finding.state,
        col(Finding.acknowledged_at).is_not(None).label("received"),
        lapsed(now).label("lapsed"),
        Finding.sign_by,
        Finding.review_by,
    )


def _joined(*columns: Any) -> Select[Any]:
    """Findings with their letters."""
    return select_columns(*columns).join_from(
        Finding, Letter, col(Letter.id) == col(Finding.letter_id)
    )


def _due_from(day: date) -> ColumnElement[bool]:
    # Due is 24:00 of the last day; the ledger's index knows due instants.
    return and_(is_open(), col(Finding.due_at) > start_of_day(day))


def _follows_its_letter() -> ColumnElement[bool]:
    return and_(
        col(Finding.letter_id).is_not(None),
        col(Finding.original_last_day).is_not(None),
        _has(Event.ISSUE),
        not_(_has(Event.EXTEND, Event.REOPEN, Event.REINSTATE)),
    )


def _has(*events: Event) -> ColumnElement[bool]:
    return exists().where(
        col(TransitionRecord.finding_id) == col(Finding.id), col(TransitionRecord.event).in_(events)
    )
