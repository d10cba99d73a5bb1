"""The review queue: what waits, one key decides, the next opens, and nobody accepts their own."""

import re

import pytest
from sqlmodel import select

from models.submission import Decision, Submission
from tests.web.queries import counting
from tests.web.seen import set_clock, version
from tests.web.site import Site
from tests.world import World, at


@pytest.fixture
def ids(world: World) -> list[int]:
    """Three findings of one letter, handed in on three working days; it is Friday the 12th."""
    found = world.unit("a", findings=3)
    world.issue()
    for n, one in enumerate(found):
        world.submit(one, at(f"2024-01-{9 + n:02}T10:00"))
    set_clock(world, "2024-01-12T09:00")
    return found


def reports(world: World) -> list[tuple[int, Decision | None, str | None, str | None]]:
    with world.database.read() as session:
        return [
            (one.finding_id, one.decision, one.decided_by, one.reason)
            for one in session.exec(select(Submission).order_by(Submission.id))  # type: ignore[arg-type]  # a column
        ]


def test_the_oldest_comes_first_with_its_wait_and_our_limit(site: Site, ids: list[int]) -> None:
    person = site.person("zhou", "verifier")
    person.get("/reviews")
    assert "3 reports wait, the longest for 3 working days." in person.words
    rows = re.findall(r"<tr>\s*<th scope=\"row\"><a.*?</tr>", person.page.text, flags=re.S)
    assert [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows] == [
        "2023-1-1 Unit a 2024-01-09 10:00 · unit Fri 2024-01-26 on time 3 working days "
        "Fri 2024-01-12 due today",
        "2023-1-2 Unit a 2024-01-10 10:00 · unit Fri 2024-01-26 on time 2 working days "
        "Mon 2024-01-15 3 days left",
        "2023-1-3 Unit a 2024-01-11 10:00 · unit Fri 2024-01-26 on time 1 working day "
        "Tue 2024-01-16 4 days left",
    ]
    waits = re.findall(r'<th scope="row">([^<]+)</th><td class="n">(\d+)</td>', person.page.text)
    assert waits == [
        ("0", "0"), ("1", "1"), ("2", "1"), ("3", "1"), ("4–5", "0"), ("6–10", "0"),
        ("11 or more", "0"),
    ]  # fmt: skip


def test_keys_stand_on_what_they_press(site: Site, ids: list[int]) -> None:
    person = site.person("zhou", "verifier")
    person.get("/reviews/2023-1-2")
    keys = re.findall(r'<(\w+)[^>]*data-key="(.)"(?: href="([^"]+)")?', person.page.text)
    assert keys == [
        ("a", "k", "/reviews/2023-1-1"), ("a", "j", "/reviews/2023-1-3"),
        ("button", "1", ""), ("summary", "2", ""),
    ]  # fmt: skip


def test_a_decision_opens_the_next_report(site: Site, world: World, ids: list[int]) -> None:
    person = site.person("zhou", "verifier")
    person.get("/reviews/2023-1-2")
    person.post("/reviews/2023-1-2/accept", {"version": version(person)})
    assert person.page.url.path == "/reviews/2023-1-3"
    assert "Closed: 2023-1-2. A supervisor can reopen it." in person.words
    usual = "Evidence is missing; add documents, minutes or pictures."
    typed = {"version": version(person), "usual": usual, "reason": "minutes of 3 January"}
    person.post("/reviews/2023-1-3/return", typed)
    assert person.page.url.path == "/reviews/2023-1-1"
    assert "Returned: 2023-1-3. The organization has until 26 Jan (inclusive)" in person.words
    person.post("/reviews/2023-1-1/accept", {"version": version(person)})
    assert person.page.url.path == "/reviews"
    assert "No report waits for us." in person.words
    assert reports(world) == [
        (ids[0], Decision.ACCEPTED, "zhou", None),
        (ids[1], Decision.ACCEPTED, "zhou", None),
        (ids[2], Decision.RETURNED, "zhou", f"{usual}\nminutes of 3 January"),
    ]


def test_a_return_needs_a_reason(site: Site, world: World, ids: list[int]) -> None:
    person = site.person("zhou", "verifier")
    person.get("/reviews/2023-1-1")
    person.post("/reviews/2023-1-1/return", {"version": version(person)})
    assert person.page.status_code == 422
    assert '<a href="#reason">A return needs a reason; say what is missing.</a>' in person.page.text
    assert world.finding(ids[0]).state == "submitted"


