"""Nights in trouble: bad data, a flood, a failing database, an attempt that died."""

from datetime import date

import pytest

from duban.services.record_run import start_run
from models.errors import Unavailable
from models.queries.runs import run_named
from tests.world import SUPERVISOR, World, at


def test_one_bad_organization_neither_stops_the_night_nor_vanishes(world: World) -> None:
    (bad,), (good,) = world.unit("bad"), world.unit("good")
    world.issue()
    with world.database.begin() as session:
        session.connection().exec_driver_sql(
            "UPDATE contacts SET language = 'xx' WHERE name LIKE 'bad-%'"
        )
    report = world.night("2024-01-27")
    assert (report.state, report.counts["failed"], report.counts["changed"]) == (
        "completed-with-warnings", 1, 1,
    )  # fmt: skip
    assert report.warnings == ["Finding #1 could not be checked (ValueError); it stays due."]
    assert (world.finding(bad).state, world.finding(good).state) == ("issued", "overdue")
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE contacts SET language = 'en'")
    world.night("2024-01-28")
    assert world.history(bad)[-1] == ("lapse", "overdue", "2024-01-27T00:00")


def test_a_bad_finding_does_not_hold_up_the_others_of_its_organization(world: World) -> None:
    bad, first, second = world.unit("a", findings=3, roles=("head",))
    world.issue()
    with world.database.begin() as session:
        session.connection().exec_driver_sql(
            f"UPDATE findings SET rectified_at = 'no instant' WHERE id = {bad}"
        )
    report = world.night("2024-01-27")
    assert (report.counts["failed"], report.counts["changed"], report.counts["open"]) == (1, 2, 3)
    assert report.warnings == [f"Finding #{bad} could not be checked (ValueError); it stays due."]
    assert [world.finding(one).state for one in (first, second)] == ["overdue", "overdue"]
    assert [(m.to, m.subject) for m in world.messages("digest")] == [
        ("head@a.example", "[1 day overdue] Reminder letter 2023-1")
    ] * 2
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE findings SET rectified_at = NULL")
    assert world.night("2024-01-27").counts["changed"] == 1


def test_a_flood_waits_for_a_person(world: World) -> None:
    from duban.services.record_run import confirm_night

    world.unit("a", findings=51)
    world.issue()
    stopped = world.night("2024-01-27")
    assert (stopped.state, stopped.counts, world.notices()) == ("stopped", {}, [])
    assert world.finding(1).state == "issued"
    assert world.night("2024-01-27").state == "stopped"
    with world.database.begin() as session:
        confirm_night(session, date(2024, 1, 27), by=SUPERVISOR.name)
    done = world.night("2024-01-27")
    assert (done.state, done.counts["lapsed"]) == ("completed", 51)


def test_a_foreseen_flood_is_no_flood(world: World) -> None:
    world.unit("a", findings=51)
    world.issue()
    reports = world.nights("2023-12-27", "2024-01-27")
    assert {report.state for report in reports} == {"completed"}
    assert reports[-1].counts["lapsed"] == 51


def test_a_night_that_cannot_work_is_recorded_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from duban.services import nightly

    def locked(*_arguments: object, **_keywords: object) -> None:
        raise Unavailable("locked")

    world.unit("a")
    world.issue()
    monkeypatch.setattr(nightly, "plan_organization", locked)
    with pytest.raises(Unavailable):
        world.night("2024-01-27")
    with world.database.read() as session:
        assert run_named(session, "2024-01-27").state == "failed"
    monkeypatch.undo()
    assert world.night("2024-01-27").counts["lapsed"] == 1


def test_an_attempt_that_died_is_closed_by_the_next_night(world: World) -> None:
    world.unit("a")
    world.issue()
    with world.database.begin() as session:
        rules = world.rules(session)
        start_run(session, as_of=at("2024-01-27"), now=at("2024-01-27"),
                  business_date=date(2024, 1, 27), via="test",
                  rules=rules, flow_run_id=None)  # fmt: skip
    world.night("2024-01-28")
    with world.database.read() as session:
        states = [run_named(session, f"2024-01-{day}").state for day in (27, 28)]
    assert states == ["failed", "completed"]
