"""Counter-acts: reopen, withdraw, correct a draft, enter what was on paper; nothing vanishes."""

import re

import pytest
from sqlmodel import select

from models.account_event import AccountEvent
from models.finding import Finding
from models.transition_log import TransitionRecord
from tests.web.queries import counting
from tests.web.seen import set_clock, version
from tests.web.site import Site
from tests.world import World, at


@pytest.fixture
def closed(world: World) -> int:
    """A finding that was accepted on 8 January; it is the 15th."""
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-05T10:00"))
    world.accept(one, at("2024-01-08T10:00"))
    set_clock(world, "2024-01-15T10:00")
    return one


def test_reopening_says_what_follows_and_both_acts_stay(
    site: Site, world: World, closed: int
) -> None:
    person = site.person("sun", "supervisor")
    person.get("/findings/2023-1-1/reopen")
    assert "The organization is to finish by Sun 18 Feb 2024 (inclusive)" in person.words
    person.post("/findings/2023-1-1/reopen", {"version": version(person)})
    assert person.page.status_code == 422
    assert 'href="#reason"' in person.page.text
    sent = {"version": version(person), "reason": "the list is empty"}
    person.post("/findings/2023-1-1/reopen", sent)
    assert person.page.url.path == "/findings/2023-1-1"
    assert "Reopened: 2023-1-1. The organization has until 18 Feb (inclusive)" in person.words
    assert [event for event, *_rest in world.history(closed)] == [
        "issue", "submit", "accept", "reopen",
    ]  # fmt: skip
    person.post("/findings/2023-1-1/reopen", {**sent, "reason": "kept words"})
    assert person.page.status_code == 409
    person.get("/findings/2023-1-1/reopen")
    assert (
        "Only a closed finding can be reopened; this one is in the state “In progress”."
        in person.words
    )


