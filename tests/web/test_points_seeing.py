"""What is seen of the whole: figures, pictures and filters (docs/forty-points.md, part A)."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from sqlmodel import select

from duban.services.explain_delay import explain
from duban.web.house import House
from models.finding import Finding
from models.organization import Contact
from models.queries.ask import NAMES
from models.queries.organizations import organization_named
from tests.web.browser import Visit
from tests.web.district import NOW, below, live_a_month
from tests.web.ledger_marks import form_of, references
from tests.web.site import PASSWORD, Person, Site
from tests.world import World, at

SHOWN = "As of 2024-02-06 09:00"
COUNTING = 'href="/dashboard/counting"'
OFFICE = ("/dashboard", "/organizations", "/organizations/a", "/letters")
ROWS = {
    "/ledger": r'data-label="No\."[^>]*><a href="/findings/',
    "/letters/": r'<th scope="row"><a href="/findings/',
    "/reviews": r'<th scope="row"><a href="/reviews/',
    "/extensions": r'<article class="panel"',
    "/escalations": r'data-label="Proposed step"',
    "/unreachable": r'<th scope="row"><a href="/organizations/',
}
"""A row of each list, by how its address begins."""


@pytest.fixture
def month(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small district on 6 February 2024: a and b are towns, c is half done and has no mail."""
    live_a_month(world)
    below(world, "a", "a1")
    world.accept(5, at("2024-02-05T09:00"))
    world.submit(1, at("2024-02-05T15:00"))
    with world.database.begin() as session:
        for code in ("a", "b"):
            organization_named(session, code).ranking_group = "towns"
        silent = organization_named(session, "c").id
        for contact in session.exec(select(Contact).where(Contact.organization_id == silent)):
            contact.email = None
        told = session.get_one(Finding, 2)
        told.category, told.source, told.owner = "discipline", "a review", "owner one"
        told.meeting_on = date(2023, 12, 20)
        explain(session, told, "late", by="a", now=at("2024-02-05T10:00"))
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    return world


