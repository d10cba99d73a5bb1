"""The list of letters and one of them: who sees which, and what stands there."""

import re

import pytest

from models.organization import Organization
from models.queries.organizations import organization_named
from tests.web.queries import counting
from tests.web.site import Person, Site
from tests.world import World, at

NUMBER = re.compile(r"示纪函〔2023〕\d+号")


def shown(person: Person) -> list[str]:
    """The numbers of the letters on the screen, in their order."""
    return re.findall(r'<th scope="row"><a href="/letters/([\d-]+)">', person.page.text)


@pytest.fixture
def letters(world: World) -> list[str]:
    """Three letters; the second organization has signed."""
    made = [world.unit(code, findings=n) for code, n in (("a", 1), ("b", 2), ("c", 1))]
    numbers = world.issue()
    world.acknowledge(made[1][0], at("2023-12-27T09:00"))
    return numbers


def test_the_list_is_new_first_and_says_where_each_stands(
    site: Site, world: World, letters: list[str]
) -> None:
    clerk = site.person("li", "clerk")
    clerk.get("/letters")
    assert shown(clerk) == ["2023-3", "2023-2", "2023-1"]
    assert [found in clerk.words for found in letters] == [True] * 3
    row = clerk.words.split("示纪函〔2023〕2号")[1].split("示纪函〔2023〕1号")[0]
    assert row.split() == (
        [
            "Unit",
            "b",
            "2",
            "2",
            "2",
            "2023-12-26",
            "17:30",
            "Fri",
            "2024-01-26",
            "receipt",
            "is",
            "there",
        ]
    )
    assert "no receipt yet, wanted by 28 Dec" in clerk.words


def test_fifty_stand_on_a_page_and_the_next_begins_after_them(site: Site, world: World) -> None:
    for n in range(53):
        world.unit(f"u{n:02}", roles=())
    world.issue()
    clerk = site.person("li", "clerk")
    clerk.get("/letters")
    first = shown(clerk)
    clerk.get("/letters?before=2023-4")
    assert (len(first), first[0], first[-1]) == (50, "2023-53", "2023-4")
    assert shown(clerk) == ["2023-3", "2023-2", "2023-1"]
    assert len(shown_after(clerk, "/letters?before=nonsense")) == 50


def shown_after(person: Person, path: str) -> list[str]:
    person.get(path)
    return shown(person)


def test_an_organization_sees_its_own_and_nothing_of_others(site: Site, letters: list[str]) -> None:
    unit = site.person("unit-b", "organization", "b")
    assert shown_after(unit, "/letters") == ["2023-2"]
    own = unit.get("/letters/2023-2")
    assert own.status_code == 200
    assert "finding text b 1" in unit.words and "Who was told" not in unit.words
    said = set()
    for path in ("/letters/2023-1", "/letters/2023-9", "/letters/x", "/letters/2023-0"):
        assert unit.get(path).status_code == 404
        said.add(re.sub(r"letter \S+\.", "letter X.", unit.words))
    assert len(said) == 1


def test_a_subtree_is_a_scope(site: Site, world: World, letters: list[str]) -> None:
    with world.database.begin() as session:
        parent, child = organization_named(session, "a"), organization_named(session, "c")
        child.path, child.parent_id = f"{parent.path}{child.id}/", parent.id
        session.add(child)
        assert isinstance(parent, Organization)
    supervisor = site.person("head", "supervisor", "a")
    assert shown_after(supervisor, "/letters") == ["2023-3", "2023-1"]
    assert supervisor.get("/letters/2023-2").status_code == 404


def test_who_has_no_business_with_letters(site: Site, letters: list[str]) -> None:
    for role in ("administrator", "auditor"):
        person = site.person(role, role)
        assert [person.get(path).status_code for path in ("/letters", "/letters/2023-1")] == [
            404
        ] * 2


def test_one_letter_with_its_dates_findings_and_mails(site: Site, letters: list[str]) -> None:
    verifier = site.person("wang", "verifier")
    verifier.get("/letters/2023-1")
    words = verifier.words
    for part in (
        "示纪函〔2023〕1号", "Unit a", "Issued by clerk",
        "Receipt by Thu 28 Dec 2023 (inclusive)", "Finish by Fri 26 Jan 2024 (inclusive)",
        "Why this day? Day zero is 26 Dec; it is not counted. The period ends on 26 Jan 2024. "
        "Last day: Fri 26 Jan 2024 (inclusive).",
        "2023-1-1 Overdue", "finding text a 1", "a-contact contact@a.example", "to be sent",
    ):  # fmt: skip
        assert part in words, part
    assert "Acknowledge receipt" not in words
    unit = site.person("unit-a", "organization", "a")
    unit.get("/letters/2023-1")
    assert 'href="/letters/2023-1/acknowledge"' in unit.page.text
    signed = site.person("unit-b", "organization", "b")
    signed.get("/letters/2023-2")
    assert "/acknowledge" not in signed.page.text


def test_a_page_asks_few_questions_whatever_its_rows(site: Site, world: World) -> None:
    for n in range(30):
        world.unit(f"u{n:02}", findings=2)
    world.issue()
    for n in range(20):
        world.unit(f"v{n:02}", findings=2)
    clerk = site.person("li", "clerk")
    for path in ("/letters", "/letters/2023-1", "/letters/new", "/imports/new",
                 "/letters/issued?year=2023&first=1&last=30"):  # fmt: skip
        with counting() as asked:
            assert clerk.get(path).status_code == 200
        assert len(asked) <= 12, (path, len(asked))
