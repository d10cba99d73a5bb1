"""One month in figures: what stands and what was done, counted.

What stands is as of the instant that is asked; what happened is of the month. Withdrawn findings
are in no figure.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import func, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col

from models.calendar import civil_date
from models.escalation import Escalation, EscalationState
from models.finding import Finding
from models.letter import Letter
from models.month import Month
from models.month_figures import Days, MonthFigures, OfOne
from models.queries.month_days import acts_of_month
from models.queries.scope import EVERYTHING, Scope
from models.queries.status import by_organization
from models.ranking import OnTime
from models.transitions import OPEN_PHASES, RUNNING_STATES, State


def month_figures(
    session: Session, month: Month, now: datetime, scope: Scope = EVERYTHING
) -> MonthFigures:
    """The figures of ``month`` within ``scope`` as of ``now``."""
    acts = acts_of_month(session, month, now, scope)
    original = _punctual(session, month, now, scope, original=True)
    present = _punctual(session, month, now, scope, original=False)
    oldest = _oldest_overdue(session, now, scope)
    today = civil_date(now)
    rows = [
        OfOne(
            one.organization,
            open=one.open,
            overdue=one.states[State.OVERDUE],
            days_late=(today - oldest.get(key, today)).days,
            in_review=one.states[State.SUBMITTED],
            returned=acts.returned[key],
            by_original=original.get(key, OnTime()),
            by_present=present.get(key, OnTime()),
        )
        for one in by_organization(session, now, scope)
        for key in (one.organization.id or 0,)
    ]
    shown = [
        one for one in rows if one.open or one.returned or one.by_original.n or one.by_present.n
    ]
    letters, findings = _issued(session, month, now, scope)
    return MonthFigures(
        month=month,
        as_of=now,
        organizations=sorted(shown, key=_worst_first),
        letters=letters,
        findings=findings,
        acts=acts.counts,
        approved=_approved(session, month, now, scope),
        theirs=Days.of(acts.theirs),
        ours=Days.of(acts.ours),
        review_late=_review_late(session, today, scope),
    )


def _worst_first(one: OfOne) -> tuple[int, int, int, str]:
    return -one.overdue, -one.days_late, -one.open, one.organization.path


def _punctual(
    session: Session, month: Month, now: datetime, scope: Scope, *, original: bool
) -> Mapping[int, OnTime]:
    """What became of the findings whose last day lies in the month, by organization.

    The base is, as on the dashboard, what is closed and what is open though that day has passed.
    """
    due_at = col(Finding.original_due_at if original else Finding.due_at)
    in_time = col(Finding.on_time_original if original else Finding.on_time).is_(True)
    closed = col(Finding.phase) == State.RECTIFIED
    query = (
        columns(
            col(Finding.organization_id),
            func.count().filter(closed, in_time),
            func.count().filter(closed, ~in_time),
            func.count().filter(~closed),
        )
        .where(
            col(Finding.phase).in_((*OPEN_PHASES, State.RECTIFIED)),
            # No date comes before the one first promised; this one stands in the index.
            col(Finding.due_at) > month.begins,
            # A period ends at 24:00 of its last day.
            due_at > month.begins,
            due_at <= month.ends,
            or_(closed, due_at <= now),
            scope.of(Finding.organization_id),
        )
        .group_by(col(Finding.organization_id))
    )
    found: defaultdict[int, OnTime] = defaultdict(OnTime)
    for organization_id, *counts in session.connection().execute(query):
        found[organization_id] += OnTime(*counts)
    return found


def _oldest_overdue(session: Session, now: datetime, scope: Scope) -> Mapping[int, date]:
    """The earliest last day of what is overdue, by organization."""
    query = columns(col(Finding.organization_id), func.min(Finding.last_day)).where(
        col(Finding.phase).in_(RUNNING_STATES),
        col(Finding.due_at) <= now,
        scope.of(Finding.organization_id),
    )
    rows = session.connection().execute(query.group_by(col(Finding.organization_id)))
    return {int(organization_id): day for organization_id, day in rows}


def _issued(session: Session, month: Month, now: datetime, scope: Scope) -> tuple[int, int]:
    """Letters of the month that still ask for something or did, and their findings."""
    query = (
        columns(func.count(func.distinct(Letter.id)), func.count())
        .join(Finding, col(Finding.letter_id) == col(Letter.id))
        .where(
            # A number is of the year in which its letter was issued.
            col(Letter.year) == month.year,
            col(Letter.issued_at) >= month.begins,
            col(Letter.issued_at) < month.ends,
            col(Letter.issued_at) <= now,
            col(Finding.phase) != State.WITHDRAWN,
            scope.of(Letter.organization_id),
        )
    )
    letters, findings = session.connection().execute(query).one()
    return letters, findings


def _approved(session: Session, month: Month, now: datetime, scope: Scope) -> Mapping[int, int]:
    """How many steps of each level were approved in the month and stand."""
    query = columns(col(Escalation.level), func.count()).where(
        col(Escalation.state) == EscalationState.APPROVED,
        col(Escalation.decided_at) >= month.begins,
        col(Escalation.decided_at) < month.ends,
        col(Escalation.decided_at) <= now,
        scope.of(Escalation.organization_id),
    )
    rows = session.connection().execute(query.group_by(col(Escalation.level)))
    return {int(level): int(n) for level, n in rows}


def _review_late(session: Session, today: date, scope: Scope) -> int:
    query = columns(func.count()).where(
        col(Finding.review_by) < today, scope.of(Finding.organization_id)
    )
    return int(session.connection().execute(query).scalar_one())
