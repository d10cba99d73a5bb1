"""A holiday notice settles or moves the dates of all findings at once that share a fate.

It writes what ``redate`` writes for one finding, by the same arrows and the same rules, in
a few statements however many findings there are.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlmodel import Session, col

from config.language import _
from duban.services.count_findings import Counted, shift
from duban.services.look_again import look_again_at_all
from duban.services.plan_redating import RedatingPlan
from duban.services.redate import Recounted, record_of
from duban.services.rules import Rules
from duban.services.transition import SYSTEM, Actor
from models import tables
from models.columns import UTCDateTime
from models.errors import StaleVersion
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.ladder import Standing
from models.queries.redating import Case, cases, grouped, of_a_case
from models.redating_tables import (
    drop_redating_tables,
    make_redating_tables,
    redate_cases,
    redating,
)
from models.submission import Submission
from models.transitions import RUNNING_STATES, Event, Facts, Role, State, arrow_for

SLICE = 50_000
"""Findings that one statement writes: SQLite remembers in memory what a statement changes."""

_CASE = redate_cases.c
_FINDING = tables.metadata.tables["findings"].c
_LOG = tables.metadata.tables["transition_log"]


def redate_many(
    session: Session, plan: RedatingPlan, notice: str, *, now: datetime, actor: Actor, rules: Rules
) -> None:
    """Record the dates of the plan's shares; where a last day moves, a fresh ladder begins.

    Raises:
        StaleVersion: a finding was changed by somebody else meanwhile.
    """
    session.flush()
    rows: list[dict[str, Any]] = []
    expected = 0
    for found in cases(session, plan.first_day, now):
        dates = plan.recounting.of(found.dates)
        if dates.settles:
            rows.append({"id": len(rows), **_decided(found, dates, notice, now, rules)})
            expected += found.n
    if not rows:
        return
    connection = session.connection()
    make_redating_tables(connection)
    connection.execute(insert(redate_cases), rows)
    members = insert(redating).from_select(
        ["finding_id", "case_id", "version"], of_a_case(plan.first_day, now)
    )
    inserted = connection.execute(members, execution_options={"preserve_rowcount": True})
    _require(inserted.rowcount, expected)
    _record_lapses(session, now)
    _record(session, now, actor)
    _shift_counts(session)
    _drop_proposals(session, now)
    _judge_reports_again(session)
    look_again_at_all(
        session, _of_members(redating.c.finding_id).where(_CASE.comes), at=now, now=now
    )
    _require(_settle(session, now), expected)
    drop_redating_tables(connection)


def _decided(
    found: Case, dates: Recounted, notice: str, now: datetime, rules: Rules
) -> dict[str, Any]:
    """A row of ``redate_cases``."""
    present = dates.present
    source = found.state
    if found.lapsed:
        source = _target(Event.LAPSE, source, Facts(True, found.received))
    target = _target(Event.REDATE, source, Facts(now >= present.due_at, found.received))
    comes = found.sign_by is not None and rules.comes(
        Standing(target, present.last_day, found.sign_by, found.review_by), present.due_at, now
    )
    return {
        **found.dates._asdict(),
        "state": found.state,
        "received": found.received,
        "lapsed": found.lapsed,
        "sign_by": found.sign_by,
        "review_by": found.review_by,
        "source": source,
        "target": target,
        "moves": dates.moves,
        "to_original_last_day": dates.original.last_day,
        "to_original_due_at": dates.original.due_at,
        "to_last_day": present.last_day,
        "to_due_at": present.due_at,
        "to_provisional": present.provisional,
        "comes": comes,
        "details": record_of(dates, notice),
    }


def _target(event: Event, source: State, facts: Facts) -> State:
    arrow = arrow_for(event, source, facts)
    if arrow is None or arrow.by is not Role.SYSTEM:
        raise ValueError(f"the table has no arrow {event} of the program's own from {source}")
    return arrow.target


def _require(rows: int, expected: int) -> None:
    if rows != expected:
        raise StaleVersion(
            _("Findings were changed by somebody else meanwhile; import the file once more.")
        )


def _of_members(*columns: Any) -> Select[Any]:
    """Of the findings that are redated, with their case."""
    return (
        select(*columns)
        .join_from(redating, Finding, col(Finding.id) == redating.c.finding_id)
        .join(redate_cases, _CASE.id == redating.c.case_id)
    )


def _record_lapses(session: Session, now: datetime) -> None:
    """A period that ended unrecorded is recorded first, with its true instant."""
    row = {
        "version": redating.c.version + 1,
        "event": Event.LAPSE,
        "source": _FINDING.state,
        "target": _CASE.source,
        "effective_at": _FINDING.due_at,
        "recorded_at": now,
        "actor": SYSTEM.name,
        "role": SYSTEM.role,
        "details": {},
    }
    _insert_records(session, row, _CASE.lapsed)


def _record(session: Session, now: datetime, actor: Actor) -> None:
    row = {
        "version": redating.c.version + _steps(),
        "event": Event.REDATE,
        "source": _CASE.source,
        "target": _CASE.target,
        "effective_at": now,
        "recorded_at": now,
        "actor": actor.name,
        "role": Role.SYSTEM,
        "details": _CASE.details,
    }
    _insert_records(session, row)


def _insert_records(session: Session, row: dict[str, Any], *where: ColumnElement[bool]) -> None:
    values = [
        value if isinstance(value, ColumnElement) else literal(value, _LOG.c[name].type)
        for name, value in row.items()
    ]
    rows = _of_members(redating.c.finding_id, *values).where(*where)
    session.connection().execute(
        insert(_LOG).from_select(
            ["finding_id", *row], rows.order_by(redating.c.finding_id), include_defaults=False
        )
    )


def _steps() -> ColumnElement[int]:
    return case((_CASE.lapsed, 2), else_=1)


def _still_escalated() -> ColumnElement[bool]:
    """Whether a proposal stands when those that nobody has decided are dropped."""
    approved = exists().where(
        col(Escalation.finding_id) == col(Finding.id),
        col(Escalation.state) == EscalationState.APPROVED,
    )
    return case((and_(_CASE.moves, col(Finding.escalated)), approved), else_=col(Finding.escalated))


def _shift_counts(session: Session) -> None:
    received = col(Finding.acknowledged_at).is_not(None)
    places = _of_members(
        Finding.organization_id, Finding.state, received.label("received"), Finding.provisional,
        Finding.escalated, _runs(_FINDING.last_day).label("runs_until"),
        _CASE.target, _CASE.to_provisional, _still_escalated().label("still_escalated"),
        _runs(_CASE.to_last_day).label("to_run_until"),
    )  # fmt: skip
    rows = session.connection().execute(grouped(places))
    for *place, target, provisional, escalated, day, n in rows:
        before = Counted(*place)
        after = before._replace(
            state=target, provisional=provisional, escalated=bool(escalated), runs_until=day
        )
        shift(session, before, after, n)


def _runs(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """``day`` where the finding's clock runs."""
    return case((col(Finding.phase).in_(RUNNING_STATES), day), else_=null())


