"""Named reads of the ledger of nights."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, text
from sqlmodel import Session, col, select

from config.language import _
from models.calendar import SHANGHAI, civil_date
from models.errors import NotFound
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.installation import Installation
from models.nightly_run import (
    DONE_STATES,
    NightlyRun,
    PolicyVersion,
    RunFailure,
    RunState,
    RunUnreached,
)
from models.run_shard import RunShard, ShardState
from models.transition_log import NOT_A_LAPSE, TransitionRecord
from models.transitions import Event


def last_done(session: Session) -> NightlyRun | None:
    """The newest run that finished its night."""
    query = (
        select(NightlyRun)
        .where(col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)))
        .order_by(col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def is_whole() -> ColumnElement[bool]:
    """The condition that a night did all its work."""
    failed = exists().where(
        col(RunShard.run_id) == col(NightlyRun.id), col(RunShard.state) == ShardState.FAILED
    )
    return and_(col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)), ~failed)


def is_last_whole(before: datetime) -> ColumnElement[bool]:
    """Of the nights of an instant earlier than ``before``, the newest that did all its work.

    What it could not do for single findings stands in ``look_again``.
    """
    newest = (
        select(NightlyRun.id)
        .where(is_whole(), NightlyRun.as_of < before)
        .order_by(col(NightlyRun.as_of).desc(), col(NightlyRun.id).desc())
        .limit(1)
    )
    return col(NightlyRun.id) == newest.correlate(None).scalar_subquery()


def last_whole(session: Session, before: datetime) -> NightlyRun | None:
    """That night."""
    return session.exec(select(NightlyRun).where(is_last_whole(before))).first()


def latest(session: Session) -> NightlyRun | None:
    """The newest attempt, whatever came of it."""
    query = select(NightlyRun).order_by(
        col(NightlyRun.business_date).desc(), col(NightlyRun.id).desc()
    )
    return session.exec(query.limit(1)).first()


def last_recorded(session: Session) -> datetime | None:
    """The latest instant about which something is on record: an act, or a night.

    A night counts when it ended, or has a batch written.
    """
    latest_act = session.exec(
        select(func.max(TransitionRecord.effective_at)).where(text(NOT_A_LAPSE))
    ).one()
    wrote = exists().where(col(RunShard.run_id) == col(NightlyRun.id), col(RunShard.batches) > 0)
    latest_night = session.exec(
        select(func.max(NightlyRun.as_of)).where(or_(col(NightlyRun.state).in_(DONE_STATES), wrote))
    ).one()
    return max((one for one in (latest_act, latest_night) if one is not None), default=None)


def nights_missed(session: Session, now: datetime, nightly_at: time) -> list[date]:
    """The business dates whose time has passed and that no run accounts for, oldest first.

    ``nightly_at`` is the local time of the check.
    """
    first = session.get_one(Installation, 1).nights_from
    last = civil_date(now)
    if now.astimezone(SHANGHAI).time() < nightly_at:
        last -= timedelta(days=1)
    done = set(
        session.exec(
            select(col(NightlyRun.business_date)).where(
                col(NightlyRun.state).in_(DONE_STATES),
                NightlyRun.business_date >= first,
                NightlyRun.business_date <= last,
            )
        )
    )
    span = (last - first).days + 1
    return [day for n in range(span) if (day := first + timedelta(days=n)) not in done]


def attempts(session: Session, business_date: date) -> int:
    """How often a night was begun."""
    query = select(func.count()).where(NightlyRun.business_date == business_date)
    return session.exec(query).one()


def confirmed_by(session: Session, business_date: date) -> str | None:
    """Who said that a stopped night may go on."""
    query = select(NightlyRun.confirmed_by).where(
        NightlyRun.business_date == business_date, col(NightlyRun.confirmed_by).is_not(None)
    )
    return session.exec(query).first()


def last_stopped(session: Session, business_date: date) -> NightlyRun | None:
    """The newest attempt at a night that the brake stopped."""
    query = select(NightlyRun).where(
        NightlyRun.business_date == business_date, NightlyRun.state == RunState.STOPPED
    )
    return session.exec(query.order_by(col(NightlyRun.id).desc())).first()


def runs(
    session: Session, limit: int = 30, *, after: NightlyRun | None = None
) -> Sequence[NightlyRun]:
    """The newest runs first, from behind ``after`` on."""
    night, number = col(NightlyRun.business_date), col(NightlyRun.id)
    query = select(NightlyRun).order_by(night.desc(), number.desc())
    if after is not None:
        beside = and_(night == after.business_date, number < after.id)
        query = query.where(or_(night < after.business_date, beside))
    return session.exec(query.limit(limit)).all()


def runs_of_nights(session: Session, first: date, last: date) -> Sequence[NightlyRun]:
    """Every attempt at the nights of these dates, oldest first."""
    query = select(NightlyRun).where(
        NightlyRun.business_date >= first, NightlyRun.business_date <= last
    )
    return session.exec(query.order_by(col(NightlyRun.business_date), col(NightlyRun.id))).all()


def locked_run(session: Session, run_id: int) -> NightlyRun:
    """The run, as it is now and held until the end of the transaction."""
    query = select(NightlyRun).where(NightlyRun.id == run_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def still_running(session: Session, before: date) -> Sequence[NightlyRun]:
    """Runs of nights before this one that nobody closed."""
    query = select(NightlyRun).where(
        NightlyRun.state == RunState.RUNNING, NightlyRun.business_date < before
    )
    return session.exec(query).all()


def failures_of(session: Session, run_id: int, limit: int) -> Sequence[RunFailure]:
    """Findings that a run could not check, by their ids."""
    query = select(RunFailure).where(RunFailure.run_id == run_id)
    return session.exec(query.order_by(col(RunFailure.finding_id)).limit(limit)).all()


def unreached_in(session: Session, run_ids: Collection[int]) -> set[tuple[int, int, str]]:
    """(run, organization, rung) that nobody could be told."""
    query = select(RunUnreached.run_id, RunUnreached.organization_id, RunUnreached.rung).where(
        col(RunUnreached.run_id).in_(run_ids)
    )
    return set(session.exec(query))


def policies(session: Session, versions: Collection[str]) -> dict[str, dict[str, Any]]:
    """The policies of these versions as data, as far as a night ran by them."""
    query = select(PolicyVersion).where(col(PolicyVersion.version).in_(versions))
    return {policy.version: policy.data for policy in session.exec(query)}


def runs_done(session: Session, first: datetime, last: datetime) -> Sequence[NightlyRun]:
    """The finished runs that were at work between two instants, oldest first."""
    query = select(NightlyRun).where(
        col(NightlyRun.state).in_((RunState.COMPLETED, RunState.WARNINGS)),
        NightlyRun.started_at >= first,
        NightlyRun.started_at <= last,
    )
    return session.exec(query.order_by(col(NightlyRun.as_of), col(NightlyRun.id))).all()


def rungs_of_run(session: Session, run_id: int) -> dict[str, tuple[int, int]]:
    """How many findings and organizations each rung of a night concerned, by its code.

    Findings that became overdue are counted under ``lapse``.
    """
    found: dict[str, tuple[int, int]] = {}
    for table in (Notice, Escalation):
        query = select(
            col(table.rung), func.count(), func.count(func.distinct(table.organization_id))
        ).where(col(table.run_id) == run_id)
        for rung, findings, organizations in session.exec(query.group_by(col(table.rung))):
            found[rung] = (findings, organizations)
    lapsed = (
        select(func.count(), func.count(func.distinct(Finding.organization_id)))
        .join_from(TransitionRecord, Finding, col(Finding.id) == col(TransitionRecord.finding_id))
        .where(TransitionRecord.run_id == run_id, TransitionRecord.event == Event.LAPSE)
    )
    findings, organizations = session.exec(lapsed).one()
    return {**found, **({"lapse": (findings, organizations)} if findings else {})}


def run_named(session: Session, reference: str) -> NightlyRun:
    """The run with this id, or of the night of this date the newest that did something.

    Raises:
        NotFound: there is none.
    """
    traces = (Notice, Escalation, TransitionRecord, RunFailure, RunUnreached)
    did_something = or_(*(exists().where(col(one.run_id) == col(NightlyRun.id)) for one in traces))
    query = select(NightlyRun).order_by(did_something.desc(), col(NightlyRun.id).desc()).limit(1)
    if reference.isdecimal() and len(reference) <= 18:
        query = query.where(NightlyRun.id == int(reference))
    else:
        try:
            query = query.where(NightlyRun.business_date == date.fromisoformat(reference))
        except ValueError:
            query = query.where(col(NightlyRun.id).is_(None))
    found = session.exec(query).first()
    if found is None:
        raise NotFound(
            _("There is no run “{reference}”; give its number or its night (2024-01-27).").format(
                reference=reference
            )
        )
    return found
