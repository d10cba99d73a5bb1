"""The nightly check: lapse what is due, walk the ladder, account for every open finding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from time import perf_counter

from config.settings import Settings
from duban.services.brake import count_acts, judge, weigh
from duban.services.night import Night, last_alike, night_of
from duban.services.parts_of_night import add_shards, parts_of_night
from duban.services.record_run import (
    NightReport,
    fail_run,
    finish_run,
    report_of,
    start_run,
    stop_run,
)
from duban.services.rules import load_rules
from duban.services.work_night import work_night
from models.database import Database
from models.errors import DubanError, Unavailable
from models.nightly_run import NightlyRun, RunState
from models.queries.due import count_open
from models.queries.runs import locked_run
from models.transitions import State

Summon = Callable[[int, int], None]
"""Asks other workers to share a run: its id, and into how many shards it is split."""


def run_night(
    database: Database,
    *,
    as_of: datetime,
    business_date: date,
    via: str,
    settings: Settings,
    now: datetime | None = None,
    flow_run_id: str | None = None,
    note: str | None = None,
    summon: Summon | None = None,
) -> NightReport:
    """Run the check for one night, in batches of one transaction each.

    ``as_of`` is the instant that the night is about, ``now`` when it is at work; ``summon``
    asks others to share the work once it is split. Safe to repeat and to run twice at once:
    the database's constraints decide who did what. A night far beyond its forecast stops
    before it changes anything.
    """
    began = perf_counter()
    report = open_night(
        database, as_of=as_of, business_date=business_date, via=via, settings=settings, now=now,
        flow_run_id=flow_run_id, note=note,
    )  # fmt: skip
    if report.state is not RunState.RUNNING:
        return report
    # SQLite has one writer: others could only wait.
    if summon is not None and database.engine.dialect.name == "postgresql":
        summon(report.run_id, report.shards)
    with _given_up_on_error(database, report.run_id):
        work_night(database, report.run_id, settings)
    return close_night(database, report.run_id, perf_counter() - began)


def open_night(
    database: Database,
    *,
    as_of: datetime,
    business_date: date,
    via: str,
    settings: Settings,
    now: datetime | None = None,
    flow_run_id: str | None = None,
    note: str | None = None,
) -> NightReport:
    """Begin a night and split it into shards; it is stopped already where the brake holds it."""
    now = now or as_of
    with database.begin() as session:
        rules = load_rules(session, settings)
        last = last_alike(session, rules, as_of)
        run = start_run(
            session, as_of=as_of, since=last.as_of if last else None, now=now,
            business_date=business_date, via=via, rules=rules, flow_run_id=flow_run_id,
        )  # fmt: skip
        run.warnings = [note] if note else []
        total = count_open(session)
        run.counts = {
            "open": sum(total.values()), "waiting-for-us": total.get(State.SUBMITTED, 0),
        }  # fmt: skip
        night = night_of(session, rules, run)
        foreseen_by = last.started_at if last else None
        parts = parts_of_night(session, night, settings.nights.batch, foreseen_by)
        due, foreseen = sum(part.n for part in parts), sum(part.foreseen for part in parts)
        braking = weigh(night, due, foreseen)
        run.expected, run.planned = braking.expected, braking.planned
        add_shards(session, run, parts)
        report = report_of(run)
    if braking.stops:
        return _look_closely(database, night, braking.expected, report)
    return report


def _look_closely(
    database: Database, night: Night, expected: int, report: NightReport
) -> NightReport:
    """Count exactly what the night would do, and let it wait where that is a flood."""
    with _given_up_on_error(database, report.run_id):
        with database.read() as session:
            planned = count_acts(session, night)
            braking = judge(session, night, planned, expected, report.business_date)
        with database.begin() as session:
            run = locked_run(session, report.run_id)
            run.expected, run.planned = braking.expected, braking.planned
            if braking.stops:
                stop_run(run, braking)
            session.add(run)
            return report_of(run)


def close_night(database: Database, run_id: int, seconds: float) -> NightReport:
    """Close a night of which nothing is left to do; what its row then says."""
    with database.begin() as session:
        finish_run(session, run_id, seconds)
        session.flush()
        return report_of(session.get_one(NightlyRun, run_id))


@contextmanager
def _given_up_on_error(database: Database, run_id: int) -> Iterator[None]:
    """Close a night that cannot go on, with the cause; the next one makes up for it."""
    try:
        yield
    except BaseException as error:
        why = error.message if isinstance(error, DubanError) else type(error).__name__
        # The error that is on its way says more than a second one.
        with suppress(Unavailable), database.begin() as session:
            fail_run(session, run_id, why)
        raise
