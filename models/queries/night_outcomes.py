"""What the working tables of a night say about a batch that was decided: see ``night_tables``."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)

from models.ladder import RungKind
from models.night_tables import outcomes, tonight, tonight_steps
from models.outcomes import HOLDS_BACK, PUTS_OFF, Reason


def steps_summed() -> Select[Any]:
    """Rows for ``outcomes``: what is told, proposed and held of each finding with a step."""
    step = tonight_steps.c
    now = step.held.is_(None)
    proposal = and_(now, step.kind == RungKind.PROPOSAL)
    level = case((and_(now, step.kind == RungKind.NOTICE), step.level), else_=0)
    return select(
        step.finding_id,
        _any(now),
        func.max(level),
        func.sum(case((proposal, 1), else_=0)),
        func.sum(case((step.held == Reason.LATER_REMINDER, 1), else_=0)),
        _any(step.held.in_(HOLDS_BACK)),
        _any(step.held.in_(PUTS_OFF)),
    ).group_by(step.finding_id)


def _any(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return func.max(case((condition, 1), else_=0)) == 1


def tally_of_batch() -> Select[Any]:
    """How often each thing is done: lapsed, noticed, held, proposals, collapsed; and of how
    many findings something changes."""
    done = outcomes.c
    stays = ~tonight.c.lapses

    def number(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    return select(
        number(tonight.c.lapses).label("lapsed"),
        number(and_(stays, done.told)).label("noticed"),
        number(and_(stays, ~done.told, done.held)).label("held"),
        func.coalesce(func.sum(done.proposals), 0).label("proposals"),
        func.coalesce(func.sum(done.collapsed), 0).label("collapsed"),
        number(_changes()).label("changes"),
    ).join_from(tonight, outcomes, done.finding_id == tonight.c.finding_id, isouter=True)


def changes_of_batch() -> Subquery:
    """What changes in findings of the batch; of the others nothing is written."""
    level = func.coalesce(outcomes.c.level, 0)
    return (
        select(
            tonight.c.finding_id,
            tonight.c.version,
            tonight.c.state,
            tonight.c.lapses,
            tonight.c.escalated.label("was_escalated"),
            or_(tonight.c.escalated, _proposes()).label("escalated"),
            case((level > tonight.c.rung, level), else_=tonight.c.rung).label("rung"),
        )
        .join_from(tonight, outcomes, outcomes.c.finding_id == tonight.c.finding_id, isouter=True)
        .where(_changes())
        .subquery("changes")
    )


def _changes() -> ColumnElement[bool]:
    climbs = func.coalesce(outcomes.c.level, 0) > tonight.c.rung
    return or_(tonight.c.lapses, climbs, and_(~tonight.c.escalated, _proposes()))


def _proposes() -> ColumnElement[bool]:
    return func.coalesce(outcomes.c.proposals, 0) > 0


def looked_at_again() -> Select[Any]:
    """The findings of the batch of which something was put off."""
    return select(outcomes.c.finding_id).where(outcomes.c.again)


def moves_of_batch() -> Select[Any]:
    """Rows for ``finding_counts``: how many findings come to stand so, negative where they go."""
    done = outcomes.c
    key = (
        tonight.c.organization_id, tonight.c.received, tonight.c.provisional, tonight.c.source,
        tonight.c.state, tonight.c.escalated,
        or_(tonight.c.escalated, _proposes()).label("now_escalated"),
    )  # fmt: skip
    moving = (
        select(*key, func.count().label("n"))
        .join_from(tonight, outcomes, done.finding_id == tonight.c.finding_id, isouter=True)
        .where(or_(tonight.c.lapses, and_(~tonight.c.escalated, done.proposals > 0)))
        .group_by(*key)
        .cte("moving")
        .prefix_with("MATERIALIZED")
    )
    here = (moving.c.organization_id, moving.c.received, moving.c.provisional)
    both = union_all(
        select(*here, moving.c.source.label("state"), moving.c.escalated, (-moving.c.n).label("n")),
        select(*here, moving.c.state, moving.c.now_escalated, moving.c.n),
    ).subquery("both")
    order = ("organization_id", "state", "received", "provisional", "escalated")
    columns = [both.c[name] for name in order]
    total = func.sum(both.c.n)
    return select(*columns, total).group_by(*columns).having(total != 0).order_by(*columns)


def last_of_batch() -> Select[tuple[int]]:
    """The id of the last finding of the batch."""
    return select(func.max(tonight.c.finding_id))


def rungs_unreached(run_id: int) -> Select[Any]:
    """Rows for ``run_unreached``: rungs that nobody of an organization could be told."""
    step = tonight_steps.c
    return (
        select(literal(run_id), step.organization_id, step.rung)
        .where(step.held == Reason.NO_ADDRESS)
        .distinct()
    )
