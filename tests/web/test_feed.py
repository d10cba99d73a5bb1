"""The calendar of an organization: followed through issue, more time and closing."""

import re
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from icalendar import Calendar

from duban.web import house
from tests.web.site import Person, Site
from tests.world import ISSUED, World, at


def address_of(person: Person) -> str:
    """Make a new address and read it from the page, the only time that it is shown."""
    person.get("/details/feed")
    person.post("/details/feed")
    found = re.search(r'value="[^"]*(/ics/[^"]+\.ics)"', person.page.text)
    assert found is not None, person.words
    person.get("/details/feed")
    assert found[1] not in person.page.text
    return found[1]


def fetch(site: Site, path: str) -> httpx.Response:
    return site.nobody().get(path)


def events(site: Site, path: str) -> list[dict[str, Any]]:
    answer = fetch(site, path)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    return [
        {
            "uid": str(event["uid"]), "day": event["dtstart"].dt, "end": event["dtend"].dt,
            "sequence": int(event["sequence"]), "status": str(event["status"]),
            "summary": str(event["summary"]), "changed": event["last-modified"].dt,
            "alarms": [alarm["trigger"].dt for alarm in event.walk("VALARM")],
        }
        for event in calendar.walk("VEVENT")
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def in_spring(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is closed is told for a year, so these tests stand in the year of their letters."""
    monkeypatch.setattr(house.clock, "now", lambda: at("2024-03-01T09:00"))


@pytest.fixture
def path(world: World, site: Site) -> str:
    """The address of organization a, which has a letter with three findings; b has another."""
    world.unit("a", findings=3)
    world.unit("b")
    world.issue()
    return address_of(site.person("unit", "organization", "a"))


def test_a_deadline_is_followed(world: World, site: Site, path: str) -> None:
    (issued,) = events(site, path)
    uid = "letter-2023-1@127.0.0.1"
    assert issued == {
        "uid": uid, "day": date(2024, 1, 26), "end": date(2024, 1, 27), "sequence": 0,
        "status": "CONFIRMED", "changed": ISSUED, "alarms": [timedelta(days=-3)],
        "summary": "Letter 示纪函〔2023〕1号: last day, 3 findings open",
    }  # fmt: skip

    ids = [1, 2, 3]
    world.acknowledge(1, at("2023-12-28T09:00"))
    requests = [world.ask(one, "10wd", at("2024-01-10T09:00")) for one in ids]
    for request in requests:
        world.grant(request, at("2024-01-11T09:00"))
    (extended,) = events(site, path)
    assert extended == issued | {
        "day": date(2024, 2, 8), "end": date(2024, 2, 9), "sequence": 1,
        "changed": at("2024-01-11T09:00"),
    }  # fmt: skip

    for one in ids:
        world.submit(one, at("2024-01-20T09:00"))
        world.accept(one, at("2024-01-22T09:00"))
    (closed,) = events(site, path)
    assert closed == extended | {
        "sequence": 3, "status": "CANCELLED", "alarms": [], "changed": at("2024-01-22T09:00"),
        "summary": "Letter 示纪函〔2023〕1号: nothing is open",
    }  # fmt: skip


def test_the_next_day_counts_where_the_days_differ(world: World, site: Site, path: str) -> None:
    world.acknowledge(1, at("2023-12-28T09:00"))
    world.grant(world.ask(1, "10wd", at("2024-01-10T09:00")), at("2024-01-11T09:00"))
    assert [one["day"] for one in events(site, path)] == [date(2024, 1, 26)]
    for one in (2, 3):
        world.submit(one, at("2024-01-20T09:00"))
    assert [(one["day"], one["status"]) for one in events(site, path)] == [
        (date(2024, 2, 8), "CONFIRMED")
    ]


def test_it_holds_no_texts_and_nobody_else(site: Site, path: str) -> None:
    text = fetch(site, path).text
    assert "finding text" not in text
    assert "2023〕2号" not in text


def test_an_old_address_and_a_wrong_one_are_alike(site: Site, path: str) -> None:
    person = site.signed_in("unit")
    newer = address_of(person)
    assert [fetch(site, one).status_code for one in (path, newer, "/ics/x.ics")] == [404, 200, 404]
    person.post("/details/feed", {"act": "stop"})
    assert fetch(site, newer).status_code == 404
    assert "There is no address yet." in person.words


def test_only_an_organization_makes_an_address(site: Site) -> None:
    clerk = site.person("li", "clerk")
    assert clerk.get("/details/feed").status_code == 404
    clerk.get("/me")
    assert clerk.post("/details/feed").status_code == 404
