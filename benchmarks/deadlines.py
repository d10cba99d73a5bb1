"""Times the deadline rule: one, many, and a notice that moves the dates of 100,000 findings.

Each line names the way, how many, and microseconds each; the rule with its reasons
(pendulum and the product's calendar) and a plain precomputed list stand beside the tables.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks import one
from benchmarks.places import Place
from benchmarks.sums import KEYS, fill_sum
from config.settings import Settings
from duban.services.import_calendar import import_calendar, preview_calendar
from duban.services.install import install
from duban.services.rules import Rules, load_rules
from duban.services.transition import Actor
from models.calendar import SHANGHAI, civil_date, shipped_calendar
from models.database import open_database
from models.deadline_proof import deadline_record
from models.deadline_table import DeadlineTable, deadline_table
from models.deadlines import Rule, compute_due
from models.organization import ContactRole, OrganizationKind
from models.periods import Period, Unit
from models.schema import upgrade
from models.tables import metadata
from models.transitions import Event, Role, State

REPEATS = 5
MONTH = Period(1, Unit.MONTH)
ISSUED = datetime(2026, 11, 2, 10, tzinfo=SHANGHAI)
ARRIVED = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
OF_A_LETTER = 50
LETTERS_OF_ONE = 2
STATES = (State.ISSUED, State.ACKNOWLEDGED, State.ACKNOWLEDGED, State.SUBMITTED)
NOTICE = Path(__file__).parents[1] / "docs" / "examples" / "2027.json"


def main() -> None:
    """Print every line."""
    for line in measure():
        more = f"   peak {line['peak_mb']} MiB" if "peak_mb" in line else ""
        sys.stdout.write(f"{line['name']:48} {line['n']:>9,} {line['us_each']:12.4f} µs{more}\n")


def measure(findings: int = 100_000, place: Place | None = None) -> list[dict[str, Any]]:
    """Lines with ``name``, ``n``, ``us_each``; of a notice also ``seconds`` and ``peak_mb``."""
    lines = [*_one(), *_many()]
    if place is not None:
        return lines + list(_notice(place, findings))
    with TemporaryDirectory() as folder:
        return lines + list(_notice(Place("sqlite", folder), findings))


def _one() -> Iterator[dict[str, Any]]:
    calendar, rule = shipped_calendar(), Rule.NEXT_WORKDAY
    instants = [datetime.combine(day, time(9, 30), SHANGHAI) for day in _days(200_000)]
    table = deadline_table(MONTH, rule, calendar)
    first, listed = _listed(table)
    yield _line(
        "one: pendulum and our calendar, with reasons",
        instants[:5000],
        lambda instant: compute_due(instant, MONTH, rule, calendar),
    )
    yield _line(
        "one: by the table, from an instant",
        instants,
        lambda instant: deadline_table(MONTH, rule, calendar).at(instant),
    )
    yield _line("one: by a table in hand, from an instant", instants, table.at)
    yield _line("one: by a table in hand, from a day", _days(200_000), table.on)
    yield _line(
        "one: a precomputed list, from a day",
        _days(200_000),
        lambda day: listed[day.toordinal() - first],
    )
    yield _line("the fifth working day after", _days(50_000),
                lambda day: calendar.add_working_days(day, 5))  # fmt: skip


def _many() -> Iterator[dict[str, Any]]:
    ordinals = [day.toordinal() for day in _days(1_000_000)]
    table = deadline_table(MONTH, Rule.NEXT_WORKDAY, shipped_calendar())
    first, listed = _listed(table)
    yield _timed("many: by the table", len(ordinals), lambda: table.of_all(ordinals))
    yield _timed(
        "many: a precomputed list",
        len(ordinals),
        lambda: [listed[ordinal - first] for ordinal in ordinals],
    )
    yield _timed(
        "a table of a year, made anew", 365,
        lambda: DeadlineTable(MONTH, Rule.NEXT_WORKDAY, shipped_calendar()).on(date(2024, 1, 1)),
    )  # fmt: skip


def _days(n: int) -> list[date]:
    chance = Random(1)
    span = range(date(2023, 1, 1).toordinal(), date(2026, 11, 20).toordinal())
    return [date.fromordinal(chance.choice(span)) for _ in range(n)]


def _listed(table: DeadlineTable) -> tuple[int, list[date]]:
    first = date(2023, 1, 1).toordinal()
    last = date(2026, 11, 20).toordinal()
    return first, [found.last_day for found in table.of_all(range(first, last))]


def _line(name: str, values: Sequence[Any], call: Callable[[Any], object]) -> dict[str, Any]:
    def all_of_them() -> None:
        for value in values:
            call(value)

    return _timed(name, len(values), all_of_them)


def _timed(name: str, n: int, call: Callable[[], object]) -> dict[str, Any]:
    spent = []
    for _repeat in range(REPEATS):
        began = perf_counter()
        call()
        spent.append(perf_counter() - began)
    return {"name": name, "n": n, "us_each": median(spent) / n * 1e6}


def _notice(place: Place, findings: int) -> Iterator[dict[str, Any]]:
    fill(place, findings)
    for name, function in (
        ("a notice: checked", "check_notice"),
        ("a notice: applied, with its mails", "apply_notice"),
    ):
        measured = one.measure(f"deadlines.{function}", place)
        seconds = float(measured.answer)
        yield {"name": name, "n": findings, "us_each": seconds / findings * 1e6,
               "seconds": seconds, "peak_mb": measured.peak_mb}  # fmt: skip


def check_notice(place: Place) -> float:
    """Seconds of counting what a notice would do."""
    data = json.loads(NOTICE.read_text(encoding="utf-8"))
    with open_database(place.url("redated")) as database, database.read() as session:
        rules = load_rules(session, Settings())
        began = perf_counter()
        preview_calendar(session, data, rules)
        return perf_counter() - began


def apply_notice(place: Place) -> float:
    """Seconds of applying it, to the end of the commit."""
    data = json.loads(NOTICE.read_text(encoding="utf-8"))
    with open_database(place.url("redated")) as database:
        began = perf_counter()
        with database.begin() as session:
            import_calendar(
                session, data, now=ARRIVED, actor=Actor("bench", Role.SUPERVISOR),
                rules=load_rules(session, Settings()),
            )  # fmt: skip
        return perf_counter() - began


def fill(place: Place, findings: int) -> None:
    """Findings of letters of ten days, all due around the Spring Festival of 2027."""
    place.create("redated")
    with upgrade(place.url("redated")) as database, database.begin() as session:
        install(session, now=ISSUED - timedelta(days=60), settings=Settings())
        rules = load_rules(session, Settings())
        connection = session.connection()
        letters = findings // OF_A_LETTER
        _organizations(connection, letters // LETTERS_OF_ONE)
        for number in range(letters):
            _letter(connection, rules, number + 1, 2 + number // LETTERS_OF_ONE)
        for table in KEYS:
            connection.exec_driver_sql(fill_sum(table))
        if place.backend == "postgresql":
            # In production the server does so by itself; ours of the benchmark does not.
            connection.exec_driver_sql("ANALYZE")


def _organizations(connection: Connection, count: int) -> None:
    ids = range(2, count + 2)
    _insert(connection, "organizations", [
        {"id": n, "parent_id": 1, "code": f"u{n}", "name": f"第{n}单位", "path": f"/1/{n}/",
         "kind": OrganizationKind.OTHER, "active": True, "created_at": ISSUED} for n in ids
    ])  # fmt: skip
    _insert(connection, "contacts", [
        {"organization_id": n, "name": f"c{n}", "email": f"c{n}@unit.example", "language": "zh",
         "role": ContactRole.CONTACT, "active": True} for n in ids
    ])  # fmt: skip


def _letter(connection: Connection, rules: Rules, number: int, organization: int) -> None:
    issued_at = ISSUED + timedelta(days=number % 10)
    finish = rules.due_from(issued_at, Period(3, Unit.MONTH))
    sign_by = rules.sign_limit(issued_at)
    proof = deadline_record(finish)
    dates = {"last_day": finish.last_day, "due_at": finish.due_at, "provisional": True}
    _insert(connection, "letters", [{
        **dates, "id": number, "number": str(number), "year": 2026, "sequence": number,
        "organization_id": organization, "issued_at": issued_at, "issued_by": "bench",
        "window": str(finish.window), "rule": finish.rule, "report_by": finish.last_day,
        "calendar_version": finish.calendar_version, "report_due_at": finish.due_at,
        "sign_by": sign_by, "proof": proof,
    }])  # fmt: skip
    found, history = [], []
    for item in range(1, OF_A_LETTER + 1):
        finding = (number - 1) * OF_A_LETTER + item
        state = STATES[item % len(STATES)]
        handed_in = state is State.SUBMITTED
        received_at = None if state is State.ISSUED else issued_at
        found.append({
            **dates, "id": finding, "key": str(finding), "fingerprint": "", "text": "问题" * 30,
            "organization_id": organization, "letter_id": number, "item": item, "version": 1,
            "created_at": issued_at, "issued_at": issued_at, "state": state, "phase": state,
            "sign_by": sign_by, "settled_at": issued_at,
            "acknowledged_at": received_at, "submitted_at": received_at if handed_in else None,
            "review_by": civil_date(issued_at) + timedelta(days=14) if handed_in else None,
            "original_last_day": finish.last_day, "original_due_at": finish.due_at,
            "returns": 0, "rung": 0, "escalated": False,
        })  # fmt: skip
        history.append({
            "finding_id": finding, "version": 1, "event": Event.ISSUE, "source": State.DRAFT,
            "target": State.ISSUED, "effective_at": issued_at, "recorded_at": issued_at,
            "actor": "bench", "role": Role.CLERK, "details": {"deadline": proof},
        })  # fmt: skip
    _insert(connection, "findings", found)
    _insert(connection, "transition_log", history)


def _insert(connection: Connection, table: str, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(metadata.tables[table]), rows)


if __name__ == "__main__":
    main()
