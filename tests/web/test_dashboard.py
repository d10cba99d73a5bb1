"""The dashboard: every figure is the number of rows of its list; every picture has its table."""

import re
from html import unescape

import pytest

from duban.web.house import House
from models.queries.organizations import organization_named
from models.queries.scope import EVERYTHING, Scope
from models.queries.statistics import standing_of, undecided
from models.queries.status import figures
from models.transitions import State
from tests.web.district import NOW, below, live_a_month, rows_of
from tests.web.queries import counting
from tests.web.site import Person, Site
from tests.world import World


@pytest.fixture
def month(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small district on 6 February 2024."""
    live_a_month(world)
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    return world


def shown_figures(person: Person) -> dict[str, tuple[str, str]]:
    """What each figure says, and where it leads, by its name."""
    found = re.findall(
        r'<li class="figure[^"]*"><a href="([^"]+)">([^<]+)<strong[^>]*>([^<]+)</strong>',
        person.page.text,
    )
    return {name.strip(): (unescape(href), " ".join(n.split())) for href, name, n in found}


def rows_shown(person: Person, href: str) -> int:
    """How many findings the ledger shows there."""
    table = re.search(r"<tbody>.*?</tbody>", person.get(href).text, re.S)
    return len(re.findall(r"<tr", table[0])) if table else 0


def test_each_figure_is_as_long_as_its_list(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    assert person.get("/dashboard").status_code == 200
    found = shown_figures(person)
    assert {name: n for name, (_href, n) in found.items()} == {
        "Open": "6", "Overdue": "3", "Due within 7 days": "1", "Waiting for us": "2",
        "Escalated": "3", "Last night's check": "✖ missing",
    }  # fmt: skip
    lists = {name: (href, n) for name, (href, n) in found.items() if href != "/nights"}
    assert {name: str(rows_of(month, href)) for name, (href, _n) in lists.items()} == {
        name: n for name, (_href, n) in lists.items()
    }
    assert {name: str(rows_shown(person, href)) for name, (href, _n) in lists.items()} == {
        name: n for name, (_href, n) in lists.items()
    }


def test_a_supervisor_of_a_part_sees_only_that_part(month: World, site: Site) -> None:
    below(month, "a", "a1")
    person = site.person("sun", "supervisor", "a")
    person.get("/dashboard")
    found = shown_figures(person)
    assert [n for _href, n in found.values()][:5] == ["3", "3", "0", "0", "3"]
    with month.database.read() as session:
        scope = Scope(path=organization_named(session, "a").path)
    assert [str(rows_of(month, href, scope)) for href, _n in found.values()][:5] == [
        n for _href, n in found.values()
    ][:5]
    assert "Unit b" not in person.words
    assert "finding text c" not in person.words
    person.get("/organizations")
    assert "Unit a1" in person.words


def test_the_figures_are_those_of_the_status(month: World) -> None:
    with month.database.read() as session:
        for code in ("a", "b", "c", None):
            one = organization_named(session, code) if code else None
            scope = EVERYTHING if one is None else Scope(organization=one.id)
            said, standing = figures(session, NOW, scope), standing_of(session, NOW, scope)
            waits = undecided(session, NOW, scope)
            assert (
                said.open, said.overdue, said.due_soon, said.waiting_for_us, said.escalated,
                said.proposals, said.extensions, said.review_late,
            ) == (
                standing.open, standing.states[State.OVERDUE], standing.due_soon,
                standing.states[State.SUBMITTED], standing.escalated,
                waits.proposals, waits.extensions, waits.review_late,
            )  # fmt: skip


def test_decisions_come_first(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/dashboard")
    decisions = re.search(r'<ul class="decisions">(.*?)</ul>', person.page.text, re.S)
    assert decisions is not None
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', decisions[1]) == [
        ("/escalations", "3 proposals to escalate"),
        ("/extensions", "1 request for more time"),
        ("/reviews", "2 reports wait for review"),
    ]
    assert person.page.text.index("Needs a decision") < person.page.text.index("Most urgent")
    assert person.page.text.index("Most urgent") < person.page.text.index("<svg")
    urgent = re.search(r"<table class=\"cards tight\".*?</table>", person.page.text, re.S)
    assert urgent is not None
    assert re.findall(r'href="/findings/([^"]+)"', urgent[0]) == [
        "2023-1-1", "2023-1-2", "2023-1-3", "2023-2-1",
    ]  # fmt: skip


def test_nobody_else_comes_in(month: World, site: Site) -> None:
    for role, organization in (("organization", "a"), ("administrator", "commission")):
        person = site.person(role, role, organization)
        for path in ("/dashboard", "/dashboard/counting", "/organizations", "/organizations/a"):
            assert person.get(path).status_code == 404


def test_how_it_is_counted(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    page_shown = person.get("/dashboard/counting").text
    rows = re.findall(
        r'<th scope="row">([^<]+)</th>.*?<td class="n"[^>]*>(.*?)</td>', page_shown, re.S
    )
    assert {name: re.sub(r"<[^>]+>", "", value) for name, value in rows} == {
        "Open": "6/7", "Overdue": "3/6", "Due within 7 days": "1/6", "Waiting for us": "2/6",
        "Review late": "2/2", "Escalated": "3/6", "Completion rate": "1/7 (14.3%)",
        "On-time completion rate": "1/6 (16.7%)", "Overdue rate": "5/6 (83.3%)",
        "of which closed late": "0/6 (0.0%)", "of which still open": "5/6 (83.3%)",
    }  # fmt: skip


def test_as_many_queries_for_fifty_rows_as_for_one(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    world.unit("a")
    world.issue()
    person = site.person("li", "clerk")
    counts = []
    for more in (0, 24):
        for n in range(more):
            world.unit(f"u{n}", findings=2)
        world.issue() if more else None
        for path in ("/dashboard", "/dashboard/counting", "/organizations", "/organizations/a"):
            with counting() as statements:
                assert person.get(path).status_code == 200
            counts.append(len(statements))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 12


def test_every_picture_has_its_sentence_and_its_table(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    text = person.get("/dashboard").text
    pictures = re.findall(r'<figure class="panel picture">(.*?)</figure>', text, re.S)
    assert len(pictures) == 5
    for one in pictures:
        caption = re.search(r"<figcaption>([^<]+)</figcaption>", one)
        assert caption is not None
        assert f'aria-label="{caption[1]}"' in one
        assert "<caption>" in one
    assert " style=" not in text
    tables = "".join(pictures)
    links = {
        unescape(href): int(n)
        for href, n in re.findall(r'<td class="n"><a href="(/ledger[^"]+)">(\d+)</a>', tables)
    }
    assert len(links) > 10
    assert {href: rows_of(month, href) for href in links} == links
