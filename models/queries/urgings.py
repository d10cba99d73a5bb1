"""What urging by hand needs to know, asked for all its findings at once."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from models.escalation import Notice
from models.finding import Finding
from models.letter import Letter
from models.message import URGED, Message
from models.organization import Organization
from models.queries.findings import Row, state_at
from models.queries.scope import Scope
from models.transitions import State


def rows_by_id(session: Session, ids: Collection[int], now: datetime, *, scope: Scope) -> list[Row]:
    """The findings with these ids within ``scope``, by letter and item."""
    query = (
        select(Finding, Letter, Organization, state_at(now))
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .where(col(Finding.id).in_(ids), scope.of(Finding.organization_id))
        .order_by(col(Finding.letter_id), col(Finding.item), col(Finding.id))
    )
    return [Row(f, letter, org, State(state)) for f, letter, org, state in session.exec(query)]


def letters_urged(session: Session, letters: Iterable[Letter], since: datetime) -> set[int]:
    """The ids of those letters about which somebody has urged by hand since then."""
    letters = list(letters)
    query = select(Message.letter_id).where(
        # The two columns of its index lead to the mails about acts.
        col(Message.run_id).is_(None),
        col(Message.organization_id).in_({letter.organization_id for letter in letters}),
        col(Message.letter_id).in_([letter.id for letter in letters]),
        Message.template == URGED,
        Message.queued_at >= since,
    )
    return {letter_id for letter_id in session.exec(query) if letter_id is not None}


def findings_told(
    session: Session, findings: Sequence[Finding], rungs: Collection[str], since: datetime
) -> set[int]:
    """The ids of those findings of which a night has told one of ``rungs`` since then."""
    query = select(Notice.finding_id).where(
        col(Notice.due_on).in_({f.last_day for f in findings if f.last_day is not None}),
        col(Notice.finding_id).in_([finding.id for finding in findings]),
        col(Notice.rung).in_(rungs),
        Notice.recorded_at >= since,
        col(Notice.withdrawn_at).is_(None),
    )
    return set(session.exec(query))
