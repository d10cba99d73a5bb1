"""Named reads of letters."""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, tuple_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from config.language import _
from models.errors import BadInput, NotFound
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.organization import Organization
from models.queries.findings import Row, is_open, of_letter, state_at
from models.queries.scope import EVERYTHING, Scope
from models.transitions import State, has_lapsed


def letter_by_reference(session: Session, reference: str) -> Letter:
    """The letter that people call ``12``, ``2023-12`` or ``示纪函〔2023〕12号``.

    Raises:
        BadInput: the reference has another form, or fits letters of several years.
        NotFound: there is no such letter.
    """
    query = select(Letter)
    if match := re.fullmatch(r"(?:(\d{4})-)?(\d{1,9})", reference):
        query = query.where(Letter.sequence == int(match[2]))
        if match[1]:
            query = query.where(Letter.year == int(match[1]))
    elif match := re.fullmatch(r"\S*?[〔\[（(](\d{4})[〕\]）)]\s*0*(\d{1,9})号?", reference):
        query = query.where(Letter.year == int(match[1]), Letter.sequence == int(match[2]))
    else:
        raise BadInput(
            _("“{reference}” names no letter; write 12, 2023-12 or the full number.").format(
                reference=reference
            )
        )
    rows = session.exec(query).all()
    if not rows:
        raise NotFound(_("There is no letter {reference}.").format(reference=reference))
    if len(rows) > 1:
        raise BadInput(
            _("Letter {reference} exists in several years; write the year too.").format(
                reference=reference
            )
        )
    return rows[0]


def letters(session: Session, limit: int = 200, *, scope: Scope = EVERYTHING) -> Sequence[Letter]:
    """Letters, the newest first."""
    query = select(Letter).where(scope.of(Letter.organization_id))
    return session.exec(query.order_by(*_NEWEST_FIRST).limit(limit)).all()


def letters_to(session: Session, organization_id: int) -> Sequence[Letter]:
    """One organization's letters, the newest first."""
    query = select(Letter).where(Letter.organization_id == organization_id)
    return session.exec(query.order_by(*_NEWEST_FIRST)).all()


class Tally(NamedTuple):
    """How the findings of one letter stand: all, still open, overdue, and without a receipt.

    What was withdrawn is among all of them and waits for nothing.
    """

    findings: int = 0
    open: int = 0
    overdue: int = 0
    unreceived: int = 0


class Line(NamedTuple):
    """One letter of a list with its addressee."""

    letter: Letter
    organization: Organization
    tally: Tally

    @property
    def reference(self) -> str:
        """What people call it: ``2023-12``."""
        return reference_of(self.letter)


def reference_of(letter: Letter) -> str:
    """What people call a letter: ``2023-12``."""
    return f"{letter.year}-{letter.sequence}"


def letter_lines(
    session: Session,
    *,
    scope: Scope,
    now: datetime,
    limit: int,
    before: tuple[int, int] | None = None,
) -> list[Line]:
    """At most ``limit`` letters, the newest first, from before a (year, number) on."""
    query = _with_addressee().where(scope.of(Letter.organization_id))
    if before is not None:
        number = tuple_(col(Letter.year), col(Letter.sequence))
        query = query.where(number < tuple_(*map(literal, before)))
    return _lines(session, query.order_by(*_NEWEST_FIRST).limit(limit), now)


def lines_between(
    session: Session, year: int, first: int, last: int, *, scope: Scope, now: datetime
) -> list[Line]:
    """The letters of a year with these numbers, in their order."""
    query = _with_addressee().where(
        col(Letter.year) == year,
        col(Letter.sequence).between(first, last),
        scope.of(Letter.organization_id),
    )
    return _lines(session, query.order_by(col(Letter.sequence)), now)


def rows_of_letter(
    session: Session, letter: Letter, organization: Organization, now: datetime
) -> list[Row]:
    """The findings of one letter as lines of a list, in its order."""
    return [
        Row(
            finding, letter, organization,
            State.OVERDUE if has_lapsed(finding.state, finding.due_at, now) else finding.state,
        )
        for finding in of_letter(session, letter.id or 0)
    ]  # fmt: skip


def mails_about(
    session: Session, letter_ids: Collection[int], *, limit: int, template: str | None = None
) -> Sequence[Message]:
    """The mails about these letters, the oldest first; of one kind where ``template`` says so."""
    query = select(Message).where(col(Message.letter_id).in_(letter_ids))
    if template is not None:
        query = query.where(Message.template == template)
    order = (col(Message.queued_at), col(Message.contact_id), col(Message.id))
    return session.exec(query.order_by(*order).limit(limit)).all()


_NEWEST_FIRST = (col(Letter.year).desc(), col(Letter.sequence).desc())


def _with_addressee() -> Select[tuple[Letter, Organization]]:
    return columns(Letter, Organization).join(
        Organization, col(Letter.organization_id) == col(Organization.id)
    )


def _lines(session: Session, query: Any, now: datetime) -> list[Line]:
    found: list[tuple[Letter, Organization]] = [tuple(row) for row in session.execute(query)]
    tallies = _tallies(session, [letter.id or 0 for letter, _organization in found], now)
    return [
        Line(letter, organization, tallies.get(letter.id or 0, Tally()))
        for letter, organization in found
    ]


def _tallies(session: Session, letter_ids: Collection[int], now: datetime) -> dict[int, Tally]:
    # A period that ended unrecorded makes an issued finding overdue; its receipt stays missing.
    waits = and_(col(Finding.acknowledged_at).is_(None), is_open())
    query = (
        columns(
            col(Finding.letter_id),
            func.count(),
            _how_many(is_open()),
            _how_many(state_at(now) == State.OVERDUE.value),
            _how_many(waits),
        )
        .where(col(Finding.letter_id).in_(letter_ids))
        .group_by(col(Finding.letter_id))
    )
    return {row[0]: Tally(*map(int, row[1:])) for row in session.execute(query)}


def _how_many(fits: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((fits, 1), else_=0))
