"""Named reads of evidence files and of the reports that are being written."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from models.queries.numbers import by_number
from models.report_draft import ReportDraft
from models.submission import Evidence


def evidence_numbered(session: Session, evidence_id: int) -> Evidence | None:
    """The file with this number; none where there is none."""
    return by_number(session, Evidence, evidence_id)


def evidence_on(session: Session, finding_id: int) -> Sequence[Evidence]:
    """Every file of one finding, those that wait with its draft among them."""
    query = select(Evidence).where(Evidence.finding_id == finding_id)
    return session.exec(query.order_by(col(Evidence.id))).all()


def waiting_evidence(session: Session, finding_ids: Collection[int]) -> Sequence[Evidence]:
    """The files of these findings that no report has taken along yet."""
    query = select(Evidence).where(
        col(Evidence.finding_id).in_(finding_ids), col(Evidence.submission_id).is_(None)
    )
    return session.exec(query.order_by(col(Evidence.id))).all()


def evidence_with(session: Session, submission_ids: Collection[int]) -> Sequence[Evidence]:
    """The files that these reports took along."""
    query = select(Evidence).where(col(Evidence.submission_id).in_(submission_ids))
    return session.exec(query.order_by(col(Evidence.id))).all()


def drafts_of(session: Session, finding_ids: Collection[int]) -> dict[int, ReportDraft]:
    """The reports on these findings that are being written, by finding."""
    query = select(ReportDraft).where(col(ReportDraft.finding_id).in_(finding_ids))
    return {draft.finding_id: draft for draft in session.exec(query)}


def places_kept(session: Session, places: Collection[str]) -> set[str]:
    """Which of these places in the evidence folder a file on record has."""
    query = select(Evidence.place).where(col(Evidence.place).in_(places))
    return {place for place in session.exec(query) if place is not None}
