"""The frame of the pages: the menu of each role, and what a refused form shows."""

import re
from html import unescape

import pytest

from tests.web.seen import version
from tests.web.site import Person, Site
from tests.world import World, at

OFFICE = ["/dashboard", "/ledger", "/letters", "/reviews", "/organizations", "/nights", "/mails"]
DECIDING = [*OFFICE[:4], "/extensions", "/escalations", *OFFICE[4:]]
MENUS = {
    "clerk": [*OFFICE, "/admin", "/help"],
    "verifier": [*OFFICE, "/help"],
    "supervisor": [*DECIDING, "/admin", "/help"],
    "administrator": ["/admin", "/help"],
    "auditor": ["/log", "/help"],
}


@pytest.fixture
def overdue(world: World) -> World:
    """One finding that is overdue and one report that waits."""
    _silent, reported = world.unit("a", findings=2)
    world.issue()
    world.submit(reported, at("2024-01-20T09:00"))
    world.nights("2024-01-27", "2024-01-27")
    return world


def menu(person: Person) -> list[str]:
    return re.findall(
        r'<li><a href="([^"]+)"', person.page.text.split("<nav")[1].split("</nav>")[0]
    )


def switch(person: Person) -> str:
    """Where the page's link to the other language leads."""
    found = re.search(r'<a href="([^"]*lang=zh)"', person.page.text)
    assert found is not None
    return unescape(found[1])


def test_each_role_has_its_menu(site: Site) -> None:
    found = {}
    for role in MENUS:
        person = site.person(role, role)
        person.get("/help")
        found[role] = menu(person)
        assert {path: person.get(path).status_code for path in found[role]} == dict.fromkeys(
            found[role], 200
        )
    assert found == MENUS


def test_a_refused_choice_says_so_at_its_field(site: Site, overdue: World) -> None:
    clerk = site.person("li", "clerk")
    path = "/findings/2023-1-1/on-paper"
    clerk.get(path)
    assert 'id="act-error"' not in clerk.page.text
    given = {"act": "nonsense", "on": "2024-01-27", "person": "Chen"}
    clerk.post(path, {"version": version(clerk), **given})
    assert clerk.page.status_code == 422
    assert re.findall(r'<p class="error" id="act-error">(.*?)</p>', clerk.page.text) == [
        "Choose what happened on paper."
    ]
    assert '<select id="act" name="act" aria-describedby="act-error">' in clerk.page.text


def test_the_other_language_is_at_the_address_of_the_page(site: Site, overdue: World) -> None:
    people = {role: site.person(role, role) for role in ("clerk", "verifier", "supervisor")}
    overdue.unit("b")
    switches = {}
    for role, path, data in (
        ("clerk", "/letters", {"seen": "999", "dates": "x"}),
        ("clerk", "/imports", {}),
        ("clerk", "/findings/2023-1-1/on-paper", {"act": "x", "on": "x"}),
        ("clerk", "/views/99/delete", {}),
        ("verifier", "/reviews/2023-1-2/return", {"version": "3", "reason": ""}),
        ("supervisor", "/escalations", {}),
    ):
        person = people[role]
        person.post(path, data)
        assert person.page.status_code in (404, 409, 422), path
        switches[path] = switch(person)
        assert person.get(switches[path]).status_code == 200
        assert 'lang="zh-CN"' in person.page.text[:100]
        person.get("/me?lang=en")
    assert switches == {
        "/letters": "/letters/new?lang=zh",
        "/imports": "/imports/new?lang=zh",
        "/findings/2023-1-1/on-paper": "/findings/2023-1-1/on-paper?lang=zh",
        "/views/99/delete": "/?lang=zh",
        "/reviews/2023-1-2/return": "/reviews/2023-1-2?lang=zh",
        "/escalations": "/escalations?lang=zh",
    }
