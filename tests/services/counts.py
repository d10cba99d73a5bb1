"""The counts and figures by other code: from the findings themselves, one by one."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from duban.services.count_findings import Counted, counted
from models.calendar import civil_date
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.finding_count import FindingCount
from models.queries.status import Figures, by_organization, figures
from models.transitions import OPEN_STATES, State, has_lapsed

WEEK = timedelta(days=7)


def stored(session: Session) -> dict[Counted, int]:
    """What the table of counts holds; rows at zero say nothing."""
    rows = session.exec(select(FindingCount).where(FindingCount.n != 0))
    return {
        Counted(row.organization_id, row.state, row.received, row.provisional, row.escalated): row.n
        for row in rows
    }


def true_counts(session: Session) -> dict[Counted, int]:
    """What it must hold."""
    return dict(Counter(map(counted, session.exec(select(Finding)))))


def recount(session: Session) -> None:
    """Make the counts fit findings that no service has written."""
    alike = (
        col(Finding.organization_id), col(Finding.state),
        col(Finding.acknowledged_at).is_not(None), col(Finding.provisional), col(Finding.escalated),
    )  # fmt: skip
    connection = session.connection()
    connection.execute(delete(FindingCount))
    grouped = columns(*alike, func.count()).group_by(*alike)
    connection.execute(insert(FindingCount).from_select([*Counted._fields, "n"], grouped))


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
        for key in sorted({*have, *truth}) if have.get(key) != truth.get(key)
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
