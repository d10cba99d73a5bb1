"""What concerns everybody and cannot be undone waits for a second person.

``KINDS`` says which service carries out each kind of change. A proposal is checked when it is
made, shown with what it would do, and checked again when somebody else approves it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from duban.services.import_calendar import import_calendar, preview_calendar
from duban.services.rules import Rules
from duban.services.transition import Actor
from models.errors import BadInput, RefusedByRule, SecondPersonRequired, StaleVersion
from models.pending_change import PendingChange
from models.queries.changes import waiting_changes

CALENDAR = "calendar"


@dataclass(frozen=True)
class Kind:
    """How a kind of change is checked and carried out; both refuse what cannot be done."""

    check: Callable[[Session, dict[str, Any], Rules], object]
    carry_out: Callable[[Session, dict[str, Any], Actor, datetime, Rules], object]


def _import(
    session: Session, data: dict[str, Any], actor: Actor, now: datetime, rules: Rules
) -> object:
    return import_calendar(session, data, now=now, actor=actor, rules=rules)


KINDS: Mapping[str, Kind] = {CALENDAR: Kind(preview_calendar, _import)}


def propose(
    session: Session, kind: str, data: dict[str, Any], *, by: str, now: datetime, rules: Rules
) -> PendingChange:
    """Put a change before a second person; nothing is done yet.

    Raises:
        BadInput: it cannot be carried out as it is.
        RefusedByRule: one of this kind waits already.
    """
    KINDS[kind].check(session, data, rules)
    if any(other.kind == kind for other in waiting_changes(session)):
        raise RefusedByRule(
            _("A change of this kind waits for a decision already; it must be decided first.")
        )
    change = PendingChange(kind=kind, data=data, proposed_at=now, proposed_by=by)
    session.add(change)
    session.flush()
    log_event(session, "change.proposed", now=now, by=by, kind=kind, change=change.id)
    return change


def decide(
    session: Session,
    change: PendingChange,
    approve: bool,
    *,
    actor: Actor,
    now: datetime,
    rules: Rules,
    reason: str = "",
) -> None:
    """Carry a change out, or decline it with a reason.

    Raises:
        SecondPersonRequired: who proposed it would approve it.
        BadInput: a reason is missing, or it cannot be carried out any more.
        StaleVersion: somebody decided it before.
    """
    if approve and _same(actor.name, change.proposed_by):
        raise SecondPersonRequired(
            _("{name} proposed this; somebody else must approve it.").format(name=actor.name)
        )
    if not approve and not reason:
        raise BadInput(_("Say why it is declined."), field="reason")
    # Of two who decide at once, one is first.
    decided = session.exec(
        update(PendingChange)
        .where(col(PendingChange.id) == change.id, col(PendingChange.approved).is_(None))
        .values(approved=approve, decided_at=now, decided_by=actor.name, reason=reason or None)
    )
    if decided.rowcount != 1:
        raise StaleVersion(_("This change was decided already; look at it again."))
    what = "change.approved" if approve else "change.declined"
    log_event(session, what, now=now, by=actor.name, kind=change.kind, change=change.id)
    if approve:
        KINDS[change.kind].carry_out(session, change.data, actor, now, rules)


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()
