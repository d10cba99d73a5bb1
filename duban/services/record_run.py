"""Writing the ledger of nights."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.rules import Rules
from models.errors import NotFound
from models.nightly_run import NightlyRun, RunState
from models.queries.due import forecast
from models.queries.runs import attempts, last_stopped

if TYPE_CHECKING:
    from duban.services.nightly import NightReport


def start_run(
    session: Session,
    *,
    as_of: datetime,
    now: datetime,
    business_date: date,
    via: str,
    rules: Rules,
    flow_run_id: str | None,
) -> int:
    """Open the next attempt at a night and give its id.

    An attempt at an earlier night that is still open died at work; it is closed as failed.
    """
    session.exec(
        update(NightlyRun)
        .where(
            col(NightlyRun.state) == RunState.RUNNING, col(NightlyRun.business_date) < business_date
        )
        .values(state=RunState.FAILED)
    )
    run = NightlyRun(
        business_date=business_date,
        attempt=attempts(session, business_date) + 1,
        as_of=as_of,
        started_at=now,
        via=via,
        flow_run_id=flow_run_id,
        policy_version=rules.policy.version,
        calendar_version=rules.calendar.version_of(rules.calendar.covered_years),
    )
    session.add(run)
    session.flush()
    if run.id is None:
        raise ValueError("the database gave no id")
    return run.id


def finish_run(
    session: Session,
    report: "NightReport",
    *,
    expected: int,
    planned: int,
    seconds: float,
) -> None:
    """Close the row with what was done, and with the forecast for the nights to come."""
    run = session.get_one(NightlyRun, report.run_id)
    run.state = report.state
    run.counts = report.counts
    run.warnings = report.warnings
    run.expected = expected
    run.planned = planned
    run.seconds = round(seconds, 3)
    run.forecast = forecast(session)
    session.add(run)


def confirm_night(session: Session, business_date: date, *, by: str) -> NightlyRun:
    """Let a stopped night go on with its next run; who said so first stays written down.

    Raises:
        NotFound: no run of that night was stopped.
    """
    run = last_stopped(session, business_date)
    if run is None:
        raise NotFound(
            _("No run of the night of {date} was stopped; see “duban run list”.").format(
                date=business_date
            )
        )
    run.confirmed_by = run.confirmed_by or by
    session.add(run)
    return run


def record_missed(
    session: Session,
    nights: list[date],
    *,
    covered_by: int,
    as_of: datetime,
    now: datetime,
    via: str,
) -> None:
    """One row for each night that was not run, naming the run that made up for it."""
    for night in nights:
        session.add(
            NightlyRun(
                business_date=night,
                attempt=attempts(session, night) + 1,
                as_of=as_of,
                started_at=now,
                via=via,
                state=RunState.MISSED,
                covered_by=covered_by,
            )
        )
