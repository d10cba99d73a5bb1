"""Every door × every visitor × {own, another's, nothing}: who may come in, and what a refusal tells.

The table is written by hand: a door that is not in it, or a right that moves, fails here.
"""

from collections.abc import Iterator

import httpx
import pytest

from duban.web.app import all_doors
from duban.web.doors import Door
from tests.web.access_table import TABLE
from tests.web.access_world import (
    LETTER_OF,
    NOTHING,
    OTHER,
    OWN,
    SMALL,
    Names,
    live,
    names_of,
    rows_of,
)
from tests.web.site import Person, Site
from tests.world import World

ROWS = {
    (method, path): who
    for method, path, who in (line.split() for line in TABLE.split("\n") if line)
}
NONE_HERE = {
    "/evidence/{number}", "/receipts/explanations/{number}", "/receipts/contacts/{number}",
    "/nights/{number}", "/admin/accounts/{number:int}", "/admin/changes/{number:int}",
    "/admin/contacts/{code}/{number:int}", "/reviews/{reference}", "/problems/{code}",
    "/letters/issued", "/letters/new/{code}/document", "/sign-in/oidc", "/sign-in/oidc/back", "/health/nightly", "/views/{number}",
}  # fmt: skip
"""What this world has none of, or has under another number."""
OF_EVERYTHING = {"/nights/preview"}
"""Not for a supervisor of a subtree."""
SHUT = {401, 403, 404}


@pytest.fixture
def people(site: Site, world: World) -> dict[str, Person]:
    """One visitor of each kind, and two organizations with everything that doors lead to."""
    live(world)
    made = {role: site.person(role, role) for role in LETTER_OF.values() if role != "organization"}
    made["subtree"] = site.person("subtree", "supervisor", OWN)
    made["unit"] = site.person("unit", "organization", OWN)
    made["nobody"] = site.nobody()
    return made


def test_the_table_names_every_door() -> None:
    assert {(door.method, door.path) for door in all_doors()} == set(ROWS)


def test_who_comes_in_where(site: Site, world: World, people: dict[str, Person]) -> None:
    own, other = (names_of(world, code) for code in (OWN, OTHER))
    before = rows_of(world)
    wrong: list[object] = []
    asked = 0
    for door in all_doors():
        for who, person in people.items():
            for whose, names in (("own", own), ("other", other), ("none", NOTHING)):
                if "{" not in door.path and whose != "own":
                    continue
                if _may(door, who) and (door.method == "POST" or _of_no_one(door, names)):
                    continue
                answer = _ask(person, door, names)
                asked += 1
                wrong += _unlike(door, who, whose, answer, person, other)
    assert wrong == []
    assert asked >= 1_000
    assert rows_of(world) == before


def _unlike(
    door: Door, who: str, whose: str, answer: httpx.Response, person: Person, other: Names
) -> Iterator[object]:
    """What is not as it should be about an answer to who may not see it."""
    case = (door.method, door.path, who, whose, answer.status_code)
    if not _may(door, who):
        wanted = {303, 401} if who == "nobody" else {404}
        if answer.status_code not in wanted:
            yield case
    elif whose == "own":
        if (answer.status_code in SHUT) != (who == "subtree" and door.path in OF_EVERYTHING):
            yield case
    elif whose == "other" and who in SMALL:
        absent = _ask(person, door, NOTHING)
        foreign = other.hidden_in(answer.text, door.path)
        same = foreign == NOTHING.hidden_in(absent.text, door.path)
        if answer.status_code != absent.status_code or not same:
            yield (*case, "not said as of what is absent")
    if answer.status_code >= 500:
        yield case


def _of_no_one(door: Door, names: Names) -> bool:
    """Whether the address means a thing that this world has none of."""
    return "nothing" in names.fill(door.path) or door.path in NONE_HERE


def _may(door: Door, who: str) -> bool:
    row = ROWS[door.method, door.path]
    role = {"subtree": "supervisor", "unit": "organization"}.get(who, who)
    if row in "*+":
        return row == "*" or who != "nobody"
    return role in {LETTER_OF[letter] for letter in row}


def _ask(person: Person, door: Door, names: Names) -> httpx.Response:
    if door.method == "GET":
        return person.client.get(names.fill(door.path))
    return person.client.post(
        names.fill(door.path), data={"csrf": person.csrf}, headers={"sec-fetch-site": "same-origin"}
    )
