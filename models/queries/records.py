"""Everything on record about some findings, read at once for a page of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import or_, tuple_, union
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.escalation import Escalation, Notice
from models.finding import Finding
from models.nightly_run import NightlyRun, RunFailure
from models.queries.scope import EVERYTHING, Scope
from models.submission import Submission
from models.transition_log import TransitionRecord
from models.transitions import OPEN_PHASES

Place = tuple[int, int]
"""A finding's letter and item."""


def issued_page(
    session: Session, after: Place | None, limit: int, organization_id: int | None = None
) -> Sequence[Finding]:
    """The next findings that stand in letters, by letter and item."""
    query = select(Finding).where(col(Finding.letter_id).is_not(None))
    if organization_id is not None:
        query = query.where(Finding.organization_id == organization_id)
    return _page(session, query, after, limit)


def maybe_open_in(
    session: Session, run: NightlyRun, after: Place | None, limit: int, scope: Scope = EVERYTHING
) -> Sequence[Finding]:
    """The next findings that may have been open in a night, by letter and item.

    What was closed has been settled; where that was before the night, it was not open then.
    """
    query = select(Finding).where(
        col(Finding.letter_id).is_not(None),
        col(Finding.issued_at) <= run.started_at,
        or_(col(Finding.phase).in_(OPEN_PHASES), col(Finding.settled_at) > run.started_at),
        scope.of(Finding.organization_id),
    )
    return _page(session, query, after, limit)


def written_by(
    session: Session, run_id: int, after: Place | None, limit: int, scope: Scope = EVERYTHING
) -> Sequence[Finding]:
    """The next findings of which a night wrote something, by letter and item."""
    traces = (Notice, Escalation, TransitionRecord, RunFailure)
    written = union(*(select(col(one.finding_id)).where(one.run_id == run_id) for one in traces))
    query = select(Finding).where(col(Finding.id).in_(written), scope.of(Finding.organization_id))
    return _page(session, query, after, limit)


def _page(
    session: Session, query: SelectOfScalar[Finding], after: Place | None, limit: int
) -> Sequence[Finding]:
    if after is not None:
        query = query.where(tuple_(col(Finding.letter_id), col(Finding.item)) > after)
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


def proposals(session: Session, ids: Collection[int]) -> Sequence[Escalation]:
    """Every proposal on these findings."""
    return session.exec(select(Escalation).where(col(Escalation.finding_id).in_(ids))).all()


def reports(session: Session, ids: Collection[int]) -> Sequence[Submission]:
    """Every report on these findings, oldest first."""
    query = select(Submission).where(col(Submission.finding_id).in_(ids))
    return session.exec(query.order_by(col(Submission.id))).all()
