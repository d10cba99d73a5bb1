"""A peer: one APScheduler job for each finding, kept in the database.

Every open finding has a job with the instant of its next step. When it fires it opens a
transaction, takes the step and appends to its organization's digest. One thread works them
off: with several, two findings of one organization would race for its digest.
"""

import json
from datetime import UTC, timedelta
from threading import Event
from time import perf_counter
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from benchmarks.floor import instant, verify
from benchmarks.peer_machines import by_hand
from benchmarks.peer_tables import Finding, Outbox
from benchmarks.peers import take_step
from benchmarks.places import Place
from config import clock

LATER = timedelta(days=1)
_engines: list[Engine] = []
_lapse = by_hand()


def run(place: Place, name: str, night: int, due: int) -> list[float]:
    """The seconds from the start of the scheduler until the last of ``due`` jobs is done."""
    engine = place.engine(name)
    _engines[:] = [engine]
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(engine=engine)},
        executors={"default": ThreadPoolExecutor(1)},
        timezone=UTC,
    )
    _add_jobs(place, engine, scheduler, instant(night))
    done = _await(scheduler, due)
    began = perf_counter()
    scheduler.resume()
    done.wait()
    spent = perf_counter() - began
    scheduler.shutdown()
    engine.dispose()
    connection = place.connect(name)
    verify(connection, night, due)
    connection.close()
    return [spent]


def act(finding_id: int, now: int) -> None:
    """What a job does."""
    with Session(_engines[0]) as session, session.begin():
        row = session.get_one(Finding, finding_id)
        take_step(session, row, _lapse, now)
        mine = select(Outbox).where(Outbox.org_id == row.org_id, Outbox.night == now)
        digest = session.exec(mine).one_or_none()
        if digest is None:
            digest = Outbox(org_id=row.org_id, night=now, body=json.dumps({"n": 0, "ids": []}))
            session.add(digest)
        ids = [*json.loads(digest.body)["ids"], row.id]
        digest.body = json.dumps({"n": len(ids), "ids": ids})


def _add_jobs(place: Place, engine: Engine, scheduler: Any, now: int) -> None:
    """A job for each open finding; not measured, so without waiting for the disk."""
    with engine.connect() as connection:
        query = select(Finding.id, Finding.next_action_at).where(
            col(Finding.next_action_at).is_not(None)
        )
        findings = connection.execute(query).all()
    _durable(place, engine, False)
    scheduler.start(paused=True)
    tonight = clock.now()
    for finding_id, at in findings:
        scheduler.add_job(
            "benchmarks.peer_jobs:act", "date", args=[finding_id, now], id=str(finding_id),
            run_date=tonight if at <= now else tonight + LATER, misfire_grace_time=None,
        )  # fmt: skip
    _durable(place, engine, True)


def _durable(place: Place, engine: Engine, on: bool) -> None:
    if place.backend == "postgresql":
        statement = f"ALTER ROLE postgres SET synchronous_commit = {'on' if on else 'off'}"
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()
    else:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if on else 'OFF'}")


def _await(scheduler: Any, due: int) -> Event:
    """An event that is set when as many jobs have ended as are due, well or badly."""
    done = Event()
    ended = []

    def count(event: Any) -> None:
        ended.append(event.job_id)
        if len(ended) == due:
            done.set()

    scheduler.add_listener(count, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
    return done
