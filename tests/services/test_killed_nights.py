"""Nights whose process is killed at a random instant, or that others share."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest
from sqlmodel import col, select

from config.settings import DatabaseSettings, NightSettings, Settings
from duban.services.nightly import close_night, open_night, run_night
from duban.services.work_night import work_night
from models.database import Database, open_database
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.look_again import LookAgain
from models.message import Message
from models.nightly_run import RunState
from models.transition_log import TransitionRecord
from models.transitions import Event
from tests.places import Places
from tests.world import World, at

NIGHT = "2024-01-27"
KILLS, IN_PART = 50, 10
ORGANIZATIONS, FINDINGS = 12, 20
FORK = multiprocessing.get_context("fork")


def settings_of(url: str) -> Settings:
    """Small batches, so that a night is many transactions and shards."""
    return Settings(database=DatabaseSettings(url=url), nights=NightSettings(batch=30))


def hold(database: Database, settings: Settings) -> RunState:
    return run_night(
        database, as_of=at(NIGHT), business_date=date.fromisoformat(NIGHT), via="test",
        settings=settings,
    ).state  # fmt: skip


def hold_alone(url: str) -> None:
    with open_database(url) as database:
        hold(database, settings_of(url))


def help_out(url: str, run_id: int) -> None:
    with open_database(url) as database:
        work_night(database, run_id, settings_of(url))


@contextmanager
def at_work(target: Any, *arguments: Any) -> Iterator[Any]:
    """A process that does ``target``; killed at the end if it lives."""
    process = FORK.Process(target=target, args=arguments)
    process.start()
    try:
        yield process
    finally:
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
        process.join(timeout=30)


@pytest.fixture
def due(world: World) -> World:
    """A district of which every finding lapses and is urged in the night."""
    for n in range(ORGANIZATIONS):
        world.unit(f"u{n}", findings=FINDINGS)
    world.issue()
    for night in ("2023-12-27", "2024-01-26"):  # what comes after was foreseen
        assert world.night(night).state is RunState.COMPLETED
    world.database.close()  # a child must not share our connections
    return world


def left_behind(database: Database) -> dict[str, Any]:
    """Everything that the night wrote, each row as often as it is there."""
    with database.read() as session:
        log = select(TransitionRecord).where(TransitionRecord.event == Event.LAPSE)
        return {
            "findings": sorted(
                (f.id, f.state, f.version, f.overdue_at, f.rung, f.escalated)
                for f in session.exec(select(Finding))
            ),
            "again": sorted(session.exec(select(LookAgain.finding_id, LookAgain.at))),
            "lapses": sorted((r.finding_id, r.version) for r in session.exec(log)),
            "notices": sorted((n.finding_id, n.due_on, n.rung) for n in session.exec(select(Notice))),
            "proposals": sorted((p.finding_id, p.rung) for p in session.exec(select(Escalation))),
            "told": sorted(
                {(m.organization_id, m.to) for m in session.exec(
                    select(Message).where(col(Message.run_id).is_not(None))
                )}
            ),
        }  # fmt: skip


@pytest.fixture
def unharmed(due: World, places: Places) -> tuple[dict[str, Any], float]:
    """What an undisturbed night leaves behind, and how long it takes."""
    with places.copy(due.settings.database_url, "whole") as url:
        began = monotonic()
        with at_work(hold_alone, url) as process:
            process.join(timeout=60)
        spent = monotonic() - began
        with open_database(url) as database:
            return left_behind(database), spent


def test_kills_lose_nothing_and_tell_nothing_twice(
    due: World, unharmed: tuple[dict[str, Any], float], places: Places, whole: bool
) -> None:
    left, spent = unharmed
    kills = KILLS if whole else IN_PART
    assert len(left["lapses"]) == len({*left["lapses"]}) == ORGANIZATIONS * FINDINGS
    random, cut_short = Random(50), 0
    for kill in range(kills):
        with places.copy(due.settings.database_url, f"kill{kill}") as url:
            with at_work(hold_alone, url) as process:
                sleep(random.uniform(0, spent))
                os.kill(process.pid or 0, signal.SIGKILL)
            with open_database(url) as database:
                with database.read() as session:
                    done = len(session.exec(select(Notice.id)).all())
                cut_short += 0 < done < len(left["notices"])
                assert hold(database, settings_of(url)) is RunState.COMPLETED
                assert left_behind(database) == left
    assert cut_short > (kills // 10 if whole else 0), "the kills came before or after the work"


def test_a_night_is_finished_by_whoever_is_left(
    due: World, unharmed: tuple[dict[str, Any], float], places: Places, whole: bool
) -> None:
    left, spent = unharmed
    random = Random(7)
    for kill in range(10 if whole else 3):
        with places.copy(due.settings.database_url, f"share{kill}") as url:
            chosen = settings_of(url)
            with open_database(url) as database:
                report = open_night(
                    database, as_of=at(NIGHT), business_date=date.fromisoformat(NIGHT),
                    via="test", settings=chosen,
                )  # fmt: skip
            assert report.shards == 8
            with (
                at_work(help_out, url, report.run_id) as first,
                at_work(help_out, url, report.run_id) as second,
            ):
                sleep(random.uniform(0, spent))
                os.kill(first.pid or 0, signal.SIGKILL)
                second.join(timeout=60)
                assert second.exitcode == 0
            with open_database(url) as database:
                closed = close_night(database, report.run_id, 1.0)
                assert (closed.state, closed.counts["changed"]) == (
                    RunState.COMPLETED, ORGANIZATIONS * FINDINGS,
                )  # fmt: skip
                assert left_behind(database) == left
