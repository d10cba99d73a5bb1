"""Named reads of the ledger of nights."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.nightly_run import DONE_STATES, NightlyRun, RunItem, RunState


def last_done(session: Session) -> NightlyRun | None:
    """The newest run that finished its night."""
    query = (
        select(NightlyRun)
        .where(col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)))
        .order_by(col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def latest(session: Session) -> NightlyRun | None:
    """The newest attempt, whatever came of it."""
    query = select(NightlyRun).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    return session.exec(query.limit(1)).first()


def expected_by(session: Session, now: datetime) -> int:
    """How many findings the last finished run foresaw to come due by ``now``."""
    last = last_done(session)
    if last is None:
        return 0
    foreseen = last.forecast.items()
    return sum(count for instant, count in foreseen if datetime.fromisoformat(instant) <= now)


def nights_done(session: Session, first: date, last: date) -> set[date]:
    """The business dates from ``first`` to ``last`` that need no run any more."""
    query = select(col(NightlyRun.business_date)).where(
        col(NightlyRun.state).in_(DONE_STATES),
        NightlyRun.business_date >= first,
        NightlyRun.business_date <= last,
    )
    return set(session.exec(query))


def attempts(session: Session, business_date: date) -> int:
    """How often a night was begun."""
    query = select(func.count()).where(NightlyRun.business_date == business_date)
    return session.exec(query).one()


def runs(session: Session, limit: int = 30) -> Sequence[NightlyRun]:
    """The newest runs first."""
    query = select(NightlyRun).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    return session.exec(query.limit(limit)).all()


def items_of(session: Session, run_id: int) -> Sequence[RunItem]:
    """What a run recorded finding by finding."""
    return session.exec(select(RunItem).where(RunItem.run_id == run_id)).all()
