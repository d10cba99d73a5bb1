"""Issuing letters through the pages: what is seen is what goes out, once, in order."""

import json
import re
import threading
from datetime import datetime
from html import unescape

from sqlmodel import col, select

from models.calendar import shipped_calendar
from models.day_words import long_day
from models.deadline_proof import deadline_record, proof_sentences
from models.deadlines import Rule, compute_due
from models.finding import Finding
from models.installation import Installation
from models.letter import Letter
from models.organization import Contact
from models.periods import Period
from models.transitions import State
from tests.shared_data import shared
from tests.web.site import Person, Site
from tests.world import World, minute


def press(person: Person, **changes: str) -> None:
    """Send the form of the preview that is on the screen."""
    form = person.page.text.split('action="/letters" method="post"')[1]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        fields.setdefault(name, []).append(unescape(value))
    person.post("/letters", {**fields, **changes})


def letters(world: World) -> list[tuple[int, int, int]]:
    """(year, number, findings) of every letter, in the order of their numbers."""
    with world.database.read() as session:
        found = session.exec(select(Letter).order_by(col(Letter.year), col(Letter.sequence))).all()
        issued = list(session.exec(select(Finding.letter_id)))
        return [(one.year, one.sequence, issued.count(one.id)) for one in found]


def stand_at(world: World, when: str) -> datetime:
    """Let the installation's clock stand still, as a demo's does."""
    now = datetime.fromisoformat(when)
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, now
        session.add(installation)
    return now


def test_the_date_and_its_reason_are_those_that_are_computed(site: Site, world: World) -> None:
    world.unit("a")
    clerk = site.person("li", "clerk")
    cases = json.loads(shared("deadline-cases.json").read_text())
    for case in cases:
        issued = stand_at(world, case["issued"])
        rule, window = Rule(case["calendar"]), Period.parse(case["window"])
        clerk.get("/letters/new", params={"window": case["window"], "rule": case["calendar"]})
        due = compute_due(issued, window, rule, shipped_calendar())
        assert str(due.last_day) == case["last_day"]
        assert f"Finish by {long_day(due.last_day)}" in clerk.words
        reasons = " ".join(proof_sentences(deadline_record(due)))
        assert f"Why this day? {reasons}" in clerk.words
        assert ("moved from" in clerk.words) == (due.last_day != due.nominal_day)
    assert len(cases) == 28


