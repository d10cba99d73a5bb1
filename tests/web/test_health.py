"""Whether it is well: probes, metrics, and the banner that a check is missing."""

from datetime import datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from duban.web import house as house_module
from models.installation import Installation
from tests.web.site import Site
from tests.world import World, at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock of the doors, to be set."""
    told = [at("2024-01-27T09:00")]
    monkeypatch.setattr(house_module.clock, "now", lambda: told[0])
    return told


def probe(site: Site, name: str) -> tuple[int, str]:
    answer = httpx.get(f"{site.address}/health/{name}")
    return answer.status_code, answer.json()["status"]


def samples(site: Site, **headers: str) -> dict[str, float]:
    answer = httpx.get(f"{site.address}/metrics", headers=headers)
    assert answer.status_code == 200
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_night_may_be_late_by_its_grace_and_no_more(
    world: World, site: Site, clock: list[datetime]
) -> None:
    world.unit("a")
    world.issue()
    world.night("2024-01-26")
    found = []
    for now in ("2024-01-26T09:00", "2024-01-27T01:09", "2024-01-27T01:10", "2024-01-27T09:00"):
        clock[0] = at(now)
        found.append(probe(site, "nightly"))
    world.night("2024-01-27")
    found.append(probe(site, "nightly"))
    ok, missing = (200, "ok"), (503, "missing")
    assert found == [ok, ok, missing, missing, ok]
    body = httpx.get(f"{site.address}/health/nightly").json()
    assert body == {
        "status": "ok", "last_success": "2024-01-26T16:10:00+00:00", "grace_minutes": 60,
        "expected": "2024-01-27T00:10:00+08:00", "as_of": "2024-01-27T09:00:00+08:00",
    }  # fmt: skip


def test_a_night_that_failed_does_not_count(
    world: World, site: Site, clock: list[datetime]
) -> None:
    world.night("2024-01-27")
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE nightly_runs SET state = 'failed'")
    assert probe(site, "nightly") == (503, "missing")


def test_the_first_night_is_not_missed_before_it_comes(
    world: World, site: Site, clock: list[datetime]
) -> None:
    clock[0] = at("2023-12-02T01:00")
    assert probe(site, "nightly") == (200, "ok")
    clock[0] = at("2023-12-02T01:10")
    assert probe(site, "nightly") == (503, "missing")


def test_a_demo_is_judged_by_its_own_clock(world: World, site: Site) -> None:
    world.night("2024-01-27")
    assert probe(site, "nightly") == (503, "missing")
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2024-01-27T09:00")
        session.add(installation)
    assert probe(site, "nightly") == (200, "ok")


def test_the_banner_is_for_staff_and_for_operators(
    world: World, site: Site, clock: list[datetime]
) -> None:
    world.unit("a")
    clock[0] = at("2024-01-27T09:00")
    banner = "The nightly check of 2024-01-27 00:10 has not been done."
    people = [
        site.person("li", "clerk"), site.person("admin", "administrator"),
        site.person("unit", "organization", "a"),
    ]  # fmt: skip
    assert [banner in person.words for person in people] == [True, True, False]
    world.night("2024-01-27")
    assert [banner in (person.get("/me"), person.words)[1] for person in people] == [False] * 3


def test_live_and_ready(site: Site, world: World) -> None:
    assert [probe(site, name) for name in ("live", "ready")] == [(200, "ok")] * 2
    world.database.engine.dispose()
    with world.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert [probe(site, name) for name in ("live", "ready")] == [
        (200, "ok"), (503, "unavailable"),
    ]  # fmt: skip


def test_metrics_say_how_it_stands(world: World, site: Site, clock: list[datetime]) -> None:
    ids = world.unit("a", findings=3)
    world.issue()
    world.acknowledge(ids[0], at("2023-12-28T09:00"))
    world.submit(ids[0], at("2024-01-20T09:00"))
    world.night("2024-01-27")
    clock[0] = at("2024-01-29T09:00")
    found = samples(site)
    wanted = {
        "duban_findings{overdue}": 2, "duban_findings{submitted}": 1, "duban_findings{issued}": 0,
        "duban_findings_overdue": 2, "duban_overdue_oldest_days": 3, "duban_review_oldest_days": 9,
        "duban_nightly_items{changed}": 2, "duban_nightly_missing": 1,
        "duban_nightly_last_success_timestamp_seconds": at("2024-01-27").timestamp(),
        "duban_calendar_last_covered_day": at("2026-12-31T00:00").timestamp(),
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == wanted
    assert found["duban_mail_oldest_queued_seconds"] > 0
    assert "Unit a" not in httpx.get(f"{site.address}/metrics").text


def test_metrics_are_for_the_machine_alone(site: Site) -> None:
    for name in ("x-forwarded-for", "forwarded", "x-real-ip"):
        answer = httpx.get(f"{site.address}/metrics", headers={name: "203.0.113.9"})
        assert answer.status_code == 404
