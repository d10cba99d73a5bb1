"""Rules and calendars: what is shown, what a notice would do, and the second person."""

import json
import re
from copy import deepcopy
from typing import Any

import pytest
from sqlmodel import select

from config.calendar_files import shipped_years
from models.installation import CalendarImport, Installation
from models.pending_change import PendingChange
from tests.services.test_calendar_import import LONG, notice
from tests.web.site import Person, Site
from tests.world import World, at

DATA = notice(LONG, ("2027-02-14",))


@pytest.fixture(autouse=True)
def december(world: World) -> None:
    """A clock that stands still shortly before 2027."""
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2026-12-01T09:00")


@pytest.fixture
def one(world: World) -> int:
    """Issued on 9 November 2026 for three months: 9 February 2027, provisionally."""
    (finding_id,) = world.unit("a")
    world.issue(at("2026-11-09T10:00"), window="P3M")
    return finding_id


def checked(person: Person, data: Any) -> str:
    """What the hidden field of the check's page holds."""
    text = data if isinstance(data, str) else json.dumps(data)
    person.get("/admin/rules")
    person.post("/admin/rules/check", files={"file": ("2027.json", text)})
    found = re.search(r'name="data" value="([^"]*)"', person.page.text)
    return json.dumps(DATA) if found else ""


def proposed(person: Person) -> str:
    """The page of a change that is proposed by this person."""
    person.post("/admin/rules/propose", {"data": checked(person, DATA)})
    assert "Nothing changes before somebody else approves it." in person.words
    return person.page.url.path


def test_the_rules_in_words(site: Site) -> None:
    person = site.person("zhou", "verifier")
    person.get("/admin/rules")
    for words in (
        "To rectify one month; a rest day moves it to the next working day",
        "To acknowledge the letter 2 working days", "For our review 3 working days",
        "7 days before 7 days before the last day reminder, on working days contact person",
        "urging notice 1 day after the last day notice, also on rest days head · contact person · leader in charge",
        "circular 5 working days after the last day proposal, decided by a person head",
        "Letters issued since Tue 2026-12-01 are concerned.",
        "2023 loaded 2024 loaded 2025 loaded 2026 loaded 2027 not loaded",
    ):  # fmt: skip
        assert words in person.words
    assert "/admin/rules/check" not in person.page.text
    person.post("/admin/rules/check", files={"file": ("2027.json", json.dumps(DATA))})
    assert person.page.status_code == 404


def test_a_check_shows_what_would_move_and_changes_nothing(
    site: Site, world: World, one: int
) -> None:
    person = site.person("li", "clerk")
    assert checked(person, DATA)
    assert "Open due dates that it concerns 1 Of which move later 1" in person.words
    assert "2026-1-1 Unit a Tue 2027-02-09 Fri 2027-02-12 moves later" in person.words
    assert str(world.finding(one).last_day) == "2027-02-09"
    with world.database.read() as session:
        assert session.exec(select(PendingChange)).all() == []


def test_a_file_that_cannot_be_used_is_refused_with_the_reason(site: Site) -> None:
    person = site.person("li", "clerk")
    wrong = deepcopy(DATA)
    wrong["holidays"][0]["make_up"] = ["2027-02-15"]
    answers = [
        ("{", "The file is not valid JSON: look at line 1, column 2."),
        ("[1]", "The file is no year's calendar; see the example."),
        (
            next(data for data in shipped_years() if data["year"] == 2026),
            "2026 is loaded already as version 1",
        ),
        (wrong, "The make-up working day 2027-02-15 is not a Saturday or Sunday."),
        ("x" * 300_000, "A year's calendar is smaller than this file."),
    ]
    for data, words in answers:
        assert checked(person, data) == ""
        assert person.page.status_code == 422
        assert words in person.words
    person.post("/admin/rules/check")
    assert "Select a file." in person.words


def test_a_second_person_approves_and_dates_move_as_previewed(
    site: Site, world: World, one: int
) -> None:
    clerk, supervisor = site.person("li", "clerk"), site.person("wang", "supervisor")
    page = proposed(clerk)
    clerk.post(page, {"act": "approve"})
    assert clerk.page.status_code == 404
    supervisor.get("/admin/rules")
    assert "A calendar for 2027 waits for a second person; proposed by li." in supervisor.words
    supervisor.get(page)
    assert "2026-1-1 Unit a Tue 2027-02-09 Fri 2027-02-12 moves later" in supervisor.words
    supervisor.post(page, {"act": "approve"})
    assert "The change was approved and carried out." in supervisor.words
    moved = world.finding(one)
    assert (str(moved.last_day), moved.provisional) == ("2027-02-12", False)
    with world.database.read() as session:
        loaded = session.exec(select(CalendarImport)).one()
        assert (loaded.year, loaded.imported_by, loaded.data) == (2027, "wang", DATA)
    assert [m.to for m in world.messages("deadline-moved")] == [
        "contact@a.example",
        "head@a.example",
    ]
    supervisor.get(page)
    assert "Approved and carried out by wang" in supervisor.words
    supervisor.post(page, {"act": "approve"})
    assert supervisor.page.status_code == 409


def test_who_proposed_it_does_not_approve_it(site: Site, world: World, one: int) -> None:
    page = proposed(site.person("li", "clerk"))
    # The same name in another capacity is the same person.
    with world.database.begin() as session:
        change = session.exec(select(PendingChange)).one()
        change.proposed_by = "Wang"
    person = site.person("wang", "supervisor")
    person.get(page)
    assert "You proposed this yourself; somebody else must approve it." in person.words
    person.post(page, {"act": "approve"})
    assert person.page.status_code == 409
    assert "wang proposed this; somebody else must approve it." in person.words
    assert str(world.finding(one).last_day) == "2027-02-09"


def test_a_change_is_declined_with_a_reason(site: Site, world: World, one: int) -> None:
    page = proposed(site.person("li", "clerk"))
    person = site.person("wang", "supervisor")
    person.get(page)
    person.post(page, {"act": "decline"})
    assert person.page.status_code == 422
    person.post(page, {"act": "decline", "reason": "<b>wrong</b> notice"})
    person.get(page)
    assert "Declined by wang" in person.words
    assert "&lt;b&gt;wrong&lt;/b&gt; notice" in person.page.text
    assert str(world.finding(one).last_day) == "2027-02-09"


def test_one_change_of_a_kind_waits_at_a_time(site: Site) -> None:
    person = site.person("li", "clerk")
    proposed(person)
    person.post("/admin/rules/propose", {"data": json.dumps(DATA)})
    assert person.page.status_code == 409


def test_who_sees_a_part_does_not_decide_for_all(site: Site, world: World, one: int) -> None:
    page = proposed(site.person("li", "clerk"))
    person = site.person("sub", "supervisor", "a")
    assert person.get(page).status_code == 403
    person.get("/admin/rules")
    person.post(page, {"act": "approve"})
    assert person.page.status_code == 403
