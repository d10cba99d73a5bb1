"""What is done to all findings at once is what is done to each: the same rows in every table."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import false
from sqlmodel import Session, select

from duban.services.decide_escalation import decide
from duban.services.import_calendar import import_calendar, preview_calendar
from duban.services.reopen import reopen
from duban.services.withdraw import withdraw
from models.errors import DubanError
from models.escalation import Escalation
from models.finding import Finding
from models.queries import redating
from models.tables import metadata
from tests.services.test_calendar_import import LAW, LONG, notice
from tests.world import SUPERVISOR, World, at

NOTICES = (
    (notice(LAW), at("2027-02-10T09:30")),
    (notice(LONG, version=2), at("2027-02-11T09:30")),
)
FIRST_ACT, LAST_ACT = at("2026-11-20T09:00"), at("2027-02-09T18:00")
NIGHTS = ("2026-12-15", "2027-01-12", "2027-01-20", "2027-02-01", "2027-02-08")
TERMS = (
    {"window": "P3M"}, {"window": "P2M"}, {"window": "P3M", "rule": "natural"},
    {"window": "P90D", "rule": "statutory-only"}, {"window": "60wd"},
)  # fmt: skip


def live(world: World, units: int, findings: int) -> None:
    """Letters on several days, then what people and nights do to them in any order."""
    chance = Random(1)
    ids: list[int] = []
    silent: set[int] = set()
    for unit in range(units):
        of_unit = world.unit(f"u{unit}", findings=findings)
        ids += of_unit
        if unit % 4 == 0:
            silent.update(of_unit)
        issued = at("2026-11-09T10:00") + timedelta(days=chance.randrange(8), hours=unit % 3)
        world.issue(issued, **TERMS[unit % len(TERMS)])
    span = round((LAST_ACT - FIRST_ACT).total_seconds())
    acts: list[tuple[datetime, Callable[[], Any]]] = [
        (at(day), lambda day=day: world.night(day)) for day in NIGHTS
    ]
    for _act in range(len(ids)):
        when = FIRST_ACT + timedelta(seconds=chance.randrange(span))
        finding, kind = chance.choice(ids), chance.choice(ACTS)
        if kind is World.acknowledge and finding in silent:
            continue
        acts.append((when, lambda f=finding, k=kind, w=when: k(world, f, w)))
    for _when, act in sorted(acts, key=lambda one: one[0]):
        with suppress(DubanError):  # an act that is not possible now
            act()


def _extend(world: World, finding_id: int, when: datetime) -> None:
    world.grant(world.ask(finding_id, "5wd", when), when + timedelta(hours=1))


def _reopen(world: World, finding_id: int, when: datetime) -> None:
    with world.database.begin() as session:
        reopen(session, [session.get_one(Finding, finding_id)], reason="again", now=when,
               actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip


def _withdraw(world: World, finding_id: int, when: datetime) -> None:
    with world.database.begin() as session:
        withdraw(session, [session.get_one(Finding, finding_id)], reason="in error", now=when,
                 actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip


def _approve(world: World, finding_id: int, when: datetime) -> None:
    with world.database.begin() as session:
        asked = session.exec(select(Escalation).where(Escalation.finding_id == finding_id))
        decide(session, [one.id or 0 for one in asked], True, now=when, actor=SUPERVISOR,
               rules=world.rules(session))  # fmt: skip


ACTS: tuple[Callable[[World, int, datetime], None], ...] = (
    World.acknowledge, World.submit, World.submit, World.send_back, World.accept,
    _extend, _reopen, _withdraw, _approve, _approve,
)  # fmt: skip


NUMBERED = ("transition_log", "calendar_imports")
"""Tables whose rows happen to get the next number."""


def rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored, but for such numbers."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [c for c in table.columns if c.name != "id" or table.name not in NUMBERED]
        kept = session.connection().execute(table.select().with_only_columns(*columns))
        found[table.name] = sorted((tuple(row) for row in kept), key=repr)
    return found


def imported(world: World) -> tuple[list[tuple[Any, ...]], dict[str, list[tuple[Any, ...]]]]:
    """Two notices arrive: what is said of each, and every row then; nothing is kept."""
    said: list[tuple[Any, ...]] = []
    with world.database.read() as session:
        for data, when in NOTICES:
            plan = import_calendar(session, data, now=when, actor=SUPERVISOR,
                                   rules=world.rules(session), limit=10_000).plan  # fmt: skip
            listed = [(one.finding.id, one.dates) for one in plan.listed]
            said.append((plan.count, plan.moving, listed))
        for step in session.info["before_commit"]:
            step(session)
        return said, rows(session)


def test_all_at_once_and_one_by_one_leave_the_same_rows(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(world, units=16, findings=14)
    many = imported(world)
    with world.database.read() as session:
        apart = len(redating.counted_apart(session, date(2027, 1, 1)))
    monkeypatch.setattr(redating, "_follows_its_letter", false)
    one_by_one = imported(world)
    assert many == one_by_one
    # The first notice only settles dates, the second moves them.
    assert [moving > 0 for _count, moving, _listed in many[0]] == [False, True]
    assert 0 < apart < many[0][0][0] / 2
    events = {tuple(one.value for one in row[2:5]) for row in many[1]["transition_log"]}
    assert {
        ("redate", "issued", "issued"), ("redate", "acknowledged", "acknowledged"),
        ("redate", "submitted", "submitted"), ("redate", "overdue", "issued"),
        ("redate", "overdue", "acknowledged"), ("redate", "overdue", "overdue"),
        ("lapse", "issued", "overdue"), ("lapse", "acknowledged", "overdue"),
    } - events == set()  # fmt: skip


def test_a_long_list_is_cut_and_counted(world: World) -> None:
    world.unit("a", findings=7)
    world.issue(at("2026-11-09T10:00"), window="P3M")
    with world.database.read() as session:
        assert _previewed(session, world, 3) == (7, 7, [1, 2, 3])
        assert _previewed(session, world, 100) == (7, 7, [1, 2, 3, 4, 5, 6, 7])


def _previewed(session: Session, world: World, limit: int) -> tuple[int, int, list[int | None]]:
    plan = preview_calendar(session, notice(LONG), world.rules(session), limit=limit).plan
    return plan.count, plan.moving, [one.finding.item for one in plan.listed]
