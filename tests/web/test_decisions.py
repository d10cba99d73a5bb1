"""What a supervisor decides: more time, and the steps that the ladder proposes."""

import re

import pytest
from sqlmodel import select

from models.escalation import Escalation
from models.explanation import Explanation
from models.extension import ExtensionRequest
from tests.web.queries import counting
from tests.web.seen import set_clock, version
from tests.web.site import Person, Site
from tests.world import World, at


def requests(world: World) -> list[tuple[bool | None, str | None, str | None, str]]:
    with world.database.read() as session:
        return [
            (one.granted, one.decided_by, one.decision_reason, str(one.new_last_day))
            for one in session.exec(select(ExtensionRequest))
        ]


def proposals(world: World) -> list[tuple[str, str, str | None, str | None]]:
    with world.database.read() as session:
        return [
            (one.rung, one.state.value, one.decided_by, one.reason)
            for one in session.exec(select(Escalation).order_by(Escalation.finding_id))  # type: ignore[arg-type]  # a column
        ]


@pytest.fixture
def asked(world: World) -> list[int]:
    """Two findings of one letter, the first with a request for more time; it is 22 January."""
    ids = world.unit("a", findings=2)
    world.issue()
    world.acknowledge(ids[0], at("2024-01-03T09:00"))
    world.ask(ids[0], "10wd", at("2024-01-22T09:00"))
    set_clock(world, "2024-01-22T10:00")
    return ids


