"""Two nightly runs at once, in two processes, 200 times at most: each thing happens once."""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import date
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any, TypeVar

from sqlmodel import Session, select

from config.settings import Settings
from duban.services.nightly import run_night
from models.database import open_database
from models.escalation import Notice
from models.finding import Finding
from models.message import Message
from models.nightly_run import NightlyRun
from models.transition_log import TransitionRecord
from tests.places import Places
from tests.world import World, at

RACES, IN_PART = 200, 20
AT_A_TIME = 20
"""So many copies of the database lie on the disk together."""
NIGHT = "2024-01-27"

T = TypeVar("T")
_barrier: Barrier | None = None


def test_races_of_two_nightly_runs(world: World, places: Places, whole: bool) -> None:
    number = RACES if whole else IN_PART
    for code in "abc":
        world.unit(code, findings=2)
    world.issue()
    world.nights("2024-01-19", "2024-01-26")
    with world.database.read() as session:
        before = len(_all(session, Notice)), len(_all(session, Message))
    world.database.close()
    url = world.database.engine.url.render_as_string(hide_password=False)
    context = get_context("spawn")
    barrier = context.Barrier(2)
    outcomes: Counter[Any] = Counter()
    with ProcessPoolExecutor(2, context, _take, (barrier,)) as pool:
        for first in range(0, number, AT_A_TIME):
            with ExitStack() as copies:
                races = [
                    copies.enter_context(places.copy(url, f"race_{n}"))
                    for n in range(first, first + AT_A_TIME)
                ]
                both = [pool.submit(_race, races) for _runner in range(2)]
                states = [runner.result(timeout=300) for runner in both]
                assert states == [["completed"] * AT_A_TIME] * 2
                outcomes.update(map(_outcome, races))
    # Six findings lapse once and are urged once; two people of three organizations hear of it.
    assert outcomes == {(6, 6, before[0] + 6, before[0] + 6, before[1] + 6, (1, 2)): number}


def _take(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603  a spawned process gets its barrier once, when it starts
    _barrier = barrier


def _race(races: list[str]) -> list[str]:
    states = []
    for url in races:
        with open_database(url) as database:
            assert _barrier is not None
            _barrier.wait(timeout=60)
            report = run_night(
                database, as_of=at(NIGHT), business_date=date.fromisoformat(NIGHT), via="race",
                settings=Settings(),
            )  # fmt: skip
            states.append(report.state.value)
    return states


def _outcome(url: str) -> tuple[int, int, int, int, int, tuple[int, ...]]:
    """Overdue findings, lapses, notices, different notices, messages, attempts of the night."""
    with open_database(url) as database, database.read() as session:
        notices = [(n.finding_id, n.due_on, n.rung) for n in _all(session, Notice)]
        return (
            sum(f.state == "overdue" for f in _all(session, Finding)),
            sum(row.event == "lapse" for row in _all(session, TransitionRecord)),
            len(notices),
            len(set(notices)),
            len(_all(session, Message)),
            tuple(
                sorted(
                    r.attempt for r in _all(session, NightlyRun) if str(r.business_date) == NIGHT
                )
            ),
        )


def _all(session: Session, table: type[T]) -> list[T]:
    return list(session.exec(select(table)))
