"""Every door × every visitor × {own, another's, nothing}: who may come in, and what a refusal tells.

The table is written by hand: a door that is not in it, or a right that moves, fails here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from sqlmodel import select

from duban.web.app import all_doors
from duban.web.doors import Door
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from models.tables import metadata
from tests.web.access_table import TABLE
from tests.web.site import Person, Site
from tests.world import World, at

ROWS = {
    (method, path): who
    for method, path, who in (line.split() for line in TABLE.split("\n") if line)
}
LETTER_OF = {"C": "clerk", "V": "verifier", "S": "supervisor", "O": "organization",
             "A": "administrator", "L": "auditor"}  # fmt: skip
NONE_HERE = {
    "/evidence/{number}", "/receipts/explanations/{number}", "/receipts/contacts/{number}",
    "/nights/{number}", "/admin/accounts/{number:int}", "/admin/changes/{number:int}",
    "/admin/contacts/{code}/{number:int}", "/reviews/{reference}", "/problems/{code}",
    "/letters/issued", "/sign-in/oidc", "/sign-in/oidc/back", "/health/nightly",
}  # fmt: skip
"""What this world has none of, or has under another number."""
OF_EVERYTHING = {"/nights/preview"}
"""Not for a supervisor of a subtree."""
SMALL = ("subtree", "unit")
"""Visitors who see the first organization and nothing of the second."""
SHUT = {401, 403, 404}


@dataclass(frozen=True)
class Names:
    """What a path's places are filled with to mean one organization's things."""

    letter: str
    finding: str
    code: str
    number: int
    contact: int
    message: str

    def fill(self, path: str) -> str:
        """The address that ``path`` means."""
        letters = path.startswith("/letters/{reference}")
        for place, value in (
            ("{reference}", self.letter if letters else self.finding),
            ("{code}", self.code),
            ("/contacts/{number}", f"/contacts/{self.contact}"),
            ("{number:int}", str(self.contact)),
            ("{number}", str(self.number)),
            ("{message_id}", self.message),
            ("{version}", "2"),
        ):
            path = path.replace(place, value)
        return re.sub(r"\{\w+\}", "nothing", path)


NOTHING = Names("2031-9", "2031-9-9", "nowhere", 999_999, 999_999, "0" * 32)


@pytest.fixture
def people(site: Site, world: World) -> dict[str, Person]:
    """One visitor of each kind, and two organizations with everything that doors lead to."""
    for code in ("a", "b"):
        first, second, _silent = world.unit(code, findings=3)
        world.issue(at("2024-01-02T09:00"))
        world.acknowledge(first, at("2024-01-03T09:00"))
        world.ask(first, "5wd", at("2024-01-20T09:00"))
        world.submit(second, at("2024-01-20T09:00"))
    world.nights("2024-02-03", "2024-02-20")
    made = {role: site.person(role, role) for role in LETTER_OF.values() if role != "organization"}
    made["subtree"] = site.person("subtree", "supervisor", "a")
    made["unit"] = site.person("unit", "organization", "a")
    made["nobody"] = site.nobody()
    return made


def test_the_table_names_every_door() -> None:
    assert {(door.method, door.path) for door in all_doors()} == set(ROWS)


def test_who_comes_in_where(site: Site, world: World, people: dict[str, Person]) -> None:
    own, other = (_names(world, code) for code in ("a", "b"))
    before = _rows(world)
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
    assert _rows(world) == before


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
        said = [_said(door, one, names) for one, names in ((answer, other), (absent, NOTHING))]
        if answer.status_code != absent.status_code or said[0] != said[1]:
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


def _said(door: Door, answer: httpx.Response, names: Names) -> str:
    """The page without the names that were asked for."""
    text = answer.text
    asked = names.fill(door.path).split("/")
    for place, name in zip(door.path.split("/"), asked, strict=True):
        if "{" in place:
            text = re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "…", text)
    return text


def _names(world: World, code: str) -> Names:
    with world.database.read() as session:
        organization = session.exec(select(Organization).where(Organization.code == code)).one()
        letter = session.exec(select(Letter).where(Letter.organization_id == organization.id)).one()
        finding = session.exec(
            select(Finding).where(Finding.organization_id == organization.id, Finding.item == 1)
        ).one()
        request = session.exec(
            select(ExtensionRequest).where(ExtensionRequest.finding_id == finding.id)
        ).one()
        contact = session.exec(
            select(Contact).where(Contact.organization_id == organization.id)
        ).first()
        message = session.exec(
            select(Message).where(Message.organization_id == organization.id)
        ).first()
        assert contact is not None and message is not None
        assert session.exec(select(Escalation)).first() is not None
        return Names(
            f"{letter.year}-{letter.sequence}", f"{letter.year}-{letter.sequence}-1", code,
            request.id or 0, contact.id or 0, message.id,
        )  # fmt: skip


def _rows(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that remember who came."""
    coming = {"sign_ins", "account_events", "sign_in_delays"}
    with world.database.read() as session:
        return {
            table.name: sorted(map(tuple, session.connection().execute(table.select())), key=repr)
            for table in metadata.sorted_tables
            if table.name not in coming
        }