def test_nobody_accepts_their_own_report(site: Site, world: World, ids: list[int]) -> None:
    person = site.person("Unit", "verifier")
    person.get("/reviews/2023-1-1")
    assert 'data-key="1"' not in person.page.text
    assert "so another verifier must accept it" in person.words
    person.post("/reviews/2023-1-1/accept", {"version": version(person)})
    assert person.page.status_code == 403
    assert world.finding(ids[0]).state == "submitted"


def test_what_was_decided_meanwhile_is_said_and_nothing_typed_is_lost(
    site: Site, world: World, ids: list[int]
) -> None:
    person = site.person("zhou", "verifier")
    person.get("/reviews/2023-1-1")
    seen = version(person)
    world.accept(ids[0], at("2024-01-12T08:14"))
    person.post("/reviews/2023-1-1/return", {"version": seen, "reason": "the minutes <b>lack</b>"})
    assert person.page.status_code == 409
    assert (
        "2023-1-1 was accepted and closed by verifier at 2024-01-12 08:14; nothing was changed now."
        in person.words
    )
    assert "the minutes &lt;b&gt;lack&lt;/b&gt;" in person.page.text
    person.get("/reviews/2023-1-2")
    person.post("/reviews/2023-1-2/return", {"version": "1", "reason": "kept words"})
    assert person.page.status_code == 409
    assert re.search(r"<textarea[^>]*>kept words</textarea>", person.page.text)
    assert reports(world)[1:] == [(ids[1], None, None, None), (ids[2], None, None, None)]


def test_earlier_returns_stand_beside_the_new_report(
    site: Site, world: World, ids: list[int]
) -> None:
    world.send_back(ids[0], at("2024-01-12T08:00"))
    world.submit(ids[0], at("2024-01-12T08:30"))
    person = site.person("zhou", "verifier")
    person.get("/reviews/2023-1-1")
    assert "Returned by verifier at 2024-01-12 08:00 Reason original text incomplete" in (
        person.words
    )


def test_who_may_look_and_who_may_not(site: Site, world: World, ids: list[int]) -> None:
    looking = site.person("li", "clerk")
    assert 'data-key="1"' not in looking.get("/reviews/2023-1-1").text
    assert looking.post("/reviews/2023-1-1/accept", {"version": "2"}).status_code == 404
    other = world.unit("b")
    world.issue()
    world.submit(other[0], at("2024-01-12T08:00"))
    leader = site.person("sun", "supervisor", "b")
    leader.get("/reviews")
    assert re.findall(r'href="/reviews/([\d-]+)">', leader.page.text) == ["2023-2-1", "2023-2-1"]
    assert leader.get("/reviews/2023-2-1").status_code == 200
    absent = leader.get("/reviews/2023-9-9"), leader.words
    foreign = leader.get("/reviews/2023-1-1"), leader.words
    assert [page.status_code for page, _words in (absent, foreign)] == [404, 404]
    assert foreign[1] == absent[1].replace("2023-9-9", "2023-1-1")
    unit = site.person("wang", "organization", "a")
    assert unit.get("/reviews/2023-1-1").status_code == 404


def test_undoing_begins_where_a_supervisor_sees_it(
    site: Site, world: World, ids: list[int]
) -> None:
    world.accept(ids[0], at("2024-01-12T08:00"))
    leader = site.person("sun", "supervisor")
    assert 'href="/findings/2023-1-1/reopen"' in leader.get("/reviews").text
    verifier = site.person("zhou", "verifier")
    assert "/reopen" not in verifier.get("/reviews").text


def test_a_queue_of_any_length_costs_the_same(site: Site, ids: list[int]) -> None:
    person = site.person("zhou", "verifier")
    costs = {}
    for path in ("/reviews", "/reviews/2023-1-2"):
        with counting() as statements:
            person.get(path)
        costs[path] = len(statements)
    assert max(costs.values()) <= 12, costs


def test_pages_of_the_queue_follow_each_other(
    site: Site, world: World, monkeypatch: pytest.MonkeyPatch, ids: list[int]
) -> None:
    monkeypatch.setattr("duban.web.pages.reviews.MOST", 2)
    person = site.person("zhou", "verifier")
    first = person.get("/reviews").text
    later = re.search(r'href="(/reviews\?after=[^"]+)"', first)
    assert later is not None
    person.get(later[1].replace("&amp;", "&"))
    assert re.findall(r'<th scope="row"><a href="/reviews/([\d-]+)"', person.page.text) == [
        "2023-1-3"
    ]
    for place in ("x", "2024-01-01,1", "2024-01-01T00:00:00+00:00,99999999999999999999"):
        assert person.get("/reviews", params={"after": place}).status_code == 422
