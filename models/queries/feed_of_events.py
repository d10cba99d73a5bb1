"""Everything that happened to findings, in the order in which it was written down."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.scope import Scope
from models.transition_log import TransitionRecord


class Happened(NamedTuple):
    """One arrow that a finding took, and what people call the finding."""

    record: TransitionRecord
    finding: Finding
    letter: Letter | None
    organization: Organization


def events_after(session: Session, number: int, *, scope: Scope, limit: int) -> Sequence[Happened]:
    """The arrows numbered above ``number``, the oldest first."""
    query = (
        select(TransitionRecord, Finding, Letter, Organization)
        .join(Finding, col(TransitionRecord.finding_id) == col(Finding.id))
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .where(col(TransitionRecord.id) > number, scope.of(Finding.organization_id))
        .order_by(col(TransitionRecord.id))
        .limit(limit)
    )
    return [Happened(*row) for row in session.exec(query)]
