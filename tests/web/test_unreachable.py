"""Whom no mail reaches: seen at the organization, on the call list and before each decision."""

import re

import pytest
from sqlmodel import select

from duban.services.note_delivery import note_events
from duban.services.send_mail import send_due
from models.account_event import AccountEvent
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.escalation import Escalation
from models.organization import Contact
from tests.command import duban
from tests.web.api import program
from tests.web.queries import counting
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import World, at

WHY = "550 5.1.1 no such user"


def send(world: World, when: str) -> None:
    send_due(world.database, now=at(when), settings=world.settings)


def all_come_back(world: World, when: str) -> None:
    """Every urging mail to unit a comes back."""
    events = [
        DeliveryEvent(
            key=mail.id, message_id=mail.id, heard=Heard.BOUNCED, source=EventSource.WEBHOOK,
            at=at(when), received_at=at(when), address=mail.to, reason=WHY,
        )
        for mail in world.messages()
        if mail.template == "overdue" and mail.to.endswith("@a.example")
    ]  # fmt: skip
    with world.database.begin() as session:
        note_events(session, events, now=at(when), rules=world.rules(session))


@pytest.fixture
def silent(world: World) -> World:
    """The urging mails of unit a came back, those of unit b are accepted; it is 5 February."""
    first, _second = world.unit("a", findings=2, roles=("contact", "head"))
    (other,) = world.unit("b")
    world.issue()
    for one in (first, other):
        world.acknowledge(one, at("2024-01-03T09:00"))
    send(world, "2024-01-03T10:00")
    world.night("2024-01-27")
    send(world, "2024-01-27T09:00")
    all_come_back(world, "2024-01-27T10:00")
    world.night("2024-02-02")
    set_clock(world, "2024-02-05T09:00")
    with world.database.begin() as session:
        session.exec(select(Contact).where(Contact.name == "a-head")).one().phone = "0000-1234"
    return world


def table(person: Person) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", person.page.text, flags=re.S)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", one).split()) for one in row] for row in found][1:]


def test_who_cannot_be_reached_is_on_a_call_list(silent: World, site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/dashboard")
    link = re.search(
        r'<a href="([^"]+)">1 organization cannot be reached by mail', person.page.text
    )
    assert link is not None
    with counting() as statements:
        person.get(link[1])
    assert len(statements) <= 12
    since = "mail has not arrived since Sat 2024-01-27: the address does not exist"
    assert table(person) == [
        [
            "Unit a",
            f"a-contact · contact person · no telephone {since} Change the address "
            f"a-head · head · 0000-1234 {since} Change the address",
            "Letter 示纪函〔2023〕1号: 2 findings wait for their report, last day Fri 2024-01-26. "
            "2 of them are overdue. 2023-1",
            "none",
        ]
    ]
    assert "finding text" not in person.page.text
    person.get("/findings/2023-1-1")
    note = {
        "spoken_with": "Head a",
        "text": "will send an address",
        "called_at": "2024-02-05T08:30",
    }
    person.post("/findings/2023-1-1/calls", note)
    person.get("/unreachable")
    assert table(person)[0][3] == "2024-02-05 08:30 · Head a li"
    listed = duban("org", "list", "--unreachable", "--json").data
    assert [one["code"] for one in listed["organizations"]] == ["a"]
    assert [one["overdue"] for one in listed["organizations"][0]["letters"]] == [2]
    assert "0000-1234" in duban("org", "list", "--unreachable").out
    asked = program(site, "bot", "clerk")
    found = asked.get("/organizations", params={"unreachable": "yes"}).json()["items"]
    assert [one["code"] for one in found] == ["a"]
    people = asked.get("/organizations/a/contacts").json()["items"]
    assert [one["undeliverable_why"] for one in people] == [WHY, WHY]


def test_what_came_back_is_seen_at_the_organization(silent: World, site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/organizations/a")
    assert person.words.count("returned as undeliverable") == 2
    link = re.search(r'href="(/admin/contacts/a/\d+)">Change the address', person.page.text)
    assert link is not None
    assert re.search(r'<a href="/mails/[0-9a-f]+">Send again</a>', person.page.text)
    person.get("/admin/contacts/a")
    assert person.words.count("the address does not exist") == 2
    person.get(link[1])
    assert WHY in person.words
    person.post(f"{link[1]}/try-again")
    assert "Mail goes to a-contact again." in person.words
    person.post(f"{link[1]}/try-again")
    assert "Mail goes to a-contact already; nothing was changed." in person.words
    with silent.database.read() as session:
        events = session.exec(
            select(AccountEvent).where(AccountEvent.what == "contact.tried-again")
        )
        assert [(one.by, one.details["organization"] > 0) for one in events] == [("li", True)]
    person.get("/unreachable")
    assert "Mail reaches every organization that has open findings." in person.words
    head = duban("org", "show", "a", "--json").data["contacts"][1]
    assert (head["name"], head["undeliverable_why"]) == ("a-head", WHY)
    assert duban("org", "contact", "try-again", head["id"], "--by", "li").code == 0
    assert duban("org", "show", "a", "--json").data["contacts"][1]["undeliverable_at"] is None


def test_the_next_step_waits_for_whoever_tells_them(silent: World, site: Site) -> None:
    lost = "reached nobody since Sat 2024-01-27: the address does not exist"
    taken = "taken by the mail server Sat 2024-01-27, nothing else heard"
    listed = duban("escalation", "list", "--json").data["proposals"]
    assert [(one["reference"], one["heard"], one["heard_why"]) for one in listed] == [
        ("2023-1-1", "nobody", WHY), ("2023-1-2", "nobody", WHY), ("2023-2-1", "accepted", ""),
    ]  # fmt: skip
    assert lost in duban("escalation", "list").out
    refused = duban("escalation", "approve", listed[0]["id"], "--by", "sun")
    assert (refused.code, "reached nobody" in refused.err) == (1, True)
    asked = program(site, "bot", "supervisor")
    path = f"/escalations/{listed[1]['id']}"
    answer = asked.act(f"{path}/approve", seen=path)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/heard_by")
    answer = asked.act(f"{path}/approve", {"heard_by": "on paper, 5 Feb"}, seen=path)
    assert (answer.status_code, answer.json()["reason"], answer.json()["heard"]) == (
        200, "Told by telephone or on paper: on paper, 5 Feb", None,
    )  # fmt: skip
    person = site.person("sun", "supervisor")
    person.get("/findings/2023-1-1")
    assert "not told – no working address; telephone" in person.words
    person.get("/escalations")
    assert (person.words.count(lost), person.words.count(taken)) == (1, 1)
    ticks = re.findall(r'name="proposal" value="([^"]+)"', person.page.text)
    person.post("/escalations", {"proposal": ticks, "decision": "approve"})
    assert '<a href="#heard_by">The notice before this step reached nobody;' in person.page.text
    assert person.page.text.count(" checked>") == 2
    said = {"reason": "agreed", "heard_by": "by telephone to the head, 5 Feb"}
    person.post("/escalations", {"proposal": ticks, "decision": "approve", **said})
    told = "agreed\nTold by telephone or on paper: by telephone to the head, 5 Feb"
    with silent.database.read() as session:
        found = session.exec(select(Escalation).order_by(Escalation.finding_id))  # type: ignore[arg-type]  # a column
        assert [(one.state.value, one.reason) for one in found] == [
            ("approved", told), ("approved", answer.json()["reason"]), ("approved", "agreed"),
        ]  # fmt: skip
