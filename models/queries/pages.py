"""The ledger page by page: any page costs about as much as the first.

A page begins after a place in the order, never after a number of rows. What a reader calls a
state is a few stretches of the index by phase: overdue at ``now`` are those of both running
phases whose due instant has passed, recorded or not. Each stretch gives its first rows, and the
page is the first of all of them; only its own rows are joined with letter and organization.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    TextClause,
    and_,
    func,
    literal,
    or_,
    text,
    tuple_,
    union_all,
)
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from models.calendar import start_of_day
from models.columns import UTCDateTime
from models.finding import LEDGER_ORDER, NOT_OPEN, OPEN, Finding
from models.ledger_place import Place
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import Row, lapsed, state_at
from models.queries.ledger_order import Key, Sort, beyond, keys_of, ordered, values_at
from models.queries.particulars import ANYTHING, Particulars
from models.queries.scope import Scope
from models.transitions import OPEN_STATES, PHASES, RUNNING_STATES, State

_ORDER = tuple(col(getattr(Finding, name)) for name in LEDGER_ORDER)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list can be narrowed by; an empty filter lists everything.

    States, organization, letter (their ids) and the ranges of days are found through an
    index. Group, rung, text, ``escalated`` (a proposal stands), ``particulars`` and ``within``
    (the path above the organizations) are looked for row by row in what the others leave: where
    they fit seldom, a page reads on until it is full.
    """

    states: tuple[State, ...] = ()
    organization: int | None = None
    group: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    rung: int | None = None
    became_overdue_from: date | None = None
    became_overdue_to: date | None = None
    letter: int | None = None
    text: str | None = None
    within: str | None = None
    escalated: bool = False
    particulars: Particulars = ANYTHING
    sort: Sort = Sort.DUE


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in order, and the place after which the next page begins; none after the last."""

    rows: list[Row]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings fit a filter, by state, and how many of them run out soon."""

    states: Counter[State]
    due_soon: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Findings in one phase, due later than ``after`` and not later than ``until``.

    Drafts have no due instant; without a phase it is the findings of one letter, or the open
    ones of one organization.
    """

    phase: State | None
    after: datetime | None = None
    until: datetime | None = None


def page(
    session: Session, wanted: Filter, now: datetime, *, limit: int, after: Place | None = None
) -> Page:
    """At most ``limit`` findings that fit, in the order that is wanted, from ``after`` on.

    The order of the index, by due instant, and its reverse cost the same wherever a page begins;
    in the others all that fits is sorted.
    """
    also, keys = _also(wanted, now), keys_of(wanted.sort)
    here = values_at(session, wanted.sort, after) if after else {}
    parts = [
        _listed(wanted.sort, drafts=stretch.phase is State.DRAFT)
        .where(*within, *_of_index(wanted, stretch, now), *also)
        .limit(limit + 1)
        for stretch in _stretches(wanted, now)
        if (within := _from(stretch, after, wanted.sort, here)) is not None
    ]
    if not parts:
        return Page([], None)
    found = _first_of(parts, keys, limit + 1)
    query = (
        select(Finding, Letter, Organization, state_at(now))
        .join(found, col(Finding.id) == found.c.id)
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .order_by(found.c.is_draft, *ordered(keys, found))
    )
    rows = [Row(f, letter, org, State(state)) for f, letter, org, state in session.exec(query)]
    more = len(rows) > limit
    return Page(rows[:limit], _place_of(rows[limit - 1].finding) if more else None)


def tally(session: Session, wanted: Filter, now: datetime, *, soon: date) -> Tally:
    """How many findings fit; ``soon`` is the last day of those that count as due soon."""
    runs_out = and_(
        state_at(now).in_([state.value for state in RUNNING_STATES]),
        col(Finding.due_at) <= start_of_day(soon + timedelta(days=1)),
    )
    states: Counter[State] = Counter()
    due_soon = 0
    for stretch in _stretches(wanted, now):
        # A stretch without a place to begin after is never left out.
        within = _within(stretch, None) or []
        part = (
            columns(state_at(now).label("stands"), func.count(), func.count().filter(runs_out))
            .select_from(Finding)
            .where(*within, *_of_index(wanted, stretch, now), *_also(wanted, now))
            .group_by("stands")
        )
        for state, n, of_them in session.connection().execute(part):
            states[State(state)] += n
            due_soon += of_them
    return Tally(states, due_soon)


def _listed(sort: Sort, *, drafts: bool) -> Select[Any]:
    """The findings in order, each with the columns that the order needs."""
    keys = keys_of(sort)
    query = columns(
        *(key.column.label(key.name) for key in keys), literal(drafts).label("is_draft")
    ).select_from(Finding)
    if sort is Sort.ORGANIZATION:
        query = query.join(Organization, col(Finding.organization_id) == col(Organization.id))
    return query.order_by(*ordered(keys if not drafts else keys_of(sort, drafts=True)))


def _first_of(parts: Sequence[Select[Any]], keys: Sequence[Key], limit: int) -> Subquery:
    if len(parts) == 1:
        return parts[0].subquery("page")
    every = union_all(*(columns(part.subquery()) for part in parts)).subquery("stretches")
    order = [every.c.is_draft, *ordered(keys, every)]
    return columns(every).order_by(*order).limit(limit).subquery("page")


def _place_of(finding: Finding) -> Place:
    return Place(finding.due_at, finding.letter_id or 0, finding.item or 0, finding.id or 0)


def _stretches(wanted: Filter, now: datetime) -> Iterator[_Stretch]:
    # A period ends at 24:00 of its last day, and the finding is overdue on the day after.
    one = timedelta(days=1)
    lower = [(wanted.due_from, 0 * one), (wanted.became_overdue_from, -one)]
    upper = [(wanted.due_to, one), (wanted.became_overdue_to, 0 * one)]
    after = max((start_of_day(day + by) for day, by in lower if day), default=None)
    until = min((start_of_day(day + by) for day, by in upper if day), default=None)
    states = wanted.states or tuple(State)
    if wanted.letter is not None:
        yield _Stretch(None, after, until)
        return
    if wanted.organization is not None and not set(states).isdisjoint(OPEN_STATES):
        yield _Stretch(None, after, until)
        states = tuple(state for state in states if state not in OPEN_STATES)
    for phase in PHASES:
        if phase in RUNNING_STATES:
            first = after if State.OVERDUE in states else max(after or now, now)
            last = until if phase in states else min(until or now, now)
            if phase in states or State.OVERDUE in states:
                yield _Stretch(phase, first, last)
        elif phase in states and (phase is not State.DRAFT or after is until is None):
            yield _Stretch(phase, after, until)


def _from(
    stretch: _Stretch, place: Place | None, sort: Sort, here: Mapping[str, ColumnElement[Any]]
) -> list[ColumnElement[bool]] | None:
    """The conditions of a stretch from ``place`` on; none where nothing of it comes after."""
    drafts = stretch.phase is State.DRAFT
    if sort is Sort.DUE or place is None or (drafts and place.due_at is not None):
        return _within(stretch, place)
    if place.due_at is None and not drafts:
        return None
    return [*(_within(stretch, None) or []), beyond(keys_of(sort, drafts=drafts), here)]


def _within(stretch: _Stretch, place: Place | None) -> list[ColumnElement[bool]] | None:
    """The same in the order of the index.

    Of two lower bounds only the later one is said: a database would look up either.
    """
    found = [] if stretch.phase is None else [col(Finding.phase) == stretch.phase]
    if stretch.phase is State.DRAFT:
        # Said of every column of the order, so that the index leads to the id.
        found += [column.is_(None) for column in _ORDER[:-1]]
        return found + ([] if place is None or place.due_at else [col(Finding.id) > place.id])
    if stretch.until is not None:
        found.append(col(Finding.due_at) <= stretch.until)
    if place is None or (
        place.due_at is not None and stretch.after is not None and place.due_at <= stretch.after
    ):
        return found + ([] if stretch.after is None else [col(Finding.due_at) > stretch.after])
    if place.due_at is None or (stretch.until is not None and place.due_at > stretch.until):
        return None
    here = (
        literal(place.due_at, UTCDateTime),
        literal(place.letter),
        literal(place.item),
        literal(place.id),
    )
    return [*found, tuple_(*_ORDER) > tuple_(*here)]


def _of_index(
    wanted: Filter, stretch: _Stretch, now: datetime
) -> list[ColumnElement[bool] | TextClause]:
    """What leads to the index of one letter or organization, and the states looked for in it."""
    if wanted.letter is None and wanted.organization is None:
        return []
    found: list[ColumnElement[bool] | TextClause] = []
    if wanted.letter is None:
        found.append(text(OPEN if stretch.phase is None else NOT_OPEN))
    if stretch.phase is None:
        found.append(state_at(now).in_([state.value for state in wanted.states or State]))
    return found


def _also(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """The rest of the filter."""
    found: list[ColumnElement[bool]] = []
    if wanted.organization is not None:
        found.append(col(Finding.organization_id) == wanted.organization)
    if wanted.letter is not None:
        found.append(col(Finding.letter_id) == wanted.letter)
    if wanted.group is not None:
        of_group = select(Organization.id).where(Organization.ranking_group == wanted.group)
        found.append(col(Finding.organization_id).in_(of_group))
    if wanted.within is not None:
        found.append(Scope(path=wanted.within).of(Finding.organization_id))
    if wanted.rung is not None:
        found.append(col(Finding.rung) == wanted.rung)
    if wanted.escalated:
        found.append(col(Finding.escalated).is_(True))
    if wanted.text:
        found.append(col(Finding.text).contains(wanted.text, autoescape=True))
    if wanted.became_overdue_from is not None or wanted.became_overdue_to is not None:
        found.append(or_(col(Finding.overdue_at).is_not(None), lapsed(now)))
    return found + wanted.particulars.conditions()
