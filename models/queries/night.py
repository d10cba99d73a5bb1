"""What a night selects, as statements over whole batches; see ``models.night_tables``.

The first statement reads the findings, the others what it put into the working tables.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    text,
    union,
    union_all,
)
from sqlmodel import Session, col

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import AWAITS_REVIEW, OPEN, RUNS, UNSIGNED, Finding
from models.ladder import TRACKS, Limit, RungKind, Track
from models.look_again import LookAgain
from models.night_tables import heard, tonight, track_rungs
from models.nightly_run import RunFailure
from models.outcomes import Reason
from models.queries.findings import lapsed
from models.tables import table_of
from models.transitions import ARROWS, Event, State

finding = table_of(Finding).c

LAPSES_TO = {arrow.source: arrow.target for arrow in ARROWS if arrow.event is Event.LAPSE}


class Part(NamedTuple):
    """Which due findings are meant: those with an id after one and up to another; where a
    ``size`` is given, the first so many of them."""

    after: int = 0
    upto: int | None = None
    size: int | None = None


class Sought(NamedTuple):
    """What a night at ``now`` looks for: findings by the last days of their limits, none
    meaning every open one; and what is to be looked at again."""

    now: datetime
    days: Mapping[Limit, Sequence[date]] | None


def due(sought: Sought, run_id: int | None, part: Part, *columns: Any) -> CompoundSelect[Any]:
    """Columns of the open findings of ``part`` for which something may be due, each once, and
    that ``run_id`` did not fail at.

    Each index of a night gives its own; last comes what else is to be looked at again.
    """
    if sought.days is None:
        found: list[Any] = [text(f"findings.{OPEN}")]
    else:
        found = _by_calendar(sought.days)
        # A table that is empty for months has no statistics: a join might begin with findings.
        again = select(col(LookAgain.finding_id)).where(col(LookAgain.at) <= sought.now)
        rest = not_(or_(*found))
        found.append(and_(text(f"findings.{OPEN}"), finding.id.in_(again), rest))
    within = _within(part)
    if run_id is not None:
        within.append(finding.id.not_in(failed_in(run_id)))
    return union_all(*(select(*columns).where(one, *within) for one in found))


def _within(part: Part) -> list[ColumnElement[bool]]:
    lower = [finding.id > part.after]
    return lower if part.upto is None else [*lower, finding.id <= part.upto]


def _by_calendar(days: Mapping[Limit, Sequence[date]]) -> list[Any]:
    """The conditions of a night, an index for each; none holds of what another finds."""
    of_due = finding.last_day.in_(days[Limit.DUE])
    return [
        and_(text(f"findings.{RUNS}"), of_due),
        and_(text(f"findings.{UNSIGNED}"), finding.sign_by.in_(days[Limit.SIGN]), not_(of_due)),
        and_(text(f"findings.{AWAITS_REVIEW}"), finding.review_by.in_(days[Limit.REVIEW])),
    ]


def parts_of(sought: Sought, size: int, settled_by: datetime | None) -> Select[Any]:
    """Cut into parts of so many what may be due: last id, number, and how many were foreseen.

    Foreseen is what was settled by ``settled_by``.
    """
    found = due(sought, None, Part(), finding.id, finding.settled_at).subquery("found")
    place = func.row_number().over(order_by=found.c.id)
    cut = select(*found.c, ((place - 1) // size).label("part")).subquery("cut")
    early = case((cut.c.settled_at <= settled_by, 1), else_=0) if settled_by else literal(0)
    number = func.count().label("n")
    return (
        select(func.max(cut.c.id).label("upto"), number, func.sum(early).label("foreseen"))
        .group_by(cut.c.part)
        .order_by(cut.c.part)
    )


def failed_in(run_id: int) -> Select[Any]:
    """The ids of the findings that a run failed at."""
    return select(col(RunFailure.finding_id)).where(col(RunFailure.run_id) == run_id)


def due_findings(sought: Sought, run_id: int | None, part: Part) -> CompoundSelect[Any]:
    """Rows for ``tonight``, in no order unless a size asks for one: SQLite would read all
    findings in it.

    They are not locked, so that a finding that is only told of is not written: what changes
    one asks for the version that was read.
    """
    lapses = lapsed(sought.now)
    state = case(
        *(
            (and_(lapses, finding.state == source), literal(target, finding.state.type))
            for source, target in LAPSES_TO.items()
        ),
        else_=finding.state,
    )
    main = {s: t for s, found in TRACKS.items() for t in found if t in _MAIN}
    side = {s: t for s, found in TRACKS.items() for t in found if t not in _MAIN}
    side_day = case(
        (finding.state == State.SUBMITTED, finding.review_by),
        else_=finding.sign_by,
    )
    pending = select(col(ExtensionRequest.finding_id)).where(
        col(ExtensionRequest.granted).is_(None), col(ExtensionRequest.late).is_(False)
    )
    noted = select(col(LookAgain.set_at)).where(col(LookAgain.finding_id) == finding.id)
    columns: tuple[ColumnElement[Any], ...] = (
        finding.id,
        finding.organization_id,
        finding.version,
        finding.state,
        state,
        lapses,
        finding.due_at,
        finding.acknowledged_at.is_not(None),
        finding.provisional,
        finding.escalated,
        finding.rung,
        finding.id.in_(pending),
        _by_state(state, main),
        finding.last_day,
        _by_state(state, side),
        side_day,
        noted.scalar_subquery(),
    )
    named = [one.label(name) for one, name in zip(columns, tonight.c.keys(), strict=True)]
    found = due(sought, run_id, part, *named)
    if part.size is None:
        return found
    return found.order_by(found.selected_columns.finding_id).limit(part.size)


def number_due(
    session: Session, sought: Sought, run_id: int | None, part: Part
) -> tuple[int, int | None]:
    """How many findings of ``part`` may be due, and the id of the first of them."""
    found = due(sought, run_id, part, finding.id).subquery("found")
    query = select(func.count(), func.min(found.c.id))
    n, first = session.connection().execute(query).one()
    return n, first


_MAIN = (Track.BEFORE_DUE, Track.AFTER_DUE)


def _by_state(state: ColumnElement[Any], tracks: Mapping[State, Track]) -> ColumnElement[Any]:
    kind = tonight.c.track.type
    return case(
        *((state == one, literal(track, kind)) for one, track in tracks.items()), else_=null()
    )


def limits_of_batch() -> Select[Any]:
    """(track, last day of its limit) of every finding of the batch, each once."""
    both = union(
        select(tonight.c.track, tonight.c.limit_day),
        select(tonight.c.side_track, tonight.c.side_day),
    ).subquery()
    track, day = both.c
    return select(track, day).where(track.is_not(None), day.is_not(None)).order_by(track, day)


def steps_come(*, side: bool) -> Select[Any]:
    """Rows for ``tonight_steps``: rungs that have come on the main or the side track."""
    track, day = (
        (tonight.c.side_track, tonight.c.side_day)
        if side
        else (tonight.c.track, tonight.c.limit_day)
    )
    rung = track_rungs.c
    proposal = rung.kind == RungKind.PROPOSAL
    told = exists().where(
        col(Notice.finding_id) == tonight.c.finding_id,
        col(Notice.due_on) == rung.limit_day,
        col(Notice.rung) == rung.rung,
        col(Notice.withdrawn_at).is_(None),
    )
    proposed = exists().where(
        col(Escalation.finding_id) == tonight.c.finding_id,
        col(Escalation.due_on) == rung.limit_day,
        col(Escalation.rung) == rung.rung,
    )
    somebody = exists().where(
        heard.c.organization_id == tonight.c.organization_id, heard.c.rung == rung.rung
    )
    held = case(
        (rung.held.is_not(None), rung.held),
        (
            and_(rung.extension_holds, tonight.c.extension_pending),
            _reason(Reason.EXTENSION_PENDING),
        ),
        (or_(proposal, rung.told_to_us, somebody), null()),
        else_=_reason(Reason.NO_ADDRESS),
    )
    return (
        select(
            tonight.c.finding_id, rung.rung, tonight.c.organization_id, rung.kind, rung.level,
            rung.limit_day, rung.effective_on, held.label("held"),
        )
        .join_from(tonight, track_rungs, and_(rung.track == track, rung.limit_day == day))
        .where(or_(and_(proposal, ~proposed), and_(~proposal, ~told)))
    )  # fmt: skip


def _reason(reason: Reason) -> ColumnElement[str]:
    return literal(reason.value, String())
