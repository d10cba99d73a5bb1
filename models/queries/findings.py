"""Named reads of findings."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, literal, or_
from sqlmodel import Session, col, select

from config.language import _
from models.errors import BadInput, NotFound
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.transitions import OPEN_STATES, RUNNING_STATES, State, has_lapsed


def lapsed(now: datetime) -> ColumnElement[bool]:
    """``models.transitions.has_lapsed`` in SQL: the period ended, recorded yet or not."""
    return and_(col(Finding.state).in_(RUNNING_STATES), col(Finding.due_at) <= now)


def state_at(now: datetime) -> ColumnElement[str]:
    """The state as a reader must see it at ``now``, even if the check has stopped."""
    return case((lapsed(now), literal(State.OVERDUE.value)), else_=col(Finding.state))


def is_open() -> ColumnElement[bool]:
    """Issued and not yet rectified or withdrawn."""
    return col(Finding.state).in_(OPEN_STATES)


def finding_by_reference(session: Session, reference: str) -> Finding:
    """The finding that people call ``#17``, ``12-3`` or ``2023-12-3``.

    Raises:
        BadInput: the reference has another form, or fits findings of several years.
        NotFound: there is no such finding.
    """
    if match := re.fullmatch(r"#?(\d{1,18})", reference):
        found = session.get(Finding, int(match[1]))
        if found is None:
            raise NotFound(_("There is no finding {reference}.").format(reference=reference))
        return found
    match = re.fullmatch(r"(?:(\d{4})-)?(\d{1,9})-(\d{1,9})", reference)
    if match is None:
        raise BadInput(
            _("“{reference}” names no finding; write #17, 12-3 or 2023-12-3.").format(
                reference=reference
            )
        )
    query = (
        select(Finding)
        .join(Letter, col(Finding.letter_id) == col(Letter.id))
        .where(Letter.sequence == int(match[2]), Finding.item == int(match[3]))
    )
    if match[1]:
        query = query.where(Letter.year == int(match[1]))
    rows = session.exec(query).all()
    if not rows:
        raise NotFound(_("There is no finding {reference}.").format(reference=reference))
    if len(rows) > 1:
        raise BadInput(
            _("“{reference}” exists in several years; write the year too, as in 2023-12-3.").format(
                reference=reference
            )
        )
    return rows[0]


def drafts(
    session: Session,
    *,
    organizations: Sequence[int] = (),
    ids: Sequence[int] = (),
    batch_id: int | None = None,
) -> list[Finding]:
    """Findings that no letter has carried yet, by organization and order of arrival.

    Each argument narrows them down; nothing given means all.
    """
    query = select(Finding).where(Finding.state == State.DRAFT)
    if organizations:
        query = query.where(col(Finding.organization_id).in_(organizations))
    if ids:
        query = query.where(col(Finding.id).in_(ids))
    if batch_id is not None:
        query = query.where(Finding.batch_id == batch_id)
    return list(session.exec(query.order_by(col(Finding.organization_id), col(Finding.id))))


def due_from(session: Session, day: date) -> list[Finding]:
    """Open findings whose last day is ``day`` or later, by organization and letter."""
    query = select(Finding).where(is_open(), col(Finding.last_day) >= day)
    return list(
        session.exec(
            query.order_by(col(Finding.organization_id), col(Finding.letter_id), col(Finding.item))
        )
    )


def in_letter_order(session: Session, ids: Collection[int]) -> list[Finding]:
    """The findings with these ids, by letter and item."""
    query = select(Finding).where(col(Finding.id).in_(ids))
    return list(session.exec(query.order_by(col(Finding.letter_id), col(Finding.item))))


def findings_by_id(session: Session, ids: Collection[int]) -> dict[int, Finding]:
    """The findings with these ids, by id."""
    query = select(Finding).where(col(Finding.id).in_(ids))
    return {finding.id: finding for finding in session.exec(query) if finding.id is not None}


def of_letter(session: Session, letter_id: int) -> list[Finding]:
    """The findings of one letter, in its order."""
    query = select(Finding).where(Finding.letter_id == letter_id).order_by(col(Finding.item))
    return list(session.exec(query))


@dataclass(frozen=True, slots=True)
class Filter:
    """What ``finding list`` can be narrowed by; an empty filter lists everything issued."""

    states: tuple[State, ...] = ()
    organization: str | None = None
    group: str | None = None
    due_from: date | None = None
    due_to: date | None = None
    rung: int | None = None
    became_overdue_from: date | None = None
    became_overdue_to: date | None = None
    letter: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: the finding, its letter's and organization's names, its state now."""

    finding: Finding
    letter: Letter | None
    organization: Organization
    state: State

    @property
    def reference(self) -> str:
        """What people call it: ``2023-12-3``, or ``#17`` before a letter carries it."""
        if self.letter is None:
            return f"#{self.finding.id}"
        return f"{self.letter.year}-{self.letter.sequence}-{self.finding.item}"


def listed(
    session: Session, wanted: Filter, now: datetime, *, limit: int | None = None, offset: int = 0
) -> list[Row]:
    """Findings that fit, the most urgent first: by due instant, then letter and item."""
    query = (
        select(Finding, Letter, Organization, state_at(now))
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .where(*conditions(wanted, now))
        .order_by(
            col(Finding.due_at).is_(None),
            col(Finding.due_at),
            col(Letter.year),
            col(Letter.sequence),
            col(Finding.item),
            col(Finding.id),
        )
        .limit(limit)
        .offset(offset)
    )
    return [Row(f, letter, org, State(state)) for f, letter, org, state in session.exec(query)]


def row_of(session: Session, finding: Finding, now: datetime) -> Row:
    """One finding as a line of a list."""
    letter = session.get(Letter, finding.letter_id) if finding.letter_id else None
    organization = session.get_one(Organization, finding.organization_id)
    lapsed_now = has_lapsed(finding.state, finding.due_at, now)
    return Row(finding, letter, organization, State.OVERDUE if lapsed_now else finding.state)


def conditions(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    """The filter as SQL conditions on findings joined with their organization."""
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(state_at(now).in_([state.value for state in wanted.states]))
    if wanted.organization:
        found.append(
            or_(
                col(Organization.code) == wanted.organization,
                col(Organization.name) == wanted.organization,
                col(Organization.name_en) == wanted.organization,
            )
        )
    if wanted.group:
        found.append(col(Organization.ranking_group) == wanted.group)
    if wanted.due_from:
        found.append(col(Finding.last_day) >= wanted.due_from)
    if wanted.due_to:
        found.append(col(Finding.last_day) <= wanted.due_to)
    if wanted.rung is not None:
        found.append(col(Finding.rung) == wanted.rung)
    if wanted.letter is not None:
        found.append(col(Finding.letter_id) == wanted.letter)
    if wanted.text:
        found.append(col(Finding.text).contains(wanted.text, autoescape=True))
    return found + _became_overdue(wanted, now)


def _became_overdue(wanted: Filter, now: datetime) -> list[ColumnElement[bool]]:
    # The day of becoming overdue is the day after the last day, recorded or not.
    first, last = wanted.became_overdue_from, wanted.became_overdue_to
    if first is None and last is None:
        return []
    was = or_(col(Finding.overdue_at).is_not(None), lapsed(now))
    found: list[ColumnElement[bool]] = [was]
    if first is not None:
        found.append(col(Finding.last_day) >= date.fromordinal(first.toordinal() - 1))
    if last is not None:
        found.append(col(Finding.last_day) <= date.fromordinal(last.toordinal() - 1))
    return found