def test_what_is_seen_goes_out(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    world.unit("b", roles=())
    stand_at(world, "2024-01-12T10:00:00+08:00")
    clerk = site.person("li", "clerk")
    clerk.get("/letters/new")
    for part in (
        "2 letters · 3 findings · 2 mails", "示纪函〔2024〕__号", "finding text a 2",
        "1 letter goes to nobody by mail: deliver it by hand.",
        "Finish by Sun 18 Feb 2024 (inclusive)",
        "The period ends on a rest day, so it was moved from Mon 2024-02-12 to Sun 2024-02-18.",
        "Issue 2 letters and send 2 mails",
    ):  # fmt: skip
        assert part in clerk.words, part
    assert letters(world) == []
    press(clerk)
    assert letters(world) == [(2024, 1, 2), (2024, 2, 1)]
    assert str(clerk.page.url).endswith("/letters/issued?year=2024&first=1&last=2")
    for part in (
        "2 letters are issued", "3 findings · 2 mails", "示纪函〔2024〕1号", "示纪函〔2024〕2号",
        "a-contact contact@a.example · to be sent a-head head@a.example · to be sent",
        "nobody has an address: deliver by hand", "Finish by: Sun 18 Feb 2024 (inclusive)",
    ):  # fmt: skip
        assert part in clerk.words, part
    assert [mail.to for mail in world.messages("issued")] == ["contact@a.example", "head@a.example"]
    clerk.get("/letters/new")
    assert "No finding waits to be issued." in clerk.words


def test_terms_and_a_choice_of_organizations(site: Site, world: World) -> None:
    for code in ("a", "b", "c"):
        world.unit(code)
    clerk = site.person("li", "clerk")
    clerk.get("/letters/new?org=a&org=c&window=P15D&report=P20D&rule=natural&meeting=2024-01-10"
              "&at=2024-01-12T10:00")  # fmt: skip
    assert "2 letters · 2 findings · 4 mails" in clerk.words
    assert "Report back by Thu 1 Feb 2024 (inclusive)" in clerk.words
    press(clerk)
    with world.database.read() as session:
        found = [
            (str(one.last_day), str(one.report_by), str(one.meeting_on), one.window, one.rule,
             minute(one.issued_at), one.issued_by)
            for one in session.exec(select(Letter))
        ]  # fmt: skip
        assert found == [
            ("2024-01-27", "2024-02-01", "2024-01-10", "P15D", "natural",
             "2024-01-12T10:00", "li")
        ] * 2  # fmt: skip
        waiting = session.exec(select(Finding).where(Finding.phase == State.DRAFT)).all()
        assert [one.key for one in waiting] == ["b-1"]


WRONG = [
    ("window=soon", "“soon” is not a period"),
    ("report=0d", "“0d” is not a period"),
    ("rule=mine", "There is no rule “mine”"),
    ("meeting=2024-02-30", "“2024-02-30” is not a real date"),
    ("at=2999-01-01T10:00", "“2999-01-01T10:00” is out of range"),
    ("at=2099-01-01T10:00", "2099-01-01 10:00 lies ahead"),
]


def test_what_cannot_be_meant_is_said_at_its_field(site: Site, world: World) -> None:
    world.unit("a")
    clerk = site.person("li", "clerk")
    for query, sentence in WRONG:
        field, _equals, typed = query.partition("=")
        clerk.get(f"/letters/new?{query}")
        assert (clerk.page.status_code, sentence in clerk.words) == (422, True), sentence
        assert f'<a href="#{field}">' in clerk.page.text
        assert 'action="/letters"' not in clerk.page.text
        clerk.get("/letters/new")
        press(clerk, **{field: typed})
        assert clerk.page.status_code == 422
    assert letters(world) == []


def test_what_was_not_seen_does_not_go_out(site: Site, world: World) -> None:
    world.unit("a")
    stand_at(world, "2024-03-05T23:59:00+08:00")
    clerk = site.person("li", "clerk")
    clerk.get("/letters/new")
    seen = clerk.page
    world.unit("b")
    press(clerk)
    assert clerk.page.status_code == 409
    assert "Other findings wait to be issued now than you saw" in clerk.words
    assert "2 letters · 2 findings · 4 mails" in clerk.words
    clerk.page = seen
    clerk.get("/letters/new")
    stand_at(world, "2024-03-06T00:01:00+08:00")
    press(clerk)
    assert (clerk.page.status_code, "The dates have changed since" in clerk.words) == (409, True)
    clerk.get("/letters/new?org=a")
    chosen = clerk.page
    press(clerk)
    assert letters(world) == [(2024, 1, 1)]
    clerk.page = chosen
    press(clerk)
    assert clerk.page.status_code == 409
    assert letters(world) == [(2024, 1, 1)]


def test_people_who_may_not(site: Site, world: World) -> None:
    world.unit("a")
    for login, role, organization in (
        ("v", "verifier", "commission"), ("s", "supervisor", "commission"),
        ("u", "organization", "a"), ("x", "auditor", "commission"),
    ):  # fmt: skip
        person = site.person(login, role, organization)
        assert person.get("/letters/new").status_code == 404
        assert person.post("/letters", {"seen": "1"}).status_code == 404
        assert person.get("/letters/issued?year=2024&first=1&last=2").status_code == 404
    assert letters(world) == []


def test_numbers_have_no_gaps_when_many_issue_at_once(site: Site, world: World) -> None:
    for n in range(12):
        world.unit(f"u{n:02}")
    with world.database.begin() as session:
        for contact in session.exec(select(Contact)):
            contact.email = None
            session.add(contact)
    stand_at(world, "2024-01-12T10:00:00+08:00")
    site.account("li", "clerk")
    people = []
    for n in range(6):
        person = site.signed_in("li")
        person.get(f"/letters/new?org=u{2 * n:02}&org=u{2 * n + 1:02}")
        people.append(person)
    gate, statuses = threading.Barrier(6), []

    def together(person: Person) -> None:
        gate.wait(timeout=10)
        press(person)
        statuses.append(person.page.status_code)

    threads = [threading.Thread(target=together, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert statuses == [200] * 6
    assert letters(world) == [(2024, n, 1) for n in range(1, 13)]
    spans = sorted(
        tuple(map(int, re.findall(r"(?:first|last)=(\d+)", str(person.page.url))))
        for person in people
    )
    assert spans == [(n, n + 1) for n in range(1, 13, 2)]
