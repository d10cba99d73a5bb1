"""Named reads for comparing a ledger with what is stored."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.finding import Finding
from models.installation import ImportBatch

_AT_ONCE = 500


def findings_by_key(session: Session, keys: Sequence[str]) -> dict[str, Finding]:
    """The stored findings that have one of these keys."""
    found: dict[str, Finding] = {}
    for start in range(0, len(keys), _AT_ONCE):
        chunk = keys[start : start + _AT_ONCE]
        query = select(Finding).where(col(Finding.key).in_(chunk))
        found.update({finding.key: finding for finding in session.exec(query)})
    return found


def findings_of(
    session: Session, organization_id: int, code: str | None, at_most: int
) -> Sequence[Finding]:
    """One organization's findings, those with ``code`` if it is given; none if there are more."""
    query = select(Finding).where(Finding.organization_id == organization_id)
    if code is not None:
        query = query.where(Finding.code == code)
    found = session.exec(query.order_by(col(Finding.id)).limit(at_most + 1)).all()
    return found if len(found) <= at_most else []


def import_batches(session: Session) -> Sequence[ImportBatch]:
    """Every ledger that was applied, the newest first."""
    return session.exec(select(ImportBatch).order_by(col(ImportBatch.id).desc())).all()


def findings_of_batch(session: Session, batch_id: int) -> Sequence[Finding]:
    """The findings that a ledger brought in."""
    query = select(Finding).where(Finding.batch_id == batch_id).order_by(col(Finding.id))
    return session.exec(query).all()
