"""Everything on record about some findings, read at once for a page of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.submission import Submission
from models.transition_log import TransitionRecord

Place = tuple[int, int]
"""A finding's letter and item."""


def issued_page(
    session: Session, after: Place | None, limit: int, organization_id: int | None = None
) -> Sequence[Finding]:
    """The next findings that stand in letters, by letter and item."""
    query = select(Finding).where(col(Finding.letter_id).is_not(None))
    if after is not None:
        query = query.where(tuple_(col(Finding.letter_id), col(Finding.item)) > after)
    if organization_id is not None:
        query = query.where(Finding.organization_id == organization_id)
    return session.exec(
        query.order_by(col(Finding.letter_id), col(Finding.item)).limit(limit)
    ).all()


def histories(session: Session, ids: Collection[int]) -> Sequence[TransitionRecord]:
    """Every arrow that these findings took, oldest first."""
    query = select(TransitionRecord).where(col(TransitionRecord.finding_id).in_(ids))
    return session.exec(
        query.order_by(col(TransitionRecord.finding_id), col(TransitionRecord.version))
    ).all()


def limit_days(
    findings: Iterable[Finding],
    history: Iterable[TransitionRecord],
    reports: Iterable[Submission],
) -> set[date]:
    """Every last day that a rung of these findings could ever count from."""
    signs = {finding.sign_by for finding in findings if finding.sign_by is not None}
    ends = {
        date.fromisoformat(record.details["deadline"]["last_day"])
        for record in history
        if "deadline" in record.details
    }
    return signs | ends | {report.review_by for report in reports}


def notices_told(
    session: Session, ids: Collection[int], days: Collection[date]
) -> Sequence[Notice]:
    """Every rung that was told of these findings; ``days`` are their ``limit_days``."""
    query = select(Notice).where(
        col(Notice.due_on).in_(days),
        col(Notice.finding_id).in_(ids),
        col(Notice.withdrawn_at).is_(None),
    )
    order = (col(Notice.recorded_at), col(Notice.effective_on), col(Notice.id))
    return session.exec(query.order_by(*order)).all()


def notices_withdrawn(session: Session, ids: Collection[int]) -> Sequence[Notice]:
    """Every rung that was to be told of these findings and was true no more."""
    query = select(Notice).where(
        col(Notice.finding_id).in_(ids), col(Notice.withdrawn_at).is_not(None)
    )
    return session.exec(query).all()


def proposals(session: Session, ids: Collection[int]) -> Sequence[Escalation]:
    """Every proposal on these findings."""
    return session.exec(select(Escalation).where(col(Escalation.finding_id).in_(ids))).all()


def requests(session: Session, ids: Collection[int]) -> Sequence[ExtensionRequest]:
    """Every request for more time for these findings."""
    query = select(ExtensionRequest).where(col(ExtensionRequest.finding_id).in_(ids))
    return session.exec(query).all()


def reports(session: Session, ids: Collection[int]) -> Sequence[Submission]:
    """Every report on these findings, oldest first."""
    query = select(Submission).where(col(Submission.finding_id).in_(ids))
    return session.exec(query.order_by(col(Submission.id))).all()
