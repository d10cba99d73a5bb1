"""What a night selects, as statements over whole batches; see ``models.night_tables``.

The first statement reads the findings, the others what it put into the working tables.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    exists,
    literal,
    null,
    or_,
    select,
    tuple_,
    union,
)
from sqlmodel import Session, col

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.ladder import TRACKS, RungKind, Track
from models.night_tables import (
    heard,
    hearers,
    tonight,
    tonight_steps,
    track_rungs,
)
from models.nightly_run import RunFailure
from models.organization import Contact
from models.outcomes import Reason
from models.queries.contacts import has_address
from models.queries.findings import is_open, lapsed
from models.tables import table_of
from models.transitions import ARROWS, Event, State

finding = table_of(Finding).c

LAPSES_TO = {arrow.source: arrow.target for arrow in ARROWS if arrow.event is Event.LAPSE}


class Part(NamedTuple):
    """Which due findings are meant: of the organizations whose id leaves ``remainder`` when
    divided by ``of``, at most ``size`` of those after (next action, id)."""

    remainder: int = 0
    of: int = 1
    size: int = 20_000
    after: tuple[datetime, int] | None = None


def is_due(now: datetime, run_id: int | None, part: Part) -> ColumnElement[bool]:
    """Open findings for which something may be due and that ``run_id`` did not fail at."""
    conditions = [is_open(), finding.next_action_at <= now]
    if part.of > 1:
        conditions.append(finding.organization_id % part.of == part.remainder)
    if part.after is not None:
        place = tuple_(finding.next_action_at, finding.id)
        at, finding_id = part.after
        conditions.append(
            place > tuple_(literal(at, finding.next_action_at.type), literal(finding_id))
        )
    if run_id is not None:
        failed = select(col(RunFailure.finding_id)).where(col(RunFailure.run_id) == run_id)
        conditions.append(finding.id.not_in(failed))
    return and_(*conditions)


def due_findings(now: datetime, run_id: int | None, part: Part) -> Select[Any]:
    """Rows for ``tonight``, the longest due first; locked where the database can."""
    lapses = lapsed(now)
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
    return (
        select(
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
            finding.id.in_(pending),
            _by_state(state, main),
            finding.last_day,
            _by_state(state, side),
            side_day,
            finding.next_action_at,
        )
        .where(is_due(now, run_id, part))
        .order_by(finding.next_action_at, finding.id)
        .limit(part.size)
        .with_for_update(skip_locked=True, of=table_of(Finding))
    )


def first_due(session: Session, now: datetime, run_id: int | None, part: Part) -> int | None:
    """The id of the first finding that ``due_findings`` would read."""
    query = (
        select(finding.id)
        .where(is_due(now, run_id, part))
        .order_by(finding.next_action_at, finding.id)
        .limit(1)
    )
    return session.connection().execute(query).scalar()


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


def rungs_heard() -> Select[Any]:
    """Rows for ``heard``: rungs for which an organization of the batch has an address."""
    batch = select(tonight.c.organization_id)
    return (
        select(col(Contact.organization_id), hearers.c.rung)
        .join_from(Contact, hearers, hearers.c.role == col(Contact.role))
        .where(has_address(), col(Contact.organization_id).in_(batch))
        .distinct()
    )


def contacts_of_batch() -> Select[Any]:
    """The people with an address of the organizations that are told something, by their ids."""
    told = select(tonight_steps.c.organization_id).where(tonight_steps.c.held.is_(None))
    return (
        select(
            col(Contact.id), col(Contact.organization_id), col(Contact.name), col(Contact.role),
            col(Contact.email), col(Contact.language),
        )
        .where(has_address(), col(Contact.organization_id).in_(told))
        .order_by(col(Contact.id))
    )  # fmt: skip


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
