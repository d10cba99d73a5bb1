"""The counts and figures by other code: from the findings themselves, one by one."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, true
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from duban.services.count_findings import KEY, counted
from models.calendar import civil_date
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.finding_count import DueCount, FindingCount
from models.queries.status import Figures, by_organization, figures
from models.transitions import OPEN_STATES, State, has_lapsed

WEEK = timedelta(days=7)


def stored(session: Session) -> dict[Any, int]:
    """What the tables of counts hold, by key or by day; rows at zero say nothing."""
    rows = session.exec(select(FindingCount).where(FindingCount.n != 0))
    alike = {
        (row.organization_id, row.state, row.received, row.provisional, row.escalated): row.n
        for row in rows
    }
    days = session.exec(select(DueCount).where(DueCount.n != 0))
    return {**alike, **{row.last_day: row.n for row in days}}


def true_counts(session: Session) -> dict[Any, int]:
    """What they must hold."""
    findings = session.exec(select(Finding)).all()
    running = [one.last_day for one in findings if one.phase in ("issued", "acknowledged")]
    return {**Counter(counted(one)[:-1] for one in findings), **Counter(running)}


def recount(session: Session) -> None:
    """Make the counts fit findings that no service has written."""
    alike = (
        col(Finding.organization_id), col(Finding.state),
        col(Finding.acknowledged_at).is_not(None), col(Finding.provisional), col(Finding.escalated),
    )  # fmt: skip
    connection = session.connection()
    runs = col(Finding.phase).in_(("issued", "acknowledged"))
    for model, names, keys, where in (
        (FindingCount, KEY, alike, true()), (DueCount, ("last_day",), (col(Finding.last_day),), runs),
    ):  # fmt: skip
        connection.execute(delete(model))
        grouped = columns(*keys, func.count()).where(where).group_by(*keys)
        connection.execute(insert(model).from_select([*names, "n"], grouped))


def true_figures(session: Session, now: datetime) -> Figures:
    """The figures as a person would count them."""
    today = civil_date(now)
    findings = [(one, _state_at(one, now)) for one in session.exec(select(Finding))]
    standing = {
        one.finding_id for one in session.exec(select(Escalation))
        if one.state in ("proposed", "approved")
    }  # fmt: skip
    open_ones = [(one, state) for one, state in findings if state in OPEN_STATES]
    states = Counter(state for _one, state in findings)
    return Figures(
        draft=states[State.DRAFT],
        open=len(open_ones),
        overdue=states[State.OVERDUE],
        due_soon=sum(
            state in (State.ISSUED, State.ACKNOWLEDGED)
            and one.last_day is not None and one.last_day <= today + WEEK
            for one, state in open_ones
        ),
        waiting_for_us=states[State.SUBMITTED],
        review_late=sum(
            state is State.SUBMITTED and one.review_by is not None and one.review_by < today
            for one, state in open_ones
        ),
        unacknowledged=sum(one.acknowledged_at is None for one, _state in open_ones),
        escalated=sum(one.id in standing for one, _state in open_ones),
        proposals=sum(one.state == "proposed" for one in session.exec(select(Escalation))),
        extensions=sum(one.granted is None for one in session.exec(select(ExtensionRequest))),
        provisional=sum(one.provisional for one, _state in open_ones),
    )  # fmt: skip


def differences(session: Session, now: datetime) -> list[str]:
    """Wherever the counts and figures are not what the findings say."""
    found = []
    have, truth = stored(session), true_counts(session)
    found += [
        f"{key}: {have.get(key, 0)} instead of {truth.get(key, 0)}"
        for key in sorted({*have, *truth}, key=str) if have.get(key) != truth.get(key)
    ]  # fmt: skip
    said, told = asdict(figures(session, now)), asdict(true_figures(session, now))
    found += [
        f"{name}: {said[name]} instead of {told[name]}" for name in told if said[name] != told[name]
    ]
    by_code = {
        (row.organization.id, state): n
        for row in by_organization(session, now) for state, n in row.states.items() if n
    }  # fmt: skip
    true_by_code = Counter(
        (one.organization_id, _state_at(one, now)) for one in session.exec(select(Finding))
    )
    if by_code != true_by_code:
        found.append(f"by organization: {by_code} instead of {dict(true_by_code)}")
    return found


def _state_at(finding: Finding, now: datetime) -> State:
    return State.OVERDUE if has_lapsed(finding.state, finding.due_at, now) else finding.state
