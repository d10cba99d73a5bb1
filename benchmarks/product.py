"""The product's night, as an installation runs it, on its own tables."""

import subprocess
import sys
from time import perf_counter

from benchmarks.night_days import day_of, held_at
from benchmarks.one import measure
from benchmarks.places import Place
from benchmarks.sums import KEYS, wrong_rows
from benchmarks.workload import LAPSE_STEP
from config.settings import Settings
from duban.services.nightly import close_night, open_night, run_night
from duban.services.work_night import work_night
from models.database import Database, open_database
from models.nightly_run import RunState
from models.transitions import State

NOTICE_STEPS, PROPOSAL_STEPS = (0, 1, 2, LAPSE_STEP), (4, 5)


def run(place: Place, name: str, nights: list[int], due: list[dict[str, int]]) -> list[float]:
    """The seconds of each of ``nights``; ``due`` has for each the findings by their step."""
    spent, runs = [], []
    with open_database(place.url(name)) as database:
        for night in nights:
            began = perf_counter()
            runs.append(hold_night(database, night))
            spent.append(perf_counter() - began)
    # In a process of its own: its memory is not the night's.
    measure("product.verify", place, name, dict(zip(runs, due, strict=True)))
    return spent


def hold_night(database: Database, night: int) -> int:
    """The whole check of one night in this process; its run's id.

    Raises:
        AssertionError: it did not end well.
    """
    day = day_of(night)
    report = run_night(
        database, as_of=held_at(day), business_date=day, via="bench", settings=Settings()
    )
    assert report.state is RunState.COMPLETED, report
    return report.run_id


def share(
    place: Place, name: str, nights: list[int], due: list[dict[str, int]], workers: int
) -> list[float]:
    """The seconds of each of ``nights`` with so many processes at work, started before."""
    spent, runs = [], []
    helpers = [_start_helper(place, name) for _helper in range(workers - 1)]
    with open_database(place.url(name)) as database:
        for night in nights:
            began = perf_counter()
            runs.append(_hold_together(database, night, helpers))
            spent.append(perf_counter() - began)
    for helper in helpers:
        helper.communicate("\n")
    # In a process of its own: its memory is not the night's.
    measure("product.verify", place, name, dict(zip(runs, due, strict=True)))
    return spent


def help_out(place: Place, name: str) -> None:
    """Work at every run whose id comes on standard input, until an empty line."""
    with open_database(place.url(name)) as database:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while run_id := sys.stdin.readline().strip():
            work_night(database, int(run_id), Settings())
            sys.stdout.write("done\n")
            sys.stdout.flush()


def _start_helper(place: Place, name: str) -> "subprocess.Popen[str]":
    program = (
        "import sys; from benchmarks.places import Place; from benchmarks.product import help_out;"
        " help_out(Place(sys.argv[1], sys.argv[2]), sys.argv[3])"
    )
    helper = subprocess.Popen(
        [sys.executable, "-c", program, place.backend, place.where, name],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    _await_line(helper)
    return helper


def _await_line(helper: "subprocess.Popen[str]") -> None:
    if helper.stdout is None or not helper.stdout.readline():
        raise RuntimeError("a worker died")


def _hold_together(database: Database, night: int, helpers: list["subprocess.Popen[str]"]) -> int:
    began, day = perf_counter(), day_of(night)
    report = open_night(
        database, as_of=held_at(day), business_date=day, via="bench", settings=Settings()
    )
    for helper in helpers:
        if helper.stdin is None:
            raise RuntimeError("a worker hears nothing")
        helper.stdin.write(f"{report.run_id}\n")
        helper.stdin.flush()
    work_night(database, report.run_id, Settings())
    for helper in helpers:
        _await_line(helper)
    report = close_night(database, report.run_id, perf_counter() - began)
    assert report.state is RunState.COMPLETED, report
    return report.run_id


def verify(place: Place, name: str, runs: dict[str, dict[str, int]]) -> None:
    """What was due in each night was looked at, and nothing else, and done once, by its run.

    Raises:
        AssertionError: it was not.
    """
    connection = place.connect(name)

    def count(of: str) -> int:
        found: int = connection.execute(f"SELECT count(*) FROM {of}").fetchone()[0]
        return found

    for run_id, by_step in runs.items():
        due = {int(step): n for step, n in by_step.items()}
        lapses = f"transition_log WHERE run_id = {run_id} AND event = 'lapse'"
        lapsed = f"SELECT finding_id FROM {lapses}"
        overdue = f"findings WHERE id IN ({lapsed}) AND state = '{State.OVERDUE}'"
        notices = f"notices WHERE run_id = {run_id}"
        proposals = f"escalations WHERE run_id = {run_id}"
        concerned = f"SELECT finding_id FROM {notices} UNION SELECT finding_id FROM {proposals}"
        (planned,) = connection.execute(
            f"SELECT planned FROM nightly_runs WHERE id = {run_id}"
        ).fetchone()
        found = (
            count(lapses),
            count(overdue),
            count(notices),
            count(proposals),
            count(f"({concerned}) AS concerned"),
            planned,
        )
        assert found == (
            due.get(LAPSE_STEP, 0),
            due.get(LAPSE_STEP, 0),
            sum(due.get(step, 0) for step in NOTICE_STEPS),
            sum(due.get(step, 0) for step in PROPOSAL_STEPS),
            sum(due.values()),
            sum(due.values()),
        ), (due, found)
    off = {table: count(wrong_rows(table)) for table in KEYS}
    off["look_again"] = count("look_again")
    connection.close()
    assert not any(off.values()), off
