"""What was done in a month, and how many days it took: their days and ours, from the log."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import select as columns
from sqlalchemy import text
from sqlmodel import Session, col

from models.calendar import civil_date
from models.finding import Finding
from models.month import Month
from models.queries.scope import Scope
from models.transition_log import NOT_A_LAPSE, TransitionRecord, begins_window, standing
from models.transitions import Event, State


@dataclass(slots=True)
class Acts:
    """The acts of a month: how many of each, reports returned by organization, and the days.

    ``theirs`` has for each report the days since the issue or the last return, ``ours`` for each
    decision the days since the report.
    """

    counts: Counter[Event] = field(default_factory=Counter)
    returned: Counter[int] = field(default_factory=Counter)
    theirs: list[int] = field(default_factory=list)
    ours: list[int] = field(default_factory=list)


def acts_of_month(session: Session, month: Month, now: datetime, scope: Scope) -> Acts:
    """What happened in ``month`` until ``now`` and was not taken back."""
    begins, ends = month.begins, month.ends
    touched = columns(col(TransitionRecord.finding_id)).where(
        text(NOT_A_LAPSE),
        col(TransitionRecord.effective_at) >= begins,
        col(TransitionRecord.effective_at) < ends,
    )
    query = (
        columns(TransitionRecord, col(Finding.organization_id))
        .join(Finding, col(TransitionRecord.finding_id) == col(Finding.id))
        .where(
            text(NOT_A_LAPSE),
            col(TransitionRecord.finding_id).in_(touched),
            col(Finding.phase) != State.WITHDRAWN,
            scope.of(Finding.organization_id),
        )
        .order_by(col(TransitionRecord.finding_id), col(TransitionRecord.version))
        .execution_options(yield_per=1_000)
    )
    found = Acts()
    for (_id, organization), rows in groupby(
        session.execute(query), key=lambda row: (row[0].finding_id, row[1])
    ):
        history = [row[0] for row in rows if row[0].effective_at <= now]
        for record, days in _timed(standing(history)):
            if not begins <= record.effective_at < ends:
                continue
            found.counts[record.event] += 1
            found.returned[organization] += record.event is Event.RETURN
            if record.event is Event.SUBMIT:
                found.theirs.append(days)
            elif record.event in (Event.ACCEPT, Event.RETURN):
                found.ours.append(days)
    return found


def _timed(history: Iterable[TransitionRecord]) -> Iterable[tuple[TransitionRecord, int]]:
    """Every arrow of one finding with the days since it changed hands before."""
    since: datetime | None = None
    for record in history:
        at = record.effective_at
        yield record, (civil_date(at) - civil_date(since)).days if since is not None else 0
        if begins_window(record) or record.event in (Event.SUBMIT, Event.ACCEPT, Event.RETURN):
            since = at