def bare(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def figures(person: Person) -> dict[str, int]:
    """Every number on the page that leads somewhere, by its address."""
    found = {}
    for href, inner in re.findall(
        r'<a [^>]*?href="([^"]+)"[^>]*>(.*?)</a>', person.page.text, re.S
    ):
        if numbers := re.findall(r"(?<!\S)\d+(?!\S)", bare(inner)):
            found[unescape(href)] = int(numbers[-1])
    return found


def unlinked(person: Person) -> list[str]:
    """Numbers in cells for numbers, and in figures, that lead nowhere; a 0 has nothing to show."""
    text = re.sub(r"<a .*?</a>", "", person.page.text, flags=re.S)
    cells = re.findall(r'<td[^>]*class="n"[^>]*>(.*?)</td>', text, re.S)
    cells += re.findall(r"<strong[^>]*>(.*?)</strong>", text, re.S)
    return [words for cell in cells if re.fullmatch(r"[1-9]\d*", words := bare(cell))]


def length(person: Person, href: str) -> int:
    """How many rows the list behind an address has, as its page shows them."""
    row = next(pattern for begins, pattern in ROWS.items() if href.startswith(begins))
    answer = person.get(href)
    assert answer.status_code == 200, href
    return len(re.findall(row, answer.text.partition("<main")[2].partition("<h2>Decided")[0]))


def test_every_figure_leads_to_as_many_rows(month: World, site: Site) -> None:
    visits = [
        (site.person("li", "clerk"), OFFICE),
        (site.person("sun", "supervisor", "a"), OFFICE),
        (site.person("zhang", "organization", "a"), ("/letters",)),
    ]
    for person, paths in visits:
        counted: dict[str, int] = {}
        for path in paths:
            page = person.get(path)
            assert (page.status_code, unlinked(person)) == (200, []), path
            counted |= figures(person)
            assert SHOWN in person.words, path
            assert (COUNTING in page.text) == (paths is OFFICE), path
        assert {href: length(person, href) for href in counted} == counted
        assert len(counted) >= (3 if paths == ("/letters",) else 12)


def test_every_picture_shows_the_numbers_of_its_table(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    seen = {}
    for path in ("/dashboard", "/organizations/a", "/reviews", "/nights", "/findings/2023-1-2"):
        text = person.get(path).text
        pictures = re.findall(r"<figure.*?</figure>", text, re.S)
        drawn = re.findall(r"<svg.*?</svg>", "".join(pictures), re.S)
        assert len(re.findall(r"<svg", text)) == len(drawn), path
        for one in pictures:
            (sentence,) = re.findall(r"<figcaption>(.*?)(?:<span|</figcaption>)", one, re.S)
            assert bare(sentence).endswith("."), path
            assert len(re.findall(r"<caption", one)) == 1, path
        seen[path] = len(pictures)
    assert seen == {"/dashboard": 5, "/organizations/a": 1, "/reviews": 1, "/nights": 1,
                    "/findings/2023-1-2": 1}  # fmt: skip
    table = re.findall(r"<tr><th scope=\"row\">([^<]+)</th><td>([^<]+)</td>", person.page.text)
    days = [what for _day, what in table]
    assert "".join(drawn).count("<circle") == days.count("people were told") + days.count(
        "a step to come"
    )
    assert [(day.split()[-1], what) for day, what in table] == [
        ("2023-12-26", "day of the letter"), ("2024-01-22", "people were told"),
        ("2024-01-23", "people were told"), ("2024-01-25", "people were told"),
        ("2024-01-26", "last day"), ("2024-01-27", "people were told"), ("2024-02-06", "today"),
        ("2024-02-08", "a step to come"), ("2024-02-26", "a step to come"),
    ]  # fmt: skip


FILTERS = ("state=overdue", "org=a", "group=towns", "letter=2023-1", "due_from=2024-02-08",
           "due_to=2024-01-26", "due_within=7", "rung=1", "overdue_from=2024-01-27",
           "overdue_to=2024-01-27", "text=text+a+2", "escalated=yes", "category=discipline",
           "source=review", "meeting=2023-12-20", "person=one", "extended=asked", "explained=yes",
           "sort=-due")  # fmt: skip


def test_an_address_means_the_same_rows_to_whoever_opens_it(month: World, site: Site) -> None:
    li, zhou = site.person("li", "clerk"), site.person("zhou", "verifier")
    assert [one.partition("=")[0] for one in FILTERS] == list(NAMES)
    li.get("/ledger?state=all")
    everything = references(li)
    for query in (*FILTERS, "&".join(("state=overdue", "org=a", "rung=1", "text=a+3"))):
        li.get(f"/ledger?{query}")
        rows = references(li)
        assert 0 < len(rows) < len(everything), query
        li.get("/ledger", params=form_of(li))
        zhou.get(str(li.page.url.raw_path, "ascii"))
        assert (references(li), references(zhou)) == (rows, rows), query


def test_small_samples_are_not_ranked(
    world: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = {"n0": 0, "n1": 1, "n4": 4, "n5": 5, "m5": 5}
    ids = {code: world.unit(code, findings=n) for code, n in sizes.items()}
    world.issue()
    with world.database.begin() as session:
        for code in sizes:
            group = "bureaus" if code == "m5" else "towns"
            organization_named(session, code).ranking_group = group
    for one in (ids["n5"][0], ids["n4"][0]):
        world.submit(one, at("2024-01-05T09:00"))
        world.accept(one, at("2024-01-08T09:00"))
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    person = site.person("li", "clerk")
    person.get("/organizations")
    tables = re.findall(r"<h2>([^<]+)</h2>(.*?)</table>", person.page.text, re.S)
    small = "sample too small, not ranked"
    assert {
        group: [
            (cells := re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S))
            and [bare(cells[0]), *map(bare, cells[-3:])]
            for row in re.findall(r'<tr>\s*<th scope="row">.*?</tr>', table, re.S)
        ]
        for group, table in tables
    } == {
        "bureaus": [["Unit m5", "0/5", "0.0%", "1"]],
        "towns": [["Unit n5", "1/5", "20.0%", "1"], ["Unit n4", "1/4", "25.0%", small],
                  ["Unit n1", "0/1", "0.0%", small], ["Unit n0", "–", "–", "–"]],
    }  # fmt: skip


def test_six_answers_stand_in_the_first_screen(
    month: World, site: Site, visit: Callable[..., Visit]
) -> None:
    """In both languages; whatever lies below needs scrolling and is not counted."""
    site.account("li", "clerk")
    window = visit(viewport={"width": 1366, "height": 768})
    window.sign_in("li", PASSWORD)
    seen = {}
    for language in ("zh", "en"):
        window.page.goto(f"/dashboard?lang={language}")
        found = window.page.locator(".figure").all()
        inside = [box["y"] + box["height"] <= 768 for one in found if (box := one.bounding_box())]
        names = [one.locator("a").inner_text().split("\n")[0].strip() for one in found]
        seen[language] = (inside, names)
    assert seen == {
        "zh": ([True] * 6, ["在办", "已逾期", "7日内到期", "待我处理", "已升级", "昨夜检查"]),
        "en": ([True] * 6, ["Open", "Overdue", "Due within 7 days", "Waiting for us", "Escalated",
                            "Last night's check"]),
    }  # fmt: skip
