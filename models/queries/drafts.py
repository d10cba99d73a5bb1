"""Named reads of what waits to be issued: whose drafts there are, and which ledger brought them."""

from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.finding import Finding
from models.finding_count import FindingCount
from models.installation import ImportBatch
from models.organization import Organization
from models.transitions import State


def count_drafts(session: Session) -> int:
    """How many findings wait to be issued."""
    query = select(func.coalesce(func.sum(FindingCount.n), 0)).where(
        FindingCount.state == State.DRAFT
    )
    return int(session.exec(query).one())


def waiting_organizations(session: Session) -> Sequence[tuple[Organization, int]]:
    """Organizations with drafts and how many, by path."""
    query = (
        select(Organization, func.count())
        .join(Finding, col(Finding.organization_id) == col(Organization.id))
        .where(Finding.phase == State.DRAFT)
        .group_by(col(Organization.id))
        .order_by(col(Organization.path))
    )
    return session.exec(query).all()


def waiting_imports(session: Session) -> Sequence[tuple[ImportBatch, int]]:
    """Ledgers that brought drafts and how many still wait, the newest first."""
    waiting = (
        select(Finding.batch_id, func.count().label("n"))
        .where(Finding.phase == State.DRAFT)
        .group_by(col(Finding.batch_id))
        .subquery()
    )
    query = select(ImportBatch, waiting.c.n).join(
        waiting, col(ImportBatch.id) == waiting.c.batch_id
    )
    return session.exec(query.order_by(col(ImportBatch.id).desc())).all()
