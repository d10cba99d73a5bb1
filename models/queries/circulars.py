"""What a circular is about: the steps of that level that somebody approved on one day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select as columns
from sqlmodel import Session, col

from models.calendar import civil_date, start_of_day
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.decisions import Case
from models.queries.findings import Row, state_at
from models.queries.scope import EVERYTHING, Scope
from models.transitions import State

CIRCULAR = 2
"""The level of the ladder that a circular carries out."""


def circulars_approved(
    session: Session, day: date, now: datetime, scope: Scope = EVERYTHING
) -> list[Case[Escalation]]:
    """The standing approvals of a civil day, with their findings as of ``now``."""
    query = (
        columns(Escalation, Finding, Letter, Organization, state_at(now))
        .join(Finding, col(Escalation.finding_id) == col(Finding.id))
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id))
        .where(
            col(Escalation.state) == EscalationState.APPROVED,
            col(Escalation.level) == CIRCULAR,
            col(Escalation.decided_at) >= start_of_day(day),
            col(Escalation.decided_at) < start_of_day(day + timedelta(days=1)),
            scope.of(Finding.organization_id),
        )
        .order_by(col(Escalation.id))
    )
    return [
        Case(Row(finding, letter, organization, State(state)), record)
        for record, finding, letter, organization, state in session.execute(query)
    ]


def circular_days(decided: Iterable[Case[Escalation]]) -> list[date]:
    """The civil days on which circulars were approved that stand, the newest first."""
    return sorted(
        {
            civil_date(case.record.decided_at)
            for case in decided
            if case.record.state is EscalationState.APPROVED
            and case.record.level == CIRCULAR
            and case.record.decided_at is not None
        },
        reverse=True,
    )
