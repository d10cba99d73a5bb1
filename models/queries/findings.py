"""Named reads of findings."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, literal
from sqlmodel import Session, col, select

from config.language import _
from models.errors import BadInput, NotFound
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.transitions import OPEN_PHASES, RUNNING_STATES, State, has_lapsed


def lapsed(now: datetime) -> ColumnElement[bool]:
    """``models.transitions.has_lapsed`` in SQL: the period ended, recorded yet or not."""
    return and_(col(Finding.state).in_(RUNNING_STATES), col(Finding.due_at) <= now)


def state_at(now: datetime) -> ColumnElement[str]:
    """The state as a reader must see it at ``now``, even if the check has stopped."""
    return case((lapsed(now), literal(State.OVERDUE.value)), else_=col(Finding.state))


def is_open() -> ColumnElement[bool]:
    """Issued and not yet rectified or withdrawn."""
    return col(Finding.phase).in_(OPEN_PHASES)


def finding_by_reference(session: Session, reference: str) -> Finding:
    """The finding that people call ``#17``, ``12-3`` or ``2023-12-3``.

    Raises:
        BadInput: the reference has another form, or fits findings of several years.
        NotFound: there is no such finding.
    """
    return _called(session, reference)[0]


def row_by_reference(session: Session, reference: str, now: datetime) -> "Row":
    """The same as a line of a list.

    Raises:
        BadInput: the reference has another form, or fits findings of several years.
        NotFound: there is no such finding.
    """
    finding, letter, organization = _called(session, reference)
    return Row(finding, letter, organization, _state_now(finding, now))


def _called(session: Session, reference: str) -> tuple[Finding, Letter | None, Organization]:
    query = (
        select(Finding, Letter, Organization)
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
    )
    if match := re.fullmatch(r"#?(\d{1,18})", reference):
        query = query.where(Finding.id == int(match[1]))
    elif match := re.fullmatch(r"(?:(\d{4})-)?(\d{1,9})-(\d{1,9})", reference):
        query = query.where(Letter.sequence == int(match[2]), Finding.item == int(match[3]))
        if match[1]:
            query = query.where(Letter.year == int(match[1]))
    else:
        raise BadInput(
            _("“{reference}” names no finding; write #17, 12-3 or 2023-12-3.").format(
                reference=reference
            )
        )
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
    query = select(Finding).where(Finding.phase == State.DRAFT)
    if organizations:
        query = query.where(col(Finding.organization_id).in_(organizations))
    if ids:
        query = query.where(col(Finding.id).in_(ids))
    if batch_id is not None:
        query = query.where(Finding.batch_id == batch_id, col(Finding.issued_at).is_(None))
    return list(session.exec(query.order_by(col(Finding.organization_id), col(Finding.id))))


def in_letter_order(session: Session, ids: Collection[int]) -> list[Finding]:
    """The findings with these ids, by letter and item."""
    query = select(Finding).where(col(Finding.id).in_(ids))
    return list(session.exec(query.order_by(col(Finding.letter_id), col(Finding.item))))


def of_letter(session: Session, letter_id: int) -> list[Finding]:
    """The findings of one letter, in its order."""
    query = select(Finding).where(Finding.letter_id == letter_id).order_by(col(Finding.item))
    return list(session.exec(query))


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


def rows_by_id(session: Session, ids: Collection[int], now: datetime) -> dict[int, Row]:
    """The findings with these ids as lines of a list, by id."""
    query = (
        select(Finding, Letter, Organization)
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .where(col(Finding.id).in_(ids))
    )
    return {
        finding.id or 0: Row(finding, letter, organization, _state_now(finding, now))
        for finding, letter, organization in session.exec(query)
    }


def row_of(session: Session, finding: Finding, now: datetime) -> Row:
    """One finding as a line of a list."""
    letter = session.get(Letter, finding.letter_id) if finding.letter_id else None
    organization = session.get_one(Organization, finding.organization_id)
    return Row(finding, letter, organization, _state_now(finding, now))


def _state_now(finding: Finding, now: datetime) -> State:
    return State.OVERDUE if has_lapsed(finding.state, finding.due_at, now) else finding.state