def facts(person: Person) -> dict[str, str]:
    """The facts of the first request on the page."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", person.page.text, flags=re.S)
    return {dt: " ".join(re.sub("<[^>]+>", " ", dd).split()) for dt, dd in pairs}


def test_a_request_shows_the_old_and_the_new_day(site: Site, asked: list[int]) -> None:
    person = site.person("sun", "supervisor")
    person.get("/extensions")
    assert facts(person) == {
        "Finding": "2023-1-1 In progress 4 days left",
        "Last day now": "Fri 26 Jan 2024 (inclusive)",
        "New last day by the rule": ("Thu 8 Feb 2024 (inclusive) asked for: 10 working days more"),
        "Asked": "2024-01-22 09:00 · unit",
        "Receipt": "2024-01-03 09:00",
    }


def test_more_time_is_granted_and_told(site: Site, world: World, asked: list[int]) -> None:
    person = site.person("sun", "supervisor")
    person.get("/extensions")
    assert "Approve until 8 Feb" in person.words
    person.post("/extensions/1", {"version": version(person), "decision": "approve"})
    assert person.page.url.path == "/extensions"
    assert (
        "More time for 2023-1-1: until 8 Feb (inclusive). The organization is told." in person.words
    )
    assert requests(world) == [(True, "sun", None, "2024-02-08")]
    assert str(world.finding(asked[0]).last_day) == "2024-02-08"
    assert [mail.to for mail in world.messages("extension")] == [
        "contact@a.example", "head@a.example",
    ]  # fmt: skip
    assert "granted" in person.words


def test_declining_needs_a_reason_and_keeps_the_form(
    site: Site, world: World, asked: list[int]
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/extensions")
    person.post("/extensions/1", {"version": version(person), "decision": "decline"})
    assert person.page.status_code == 422
    assert '<a href="#reason">Declining needs a reason.</a>' in person.page.text
    assert '<textarea id="reason" name="reason"' in person.page.text
    sent = {"version": version(person), "decision": "decline", "reason": "long enough"}
    person.post("/extensions/1", sent)
    assert "No more time for 2023-1-1: 26 Jan (inclusive) stays." in person.words
    assert requests(world) == [(False, "sun", "long enough", "2024-02-08")]
    assert [mail.to for mail in world.messages("extension")] == [
        "contact@a.example", "head@a.example",
    ]  # fmt: skip
    person.post("/extensions/1", sent)
    assert person.page.status_code == 409
    assert "Request 1 was decided already by sun." in person.words


def test_a_request_on_a_changed_finding_is_looked_at_again(
    site: Site, world: World, asked: list[int]
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/extensions")
    seen = version(person)
    world.submit(asked[0], at("2024-01-22T09:30"))
    sent = {"version": seen, "decision": "approve", "reason": "kept words"}
    person.post("/extensions/1", sent)
    assert person.page.status_code == 409
    assert re.search(r'<textarea id="reason"[^>]*>kept words</textarea>', person.page.text)
    assert "it can only be declined" in person.words
    assert "Approve until" not in person.words
    assert requests(world) == [(None, None, None, "2024-02-08")]


def test_a_late_request_says_so(site: Site, world: World, asked: list[int]) -> None:
    world.ask(asked[1], "10wd", at("2024-01-29T09:00"))
    set_clock(world, "2024-01-30T10:00")
    person = site.person("sun", "supervisor")
    person.get("/extensions")
    assert "2024-01-29 09:00 · unit after the last day" in person.words


@pytest.fixture
def late(world: World) -> list[int]:
    """Three findings in two letters, overdue so long that a circular is proposed; one explained."""
    ids = world.unit("a", findings=2) + world.unit("b")
    world.issue()
    world.nights("2024-01-27", "2024-02-05")
    with world.database.begin() as session:
        for text in ("first words", "the contractor <b>failed</b>"):
            session.add(
                Explanation(finding_id=ids[0], text=text, said_at=at("2024-02-01"), said_by="wang")
            )
    set_clock(world, "2024-02-05T10:00")
    return ids


def ticks(person: Person) -> list[str]:
    return re.findall(r'name="proposal" value="([\d:]+)"', person.page.text)


def test_a_proposal_shows_what_was_said_and_what_came_before(site: Site, late: list[int]) -> None:
    person = site.person("sun", "supervisor")
    person.get("/escalations")
    assert "3 proposals wait for a decision." in person.words
    rows = re.findall(r"<tr>\s*<td><input.*?</tr>", person.page.text, flags=re.S)
    cells = [re.sub(r"<details>.*?</details>", "", row, flags=re.S) for row in rows]
    assert [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in cells] == [
        "2023-1-1 Unit a Circular since Fri 2024-02-02 10 days overdue last day Fri 2024-01-26 "
        "Urging notice Notice before: the mail has not left yet the contractor &lt;b&gt;failed&lt;/b&gt; 2024-02-01 00:10 · wang",
        "2023-1-2 Unit a Circular since Fri 2024-02-02 10 days overdue last day Fri 2024-01-26 "
        "Urging notice Notice before: the mail has not left yet none",
        "2023-2-1 Unit b Circular since Fri 2024-02-02 10 days overdue last day Fri 2024-01-26 "
        "Urging notice Notice before: the mail has not left yet none",
    ]


def test_several_are_approved_at_once_and_told_by_letter(
    site: Site, world: World, late: list[int]
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/escalations")
    person.post("/escalations", {"proposal": ticks(person)[:2], "decision": "approve"})
    assert (
        "Approved: 2023-1-1 (Circular), 2023-1-2 (Circular). "
        "The heads of the organizations are told." in person.words
    )
    assert proposals(world) == [
        ("circular", "approved", "sun", None), ("circular", "approved", "sun", None),
        ("circular", "proposed", None, None),
    ]  # fmt: skip
    assert [world.finding(one).rung for one in late] == [2, 2, 1]
    assert [mail.to for mail in world.messages("escalated")] == ["head@a.example"]


def test_what_cannot_be_decided_is_named_beside_what_was(
    site: Site, world: World, late: list[int]
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/escalations")
    seen = ticks(person)
    world.submit(late[0], at("2024-02-05T09:30"))
    person.post("/escalations", {"proposal": seen, "decision": "approve"})
    assert person.page.status_code == 200
    assert (
        "Approved: 2023-1-2 (Circular), 2023-2-1 (Circular). The heads of the organizations are "
        f"told. Not decided: 2023-1-1: Finding #{late[0]} is not overdue now" in person.words
    )
    assert [state for _rung, state, *_rest in proposals(world)] == [
        "proposed", "approved", "approved",
    ]  # fmt: skip
    person.post("/escalations", {"proposal": seen[1], "decision": "decline", "reason": "kept"})
    assert person.page.status_code == 409
    assert re.search(
        r"Not decided: 2023-1-2: Proposal \d was decided already by sun\.", person.words
    )
    assert re.search(r'<textarea id="reason"[^>]*>kept</textarea>', person.page.text)


def test_a_stale_proposal_is_not_decided(site: Site, world: World, late: list[int]) -> None:
    person = site.person("sun", "supervisor")
    person.get("/escalations")
    seen = ticks(person)[2]
    world.acknowledge(late[2], at("2024-02-05T09:30"))
    person.post("/escalations", {"proposal": seen, "decision": "approve"})
    assert person.page.status_code == 409
    assert "2023-2-1: Somebody else changed this finding meanwhile" in person.words
    assert [state for _rung, state, *_rest in proposals(world)] == ["proposed"] * 3


def test_declining_proposals_needs_a_reason_and_a_tick(
    site: Site, world: World, late: list[int]
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/escalations")
    first = ticks(person)[0]
    person.post("/escalations", {"proposal": first, "decision": "decline"})
    assert person.page.status_code == 422
    assert re.findall(r'value="([\d:]+)"[^>]* checked', person.page.text) == [first]
    person.post("/escalations", {"decision": "approve"})
    assert '<a href="#proposals">Tick at least one proposal.</a>' in person.page.text
    person.post("/escalations", {"proposal": first, "decision": "decline", "reason": "they act"})
    assert "Declined: 2023-1-1 (Circular)." in person.words
    assert proposals(world)[0] == ("circular", "declined", "sun", "they act")
    assert world.messages("escalated") == []


def test_foreign_and_absent_answer_alike(site: Site, world: World, late: list[int]) -> None:
    world.ask(late[0], "10wd", at("2024-02-05T09:00"))
    leader = site.person("sun", "supervisor", "b")
    leader.get("/escalations")
    with world.database.read() as session:
        ids = {one.finding_id: one.id for one in session.exec(select(Escalation))}
    assert ticks(leader) == [f"{ids[late[2]]}:{world.finding(late[2]).version}"]
    said = []
    for number in (str(ids[late[0]]), "99"):
        leader.post("/escalations", {"proposal": f"{number}:3", "decision": "approve"})
        said.append((leader.page.status_code, leader.words.replace(number, "N")))
    for number in ("1", "99", "99999999999999999999", "x"):
        leader.get("/extensions")
        leader.post(f"/extensions/{number}", {"version": "3", "decision": "approve"})
        said.append((leader.page.status_code, leader.words.replace(number, "N")))
    assert [status for status, _words in said] == [404] * 6
    assert "2023-1-1" not in leader.get("/extensions").text
    assert [state for _rung, state, *_rest in proposals(world)] == ["proposed"] * 3
    assert requests(world)[0][0] is None


def test_others_of_the_office_look_and_do_not_decide(site: Site, late: list[int]) -> None:
    clerk = site.person("li", "clerk")
    clerk.get("/escalations")
    assert "A supervisor decides on these proposals; you can read them." in clerk.words
    assert ticks(clerk) == []
    assert clerk.post("/escalations", {"proposal": "1:3"}).status_code == 404
    unit = site.person("wang", "organization", "a")
    assert [unit.get(path).status_code for path in ("/escalations", "/extensions")] == [404, 404]


def test_lists_of_any_length_cost_the_same(site: Site, world: World, late: list[int]) -> None:
    for one in late:
        world.ask(one, "10wd", at("2024-02-05T09:00"))
    person = site.person("sun", "supervisor")
    costs = {}
    for path in ("/escalations", "/extensions"):
        with counting() as statements:
            person.get(path)
        costs[path] = len(statements)
    assert max(costs.values()) <= 12, costs
