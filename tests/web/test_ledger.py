"""The ledger: its address is the truth, page by page, on paper and from the search box."""

import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import update

from duban.services.explain_delay import explain
from models.finding import Finding
from tests.web.ledger_marks import form_of, links, references
from tests.web.queries import counting
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import ISSUED, World, at


@pytest.fixture
def ledger(world: World) -> World:
    """Four organizations: overdue, in progress, waiting for review, closed; and a draft."""
    first, second = world.unit("a", findings=2)
    (b,) = world.unit("b")
    (c,) = world.unit("c")
    (d,) = world.unit("d")
    tell(world, first, category="discipline", source="review 1", meeting_on=date(2023, 12, 18))
    tell(world, second, category="discipline, again", source="re-check", owner="owner one")
    tell(world, c, lead="lead one")
    world.issue(ISSUED, meeting_on=date(2023, 12, 20))
    world.grant(world.ask(d, "5wd", at("2024-01-10T09:00")), at("2024-01-10T10:00"))
    world.acknowledge(c, at("2023-12-27T09:00"))
    world.submit(c, at("2024-01-20T09:00"))
    world.submit(d, at("2024-01-20T10:00"))
    world.accept(d, at("2024-01-22T09:00"))
    world.unit("e")
    world.ask(b, "5wd", at("2024-01-25T09:00"))
    with world.database.begin() as session:
        explain(session, session.get_one(Finding, first), "late", by="a",
                now=at("2024-02-01T09:00"))  # fmt: skip
    set_clock(world, "2024-02-08T08:30")
    return world


def tell(world: World, finding_id: int, **particulars: object) -> None:
    """Let a finding have these columns of a ledger."""
    with world.database.begin() as session:
        session.exec(update(Finding).where(Finding.id == finding_id).values(**particulars))


ROUND_TRIPS = [
    ("", ["2023-1-1", "2023-1-2", "2023-2-1", "2023-3-1"]),
    ("state=overdue", ["2023-1-1", "2023-1-2", "2023-2-1"]),
    ("state=submitted", ["2023-3-1"]),
    ("state=submitted&state=rectified", ["2023-3-1", "2023-4-1"]),
    ("state=draft", ["6"]),
    ("state=all", ["2023-1-1", "2023-1-2", "2023-2-1", "2023-3-1", "2023-4-1", "6"]),
    ("org=b", ["2023-2-1"]),
    ("org=Unit+a", ["2023-1-1", "2023-1-2"]),
    ("letter=2023-3", ["2023-3-1"]),
    ("letter=示纪函〔2023〕1号", ["2023-1-1", "2023-1-2"]),
    ("due_from=2024-01-26&due_to=2024-01-26", ["2023-1-1", "2023-1-2", "2023-2-1", "2023-3-1"]),
    ("due_from=2024-01-27", []),
    ("due_within=7", []),
    ("rung=0&state=all", ["2023-1-1", "2023-1-2", "2023-2-1", "2023-3-1", "2023-4-1", "6"]),
    ("rung=1", []),
    (
        "overdue_from=2024-01-27&overdue_to=2024-01-27&state=overdue",
        ["2023-1-1", "2023-1-2", "2023-2-1"],
    ),
    ("text=text+a+2", ["2023-1-2"]),
    ("escalated=yes", []),
    ("category=discipline", ["2023-1-1"]),
    ("category=disc", []),
    ("source=re&overdue_from=2024-01-27", ["2023-1-1", "2023-1-2"]),
    ("source=re-", ["2023-1-2"]),
    ("meeting=2023-12-18", ["2023-1-1"]),
    ("meeting=2023-12-20", ["2023-1-2", "2023-2-1", "2023-3-1"]),
    ("person=one", ["2023-1-2", "2023-3-1"]),
    ("person=owner", ["2023-1-2"]),
    ("extended=yes&state=all", ["2023-4-1"]),
    ("extended=asked", ["2023-2-1"]),
    ("explained=yes", ["2023-1-1"]),
    ("explained=no", ["2023-1-2", "2023-2-1", "2023-3-1"]),
]


