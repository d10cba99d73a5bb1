"""The one writer of a finding's state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.count_findings import counted, shift
from duban.services.look_again import look_again, look_no_more
from duban.services.rules import Rules
from models.day_words import local_minute
from models.errors import BadInput, IllegalTransition, NotAllowed, StaleVersion
from models.finding import Finding
from models.queries.submissions import history_of
from models.transition_log import TransitionRecord, standing
from models.transitions import (
    OPEN_STATES,
    Arrow,
    Event,
    Facts,
    Role,
    allowed_events,
    arrow_for,
    has_lapsed,
    phase_of,
)
from models.words import act_label, role_label, state_label


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, and who wrote it down where it happened on paper."""

    name: str
    role: Role
    entered_by: str | None = None


class Circumstances(TypedDict):
    """When an act is written down, who acts, by which rules."""

    now: datetime
    actor: Actor
    rules: Rules


_STAND_APART = (Event.LAPSE, Event.EXTEND, Event.REDATE, Event.RESCIND)
"""A report on paper from before one of these may be entered after it."""

SYSTEM = Actor("duban", Role.SYSTEM)


def facts_of(finding: Finding, now: datetime, changes: Mapping[str, Any]) -> Facts:
    """What the guards see at ``now`` of the finding as ``changes`` make it."""
    due_at = changes.get("due_at", finding.due_at)
    return Facts(
        past_due=due_at is not None and now >= due_at,
        received=finding.acknowledged_at is not None,
        reported=finding.submitted_at is not None,
        extended=finding.last_day != finding.original_last_day,
        escalated=finding.escalated,
    )


def transition(
    session: Session,
    finding: Finding,
    event: Event,
    *,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
    changes: dict[str, Any] | None = None,
    reason: str | None = None,
    run_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> TransitionRecord:
    """Follow the arrow of ``event``: new state, history row and next action, or nothing.

    ``at`` is when it happened, ``now`` when it is written down; the rules look at the
    first. A period that ended unrecorded is recorded first, with its true instant, so
    the history is the same whether or not a nightly check came in between.

    Raises:
        BadInput: it would have happened before what it follows from.
        IllegalTransition: the table has no such arrow.
        NotAllowed: the arrow belongs to another role.
        StaleVersion: somebody changed the finding since it was read.
    """
    effective_at = at or now
    if event is not Event.LAPSE:
        if event is not Event.REDATE:
            require_after_acts(session, finding, effective_at)
        if has_lapsed(finding.state, finding.due_at, effective_at):
            lapse(session, finding, now=now, rules=rules, run_id=run_id)
    arrow = _arrow(event, finding, effective_at, changes or {})
    if actor.role is not arrow.by:
        raise NotAllowed(
            _("“{event}” is for the role “{by}”; {name} acts as “{role}”.").format(
                event=act_label(event), by=role_label(arrow.by), name=actor.name,
                role=role_label(actor.role),
            )
        )  # fmt: skip
    before, version = counted(finding), finding.version
    # The row is written by one guarded statement; the object only mirrors it.
    if finding in session:
        session.expunge(finding)
    changed = {**(changes or {}), "state": arrow.target, "version": version + 1, "settled_at": now}
    received = changed.get("acknowledged_at", finding.acknowledged_at) is not None
    changed["phase"] = phase_of(arrow.target, received)
    for name, value in changed.items():
        setattr(finding, name, value)
    finding.escalated = _compare_and_set(session, finding, version, changed)
    shift(session, before._replace(escalated=finding.escalated), counted(finding))
    if arrow.target not in OPEN_STATES:
        look_no_more(session, _id(finding))
    elif rules.has_come(finding, now):
        look_again(session, _id(finding), at=now, now=now)
    record = TransitionRecord(
        finding_id=_id(finding),
        version=version + 1,
        event=event,
        source=before.state,
        target=arrow.target,
        effective_at=effective_at,
        recorded_at=now,
        actor=actor.name,
        role=actor.role,
        reason=reason,
        run_id=run_id,
        details=(details or {}) | _entered(actor),
    )
    session.add(record)
    session.flush()
    return record


def _entered(actor: Actor) -> dict[str, str]:
    return {} if actor.entered_by is None else {"entered_by": actor.entered_by}


def _arrow(event: Event, finding: Finding, now: datetime, changes: Mapping[str, Any]) -> Arrow:
    facts = facts_of(finding, now, changes)
    arrow = arrow_for(event, finding.state, facts)
    if arrow is None:
        raise not_possible(event, finding, now)
    return arrow


def not_possible(event: Event, finding: Finding, now: datetime) -> IllegalTransition:
    """The refusal of an event that the table does not have, with those that it has."""
    allowed = allowed_events(finding.state, facts_of(finding, now, {}))
    return IllegalTransition(
        _("“{event}” is not possible in the state “{state}”; possible now: {allowed}.").format(
            event=act_label(event), state=state_label(finding.state),
            allowed=", ".join(map(act_label, allowed)) or _("nothing"),
        ),
        event=event, state=finding.state, allowed=list(allowed),
    )  # fmt: skip


def lapse(
    session: Session, finding: Finding, *, now: datetime, rules: Rules, run_id: int | None = None
) -> TransitionRecord:
    """Record that the period ended without a report, effective at its true instant."""
    return transition(
        session,
        finding,
        Event.LAPSE,
        now=now,
        actor=SYSTEM,
        rules=rules,
        at=finding.due_at,
        changes={"overdue_at": finding.due_at},
        run_id=run_id,
    )


def require_order(finding: Finding, at: datetime, earliest: datetime | None) -> None:
    """What people enter afterwards may lie back, but not before what it follows from.

    Raises:
        BadInput: ``at`` lies before ``earliest``.
    """
    if earliest is not None and at < earliest:
        raise BadInput(
            _(
                "Finding #{id}: {at} lies before the step that it follows, which was on {earliest}."
            ).format(id=finding.id, at=local_minute(at), earliest=local_minute(earliest))
        )


def require_after_acts(session: Session, finding: Finding, effective_at: datetime) -> None:
    """The same, for the acts that are on record and stand.

    Raises:
        BadInput: ``effective_at`` lies before the last of them.
    """
    history = standing(history_of(session, _id(finding)))
    acts = (one for one in history if one.event not in _STAND_APART)
    require_order(finding, effective_at, max((one.effective_at for one in acts), default=None))


def _compare_and_set(
    session: Session, finding: Finding, version: int, changed: dict[str, Any]
) -> bool:
    """Write the row; whether a proposal stands, which may change without a new version."""
    written = session.exec(
        update(Finding)
        .where(col(Finding.id) == finding.id, col(Finding.version) == version)
        .values(**changed)
        .returning(col(Finding.escalated))
        .execution_options(synchronize_session=False)
    ).first()
    if written is None:
        raise StaleVersion(
            _(
                "Finding #{id} was changed by somebody else meanwhile; look again and repeat."
            ).format(id=finding.id),
            finding=finding.id,
        )
    return bool(written[0])


def _id(finding: Finding) -> int:
    if finding.id is None:
        raise ValueError("the finding was never stored")
    return finding.id