def test_withdrawing_keeps_the_finding_and_its_reason(site: Site, world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    person = site.person("sun", "supervisor")
    person.get("/findings/2023-1-1/withdraw")
    assert "If it was a mistake, a supervisor can take it back with a reason" in person.words
    person.post("/findings/2023-1-1/withdraw", {"version": "7", "reason": "sent to the <wrong>"})
    assert person.page.status_code == 409
    assert re.search(r"<textarea[^>]*>sent to the &lt;wrong&gt;</textarea>", person.page.text)
    person.post(
        "/findings/2023-1-1/withdraw", {"version": version(person), "reason": "the wrong unit"}
    )
    assert "Withdrawn: 2023-1-1. Nothing more is needed; the organization is told." in person.words
    assert world.finding(one).state == "withdrawn"
    with world.database.read() as session:
        records = session.exec(select(TransitionRecord.actor, TransitionRecord.reason)).all()
    assert records == [("clerk", None), ("sun", "the wrong unit")]


def test_only_a_draft_is_corrected(site: Site, world: World) -> None:
    (one,) = world.unit("a")
    set_clock(world, "2023-12-20T10:00")
    person = site.person("li", "clerk")
    person.get(f"/findings/{one}/correct")
    typed = {"version": version(person), "text": "", "requirement": "by the head"}
    person.post(f"/findings/{one}/correct", typed)
    assert person.page.status_code == 422
    assert "The text is empty; say what was found." in person.words
    person.post(f"/findings/{one}/correct", {**typed, "text": "better text", "owner": "wang"})
    assert person.page.url.path == f"/findings/{one}"
    assert f"Corrected: #{one}. Its letter will carry the new text." in person.words
    found = world.finding(one)
    assert (found.text, found.requirement, found.owner, found.version) == (
        "better text", "by the head", "wang", 1,
    )  # fmt: skip
    with world.database.read() as session:
        event = session.exec(
            select(AccountEvent).where(AccountEvent.what == "draft.corrected")
        ).one()
        assert (event.by, event.details) == (
            "li", {"finding": one, "columns": ["text", "requirement", "owner"]},
        )  # fmt: skip
    person.post(f"/findings/{one}/correct", {**typed, "text": "kept words"})
    assert person.page.status_code == 409
    assert re.search(r"<textarea[^>]*>kept words</textarea>", person.page.text)
    world.issue()
    person.get("/findings/2023-1-1/correct")
    assert "A letter carries this finding, so its text stays as it was sent." in person.words
    person.post("/findings/2023-1-1/correct", {"version": "2", "text": "other"})
    assert person.page.status_code == 409
    assert world.finding(one).text == "better text"


def test_what_came_on_paper_counts_from_its_day_and_names_both(site: Site, world: World) -> None:
    ids = world.unit("a", findings=2)
    world.issue()
    world.nights("2024-01-27", "2024-01-28")
    set_clock(world, "2024-01-29T10:00")
    person = site.person("li", "clerk")
    path = "/findings/2023-1-1/on-paper"
    person.get(path)
    typed = {"version": version(person), "act": "acknowledge", "on": "2024-01-03",
             "time": "09:30", "person": "wang"}  # fmt: skip
    person.post(path, {**typed, "on": "2024-02-03"})
    assert person.page.status_code == 422
    assert "2024-02-03 09:30 lies ahead; only what has happened can be entered." in person.words
    for wrong in ({"on": "x"}, {"on": "0001-01-01"}, {"person": ""}, {"act": "accept"}):
        assert person.post(path, typed | wrong).status_code == 422
    person.post(path, typed)
    said = "Entered for 2023-1-1: receipt of the letter by wang, 2024-01-03 09:30."
    assert said in person.words
    person.get(path)
    report = {"version": version(person), "act": "submit", "on": "2024-01-26", "time": "",
              "person": "wang", "report": "done on paper"}  # fmt: skip
    assert person.post(path, {**report, "report": " "}).status_code == 422
    person.post(path, report)
    assert "report by wang, 2024-01-26 12:00. It waits for review." in person.words
    with world.database.read() as session:
        records = session.exec(
            select(TransitionRecord).where(TransitionRecord.actor == "wang")
        ).all()
        assert [(one.finding_id, one.event, one.role, one.details) for one in records] == [
            (ids[0], "acknowledge", "organization", {"entered_by": "li"}),
            (ids[1], "acknowledge", "organization", {"entered_by": "li"}),
            (ids[0], "submit", "organization", {"entered_by": "li"}),
        ]
        found = session.get_one(Finding, ids[0])
        assert (found.state, found.overdue_at) == ("submitted", None)


def test_who_may_and_whose_it_is(site: Site, world: World, closed: int) -> None:
    world.unit("b")
    world.issue()
    leader, clerk = site.person("sun", "supervisor", "b"), site.person("li", "clerk")
    said = []
    for act in ("reopen", "withdraw"):
        for reference in ("2023-1-1", "2023-9-9"):
            said.append((leader.get(f"/findings/{reference}/{act}").status_code, act))
            leader.post(f"/findings/{reference}/{act}", {"version": "3", "reason": "x"})
            said.append((leader.page.status_code, act))
        said.append((clerk.get(f"/findings/2023-1-1/{act}").status_code, act))
    for act in ("correct", "on-paper"):
        said.append((leader.get(f"/findings/2023-2-1/{act}").status_code, act))
    assert {status for status, _act in said} == {404}
    assert leader.get("/findings/2023-2-1/withdraw").status_code == 200


def test_a_page_costs_little(site: Site, closed: int) -> None:
    leader, clerk = site.person("sun", "supervisor"), site.person("li", "clerk")
    for person, act in (
        (leader, "reopen"), (leader, "withdraw"), (clerk, "correct"), (clerk, "on-paper"),
    ):  # fmt: skip
        with counting() as statements:
            person.get(f"/findings/2023-1-1/{act}")
        assert len(statements) <= 12, statements
