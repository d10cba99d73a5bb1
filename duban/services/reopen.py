"""A re-check (回头看) found that a rectified finding is not: it opens again."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from duban.services.tell_event import tell_reopened
from duban.services.transition import Actor, transition
from models.deadline_proof import deadline_record
from models.deadlines import Deadline
from models.errors import BadInput
from models.finding import Finding
from models.periods import Period
from models.transitions import Event


def reopen(
    session: Session,
    findings: Sequence[Finding],
    *,
    reason: str,
    now: datetime,
    actor: Actor,
    rules: Rules,
    at: datetime | None = None,
    window: Period | None = None,
) -> Deadline:
    """Open again with a new window from that day; its end is the new original date.

    Raises:
        BadInput: no reason was given.
    """
    if not reason.strip():
        raise BadInput(_("Reopening needs a reason; say what the re-check found."), field="reason")
    deadline = rules.due_from(at or now, window)
    for finding in findings:
        transition(
            session,
            finding,
            Event.REOPEN,
            now=now,
            at=at,
            actor=actor,
            rules=rules,
            changes={
                "original_last_day": deadline.last_day,
                "original_due_at": deadline.due_at,
                "last_day": deadline.last_day,
                "due_at": deadline.due_at,
                "provisional": deadline.provisional,
                "submitted_at": None,
                "rectified_at": None,
                "overdue_at": None,
                "on_time": None,
                "on_time_original": None,
                "rung": 0,
            },
            reason=reason,
            details={"deadline": deadline_record(deadline)},
        )
    tell_reopened(session, findings, rules=rules, now=now)
    return deadline
