"""The numbers of the dashboard's pictures over the API, each as long as the list that it names."""

from typing import Any

import pytest

from duban.web.house import House
from models.queries.organizations import organization_named
from tests.web.api import Program, program
from tests.web.district import NOW, below, live_a_month
from tests.web.site import Site
from tests.world import World


@pytest.fixture
def clerk(world: World, site: Site, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A clerk's program in the small district on 6 February 2024; two organizations are alike."""
    live_a_month(world)
    with world.database.begin() as session:
        for code in ("a", "c"):
            organization_named(session, code).ranking_group = "bureaus"
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    return program(site, "clerk", "clerk")


def values(figures: list[dict[str, Any]]) -> list[int]:
    return [figure["value"] for figure in figures]


def as_long_as_its_list(caller: Program, figure: dict[str, Any]) -> bool:
    """Whether a figure counts what its address lists."""
    found = caller.get(figure["href"].removeprefix("/api/v1") + "&limit=200").json()["items"]
    return len(found) == figure["value"] == figure["numerator"]


def look_at_the_weeks(clerk: Program) -> None:
    found = clerk.get("/stats/heatmap").json()
    assert found["organizations"] == 3
    assert [span["first"] for span in found["weeks"]] == [
        None, "2024-01-15", "2024-01-22", "2024-01-29", "2024-02-05", "2024-02-12", "2024-02-19",
        "2024-02-26", "2024-03-04", "2024-03-11",
    ]  # fmt: skip
    assert [span["last"] for span in found["weeks"]][:2] == ["2024-01-14", "2024-01-21"]
    rows = {row["code"]: row["figures"] for row in found["items"]}
    assert {code: values(row) for code, row in rows.items()} == {
        "a": [0, 0, 3, 0, 0, 0, 0, 0, 0, 0],
        "c": [0, 0, 2, 0, 0, 0, 0, 0, 0, 0],
        "b": [0, 0, 0, 0, 1, 0, 0, 0, 0, 0],
    }
    assert all(as_long_as_its_list(clerk, figure) for row in rows.values() for figure in row)
    assert rows["a"][2] == {
        "value": 3, "numerator": 3, "denominator": 3, "as_of": found["as_of"],
        "definition": "Open findings of the organization whose last day lies in these days; "
        "reports that wait for review are open too.",
        "href": "/api/v1/findings?state=open&org=a&due_from=2024-01-22&due_to=2024-01-28",
    }  # fmt: skip
    worst = clerk.get("/stats/heatmap?limit=1").json()
    assert [row["code"] for row in worst["items"]] == ["a"]
    assert worst["organizations"] == 3


def look_at_the_ages(clerk: Program) -> None:
    found = clerk.get("/stats/ageing").json()
    assert (found["overdue"]["value"], found["overdue"]["denominator"]) == (3, 6)
    assert found["oldest_days"] == 11
    assert [(one["from_days"], one["to_days"]) for one in found["items"]] == [
        (1, 7), (8, 15), (16, 30), (31, None),
    ]  # fmt: skip
    figures = [one["figure"] for one in found["items"]]
    assert values(figures) == [0, 3, 0, 0]
    assert all(as_long_as_its_list(clerk, one) for one in (found["overdue"], *figures))
    assert figures[1] == {
        "value": 3, "numerator": 3, "denominator": 3, "as_of": found["as_of"],
        "definition": "Overdue for 8 to 15 days.",
        "href": "/api/v1/findings?state=overdue&due_from=2024-01-22&due_to=2024-01-29",
    }  # fmt: skip
    assert figures[3]["href"] == "/api/v1/findings?state=overdue&due_to=2024-01-06"


def look_at_who_is_on_time(clerk: Program) -> None:
    found = clerk.get("/stats/ontime").json()
    assert (found["since"], found["total_estimate"], found["next"]) == ("2023-02-06", 4, None)
    assert found["on_time"] == {
        "value": 1, "numerator": 1, "denominator": 6, "as_of": found["as_of"], "href": None,
        "definition": "In time, of the findings with a last day since 2023-02-06 that are closed "
        "or whose last day has passed.",
    }  # fmt: skip
    assert [
        (one["code"], one["group"], one["place"], one["on_time"]["value"],
         one["on_time"]["denominator"], one["closed_late"], one["still_open"])
        for one in found["items"]
    ] == [
        ("a", "bureaus", None, 0, 3, 0, 3),
        ("c", "bureaus", None, 0, 2, 0, 2),
        ("d", None, None, 1, 1, 0, 0),
        ("b", None, None, 0, 0, 0, 0),
    ]  # fmt: skip
    walked, path = [], "/stats/ontime?limit=3"
    answer = clerk.get(path).json()
    walked += answer["items"]
    walked += clerk.get(f"{path}&cursor={answer['next']}").json()["items"]
    assert walked == found["items"]
    assert clerk.get(f"/stats/ontime?cursor={answer['next']}x").status_code == 422


def test_the_numbers_of_the_pictures(clerk: Program, world: World, site: Site) -> None:
    look_at_the_weeks(clerk)
    look_at_the_ages(clerk)
    look_at_who_is_on_time(clerk)
    below(world, "b", "b1")
    part = program(site, "sun", "supervisor", "b").get("/stats/ageing").json()
    assert (part["overdue"]["value"], part["overdue"]["denominator"]) == (0, 1)
    assert (part["oldest_days"], values([one["figure"] for one in part["items"]])) == (
        None, [0, 0, 0, 0],
    )  # fmt: skip