def _drop_proposals(session: Session, now: datetime) -> None:
    moved = _of_members(redating.c.finding_id).where(_CASE.moves)
    session.connection().execute(
        update(Escalation)
        .where(
            col(Escalation.state) == EscalationState.PROPOSED,
            col(Escalation.finding_id).in_(moved),
        )
        .values(state=EscalationState.DROPPED, decided_at=now)
    )


def _judge_reports_again(session: Session) -> None:
    """A report that waits for us and was handed in before the moved date is in time."""
    last = (
        _of_members(func.max(Submission.id).label("id"), _CASE.to_due_at)
        .join(Submission, col(Submission.finding_id) == redating.c.finding_id)
        .where(_CASE.moves, _CASE.target == State.SUBMITTED)
        .group_by(redating.c.finding_id, _CASE.to_due_at)
        .subquery()
    )
    in_time = select(col(Submission.id)).join(
        last,
        and_(col(Submission.id) == last.c.id, col(Submission.submitted_at) < last.c.to_due_at),
    )
    session.connection().execute(
        update(Submission).where(col(Submission.id).in_(in_time)).values(on_time=True)
    )


def _settle(session: Session, now: datetime) -> int:
    """The findings themselves; how many."""
    ids = redating.c.finding_id
    first, last = session.connection().execute(select(func.min(ids), func.max(ids))).one()
    settled = sum(
        _settle_between(session, now, low, low + SLICE) for low in range(first, last + 1, SLICE)
    )
    session.expire_all()
    return settled


def _settle_between(session: Session, now: datetime, low: int, high: int) -> int:
    handed_in = func.coalesce(col(Finding.submitted_at), literal(now, UTCDateTime()))
    values: dict[str, Any] = {
        "state": _CASE.target,
        "version": col(Finding.version) + _steps(),
        "original_last_day": _CASE.to_original_last_day,
        "original_due_at": _CASE.to_original_due_at,
        "last_day": _CASE.to_last_day,
        "due_at": _CASE.to_due_at,
        "provisional": _CASE.to_provisional,
        "escalated": _still_escalated(),
        "rung": case((_CASE.moves, 0), else_=col(Finding.rung)),
        "overdue_at": case(
            (and_(_CASE.moves, handed_in < _CASE.to_due_at), null()),
            (_CASE.moves, _CASE.to_due_at),
            (_CASE.lapsed, col(Finding.due_at)),
            else_=col(Finding.overdue_at),
        ),
        "settled_at": now,
    }
    done = session.connection().execute(
        update(Finding)
        .where(
            redating.c.finding_id >= low,
            redating.c.finding_id < high,
            col(Finding.id) == redating.c.finding_id,
            col(Finding.version) == redating.c.version,
            _CASE.id == redating.c.case_id,
        )
        .values(values)
    )
    return done.rowcount
