"""Mails on the page: in plain words, as they were sent, and sent again with a reason."""

import re

import pytest
from sqlmodel import select

from duban.services.send_mail import send_due
from models.account_event import AccountEvent
from models.message import Message, MessageState
from tests.notifications.servers import Postbox, smtp_server
from tests.services.test_send_mail import by_smtp
from tests.web.site import Person, Site
from tests.world import ISSUED, World, at

ROW = re.compile(r'href="/mails/([0-9a-f]{32})"')


def listed(person: Person, query: str = "") -> list[str]:
    """Which organizations' people the mails of the list are to, in its order."""
    person.get(f"/mails{query}")
    found = re.findall(r'quiet-text">([^<@ ]+@[^<]+)<', person.page.text)
    return [address for address in found if not address.endswith("@commission.example")]


def send(world: World, when: str = "2023-12-27T09:00") -> None:
    send_due(world.database, now=at(when), settings=world.settings)


@pytest.fixture
def two(world: World) -> World:
    """Two organizations with one contact each and their letters."""
    world.unit("a", roles=("contact",))
    world.unit("b", roles=("contact",))
    world.issue()
    return world


def test_the_list_is_narrowed_by_state_organization_and_letter(two: World, site: Site) -> None:
    with smtp_server(Postbox(rcpt="550 no such user")) as box:
        send(by_smtp(two, box.port))
    two.unit("c", roles=("contact",))
    two.issue(at("2023-12-28T10:00"))
    person = site.person("li", "clerk")
    a, b, c = (f"contact@{name}.example" for name in "abc")
    assert {
        query: sorted(listed(person, query))
        for query in ("", "?state=refused", "?state=queued", "?org=a", "?letter=2023-2",
                      "?org=a&state=queued")
    } == {
        "": [a, b, c], "?state=refused": [a, b], "?state=queued": [c], "?org=a": [a],
        "?letter=2023-2": [b], "?org=a&state=queued": [],
    }  # fmt: skip
    assert listed(person)[0] == c
    listed(person, "?state=refused")
    assert "refused 550 no such user" in person.words
    assert [person.get(f"/mails?{query}").status_code for query in (
        "state=lost", "org=nobody", "letter=2023-99", "after=x",
    )] == [422, 404, 404, 404]  # fmt: skip


def test_a_long_list_goes_on(world: World, site: Site) -> None:
    for n in range(60):
        world.unit(f"u{n:02}", roles=("contact",))
    world.issue()
    person = site.person("li", "clerk")
    first = listed(person)
    follow = re.search(r'rel="next" href="/mails([^"]+)"', person.page.text)
    assert follow is not None
    rest = listed(person, follow[1])
    assert (len(first), len(rest), len({*first, *rest})) == (50, 10, 60)


def test_a_mail_is_shown_as_it_was_sent(two: World, site: Site) -> None:
    with smtp_server(Postbox()) as box:
        send(by_smtp(two, box.port))
    mail = next(m for m in two.messages() if m.to == "contact@a.example")
    person = site.person("li", "clerk")
    person.get(f"/mails/{mail.id}")
    for words in (
        "sent", "taken as 4711", "a letter was issued", "示纪函〔2023〕1号",
        f"Message-ID: <{mail.id}@duban.example>", "Auto-Submitted: auto-generated",
        " ".join(mail.text.split()[:12]),
    ):  # fmt: skip
        assert words in person.words
    assert "<table" not in person.page.text.replace('<div class="scroll"><table', "")
    assert "&lt;table" in person.page.text


def test_a_mail_of_a_night_is_shown_as_it_would_leave(world: World, site: Site) -> None:
    (finding_id,) = world.unit("a", roles=("contact",))
    world.issue()
    world.night("2024-01-27")
    (mail,) = world.messages("digest")
    person = site.person("li", "clerk")
    person.get(f"/mails/{mail.id}")
    assert "Text as it would leave now" in person.words
    assert "urging notice" in person.words
    assert f"/nights/{mail.run_id}?only=done" in person.page.text
    world.submit(finding_id, at("2024-01-27T07:00"))
    person.get(f"/mails/{mail.id}")
    assert "Nothing of it is true any more; it will not leave." in person.words
    assert world.messages("digest")[0].text == ""


def test_a_mail_of_a_night_tells_what_it_said(world: World, site: Site) -> None:
    world.unit("a", roles=("contact",), findings=2)
    world.issue()
    send(world)
    world.night("2024-01-27")
    send(world, "2024-01-27T08:30")
    person = site.person("li", "clerk")
    (mail,) = (one for one in world.messages() if one.run_id is not None)
    person.get(f"/mails/{mail.id}")
    assert "Text as it was handed over" in person.words
    assert "It tells of urging notice (2)" in person.words


def test_sending_again_asks_for_a_reason_and_keeps_the_message_id(two: World, site: Site) -> None:
    with smtp_server(Postbox(rcpt="550 no such user")) as box:
        send(by_smtp(two, box.port))
    mail = two.messages()[0]
    clerk, boss = site.person("li", "clerk"), site.person("wang", "supervisor")
    path = f"/mails/{mail.id}"
    boss.get(path)
    assert boss.post(f"{path}/send-again", {"reason": "x"}).status_code == 404
    clerk.get(path)
    assert clerk.post(f"{path}/send-again", {"reason": " "}).status_code == 422
    clerk.post(f"{path}/send-again", {"reason": "their mailbox was mended"})
    assert "It is queued again" in clerk.words
    assert clerk.post(f"{path}/send-again", {"reason": "twice"}).status_code == 409
    with smtp_server(Postbox()) as box:
        send_due(two.database, now=at("2099-01-05T09:00"), settings=by_smtp(two, box.port).settings)
    assert f"Message-ID: <{mail.id}@duban.example>" in str(box.envelopes[0].content)
    with two.database.read() as session:
        (event,) = session.exec(select(AccountEvent).where(AccountEvent.what == "mail.again"))
        assert (event.by, event.details) == (
            "li", {"mail": mail.id, "reason": "their mailbox was mended"},
        )  # fmt: skip


def test_a_link_for_one_person_is_shown_to_nobody(two: World, site: Site) -> None:
    with two.database.begin() as session:
        session.add(
            Message(
                id="f" * 32, step_key="invitation:1", template="invitation", to="x@y.example",
                to_name="X", organization_id=two.commission_id, language="en", forget_text=True,
                text="https://duban.example/welcome/secret-link", html="secret-link",
                queued_at=ISSUED, next_attempt_at=ISSUED, state=MessageState.QUEUED,
            )
        )  # fmt: skip
    person = site.person("li", "clerk")
    person.get(f"/mails/{'f' * 32}")
    assert person.page.status_code == 200
    assert "secret-link" not in person.page.text


def test_mails_of_others_are_absent(two: World, site: Site) -> None:
    person = site.person("zhao", "supervisor", "a")
    assert listed(person) == ["contact@a.example"]
    other = next(m for m in two.messages() if m.to == "contact@b.example")
    answers = [person.get(f"/mails/{one}").status_code for one in (other.id, "0" * 32)]
    assert answers == [404, 404]
    assert site.person("unit", "organization", "a").get("/mails").status_code == 404