def test_every_filter_makes_the_round_trip(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    found = {}
    for query, _wanted in ROUND_TRIPS:
        person.get(f"/ledger?{query}")
        first = references(person)
        # The form sends what it shows: the same rows again.
        person.get("/ledger", params=form_of(person))
        found[query] = (first, references(person))
    assert found == {query: (wanted, wanted) for query, wanted in ROUND_TRIPS}


def test_headings_sort(site: Site, world: World) -> None:
    """A heading leads to its order, and turned round where the rows stand so already."""
    for code in "ba":
        world.unit(code, findings=2)
        world.issue()
    set_clock(world, "2024-01-05T09:00")
    person = site.person("li", "clerk")

    def headings() -> dict[str, tuple[str, str]]:
        found = re.findall(
            r'<th scope="col"(?: aria-sort="(\w+)")?><a class="to-sort" href="([^"]+)">([^<]+?) ?<',
            person.page.text,
        )
        return {name: (so, address) for so, address, name in found}

    person.get("/ledger?state=issued")
    assert headings() == {
        "No.": ("", "/ledger?state=issued&amp;sort=number"),
        "Organization": ("", "/ledger?state=issued&amp;sort=org"),
        "Last day": ("ascending", "/ledger?state=issued&amp;sort=-due"),
    }
    shown = []
    for order in ("number", "-number", "org"):
        person.get(f"/ledger?sort={order}")
        shown.append((references(person), headings()["No."]))
    assert shown == [
        (["2023-1-1", "2023-1-2", "2023-2-1", "2023-2-2"], ("ascending", "/ledger?sort=-number")),
        (["2023-2-1", "2023-2-2", "2023-1-1", "2023-1-2"], ("descending", "/ledger?sort=number")),
        (["2023-2-1", "2023-2-2", "2023-1-1", "2023-1-2"], ("", "/ledger?sort=number")),
    ]
    assert "4 findings, organization by organization" in person.words
    person.get("/ledger?sort=remark")
    assert "There is no order “remark”; there are: due, -due, number, -number, org." in person.words


def test_a_chip_takes_its_filter_away(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    person.get("/ledger?state=overdue&org=a&text=text")
    assert (links(person, "Overdue")[-1], links(person, "Organization: Unit a"), links(person, "Text:")) == (
        "/ledger?org=a&text=text", ["/ledger?state=overdue&text=text"], ["/ledger?state=overdue&org=a"],
    )  # fmt: skip


def test_a_filter_that_cannot_be_read_says_so_and_lists_nothing(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    said = {}
    for query in (
        "due_from=yesterday",
        "state=lost",
        "org=nowhere",
        "rung=x",
        "after=x",
        "letter=99",
        "meeting=2023",
        "extended=no",
        "explained=perhaps",
        "person=" + "x" * 201,
    ):
        person.get(f"/ledger?{query}")
        said[query] = (
            person.page.status_code,
            references(person),
            "There is a problem" in person.words,
        )
    assert said == {
        query: (404 if query in ("org=nowhere", "letter=99") else 422, [], True) for query in said
    }


def test_pages_follow_one_another_and_say_which_they_are(site: Site, world: World) -> None:
    world.unit("a", findings=53)
    world.issue(ISSUED)
    set_clock(world, "2024-01-10T08:30")
    person = site.person("li", "clerk")
    person.get("/ledger")
    first = references(person)
    assert "<title>Ledger ·" in person.page.text
    (following,) = links(person, "Next page")
    person.get(following)
    assert "<title>Ledger, page 2 ·" in person.page.text
    assert [*first, *references(person)] == [f"2023-1-{n}" for n in range(1, 54)]
    assert (len(first), links(person, "Next page"), links(person, "First page")) == (
        50,
        [],
        ["/ledger"],
    )


def test_the_questions_do_not_grow_with_the_rows(site: Site, world: World) -> None:
    world.unit("a")
    world.unit("idle", findings=0)
    world.issue(ISSUED)
    set_clock(world, "2024-01-10T08:30")
    person = site.person("li", "clerk")
    path = "/ledger?org=a&letter=2023-1&state=all"
    counts = []
    for more in (0, 60):
        if more:
            world.unit("b", findings=more)
            world.issue(at("2023-12-27T09:00"))
        for asked in (path, "/ledger", "/ledger/print", "/find?q=Unit"):
            with counting() as ran:
                person.get(asked)
            counts.append(len(ran))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 12


def test_a_supervisor_of_a_subtree_sees_only_that(site: Site, ledger: World) -> None:
    site.person("wang", "supervisor", "a")
    person = site.signed_in("wang")
    person.get("/ledger?state=all")
    assert references(person) == ["2023-1-1", "2023-1-2"]
    statuses = {
        path: person.get(path).status_code
        for path in (
            "/ledger?org=b",
            "/ledger?org=nowhere",
            "/ledger?letter=2023-2",
            "/ledger?letter=2023-77",
        )
    }
    assert set(statuses.values()) == {404}
    person.get("/ledger/print?state=all")
    assert ("Unit a" in person.words, "Unit b" in person.words) == (True, False)
    person.get("/find?q=Unit+b")
    assert "No letter, finding or organization is called “Unit b”" in person.words


def test_an_organization_has_no_ledger(site: Site, ledger: World) -> None:
    person = site.person("zhang", "organization", "a")
    paths = ("/ledger", "/ledger/print", "/find?q=1", "/views", "/ledger/urge?finding=1")
    assert {path: person.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)


def test_the_search_box_leads_to_what_is_meant(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    led = {}
    for words in (
        "示纪函〔2023〕2号",
        "2023-2",
        "2",
        "2023-1-2",
        "1-2",
        "#3",
        "b",
        "单位b",
        "Unit b",
    ):
        answer = person.client.get("/find", params={"q": words})
        led[words] = (answer.status_code, answer.headers.get("location"))
    letter, finding, unit = "/letters/2023-2", "/findings/2023-1-2", "/organizations/b"
    assert led == {
        "示纪函〔2023〕2号": (303, letter), "2023-2": (303, letter), "2": (303, letter),
        "2023-1-2": (303, finding), "1-2": (303, finding), "#3": (303, "/findings/2023-2-1"),
        "b": (303, unit), "单位b": (303, unit), "Unit b": (303, unit),
    }  # fmt: skip
    person.get("/find", params={"q": "Unit"})
    assert [links(person, f"Unit {code}") for code in "abcde"] == [
        [f"/organizations/{code}"] for code in "abcde"
    ]


def test_the_print_sheet_is_the_same_list_in_the_clerks_order(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    person.get("/ledger/print?state=overdue")
    headings = re.findall(r'<th scope="col">([^<]+)</th>', person.page.text)
    rows = re.findall(r'<th scope="row"[^>]*>([^<]+)</th>', person.page.text)
    assert rows == ["2023-1-1", "2023-1-2", "2023-2-1"]
    assert headings[:6] == ["No.", "Organization", "Category", "Finding", "Requirement", "Measures"]
    assert "finding text a 2" in person.words


def test_the_tabs_are_filters(site: Site, ledger: World) -> None:
    person = site.person("li", "clerk")
    person.get("/ledger?state=overdue")
    tabs = re.search(r'<ul class="tabs">(.*?)</ul>', person.page.text, re.S)
    assert tabs is not None
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', unescape(tabs[1])) == [
        ("/ledger", ""), ("/ledger?state=issued", ""),
        ("/ledger?state=issued&state=acknowledged&due_within=7", ""),
        ("/ledger?state=overdue", ' aria-current="page"'), ("/ledger?state=submitted", ""),
        ("/ledger?state=rectified", ""),
    ]  # fmt: skip


def test_what_people_typed_is_text(site: Site, world: World) -> None:
    (one,) = world.unit("a")
    with world.database.begin() as session:
        finding = session.get_one(Finding, one)
        finding.text = "<script>alert(1)</script>"
        session.add(finding)
    person = site.person("li", "clerk")
    for path in ("/ledger?state=all&text=<script>", "/ledger/print?state=all", "/findings/1"):
        person.get(path)
        assert "<script>alert" not in person.page.text
        assert "&lt;script&gt;alert(1)" in person.page.text
