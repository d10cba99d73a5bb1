"""A rehearsal: everything works, no mail leaves, and nothing floods out afterwards."""

from pathlib import Path

import pytest

from duban.services.send_mail import send_due
from duban.services.send_report import SendReport
from models.installation import Installation
from models.message import REHEARSED, Message, MessageState
from tests.command import duban
from tests.notifications.servers import Postbox, smtp_server
from tests.services.test_send_mail import by_smtp
from tests.web.site import Person, Site
from tests.world import ISSUED, World, at

MORNING = "2024-01-02T08:30"
SAID = "everything works on real data, and no mail leaves"


def send(world: World, when: str = MORNING) -> SendReport:
    return send_due(world.database, now=at(when), settings=world.settings)


def switch(person: Person, to: str) -> None:
    person.get("/admin/rehearsal")
    person.post("/admin/rehearsal", {"to": to})


def states(world: World) -> dict[str, tuple[str, str | None]]:
    return {mail.to.partition("@")[2]: (mail.state.value, mail.answer) for mail in world.messages()}


@pytest.fixture
def admin(site: Site) -> Person:
    return site.person("admin", "administrator")


def test_no_mail_leaves_and_none_follows(
    world: World, site: Site, admin: Person, folder: Path
) -> None:
    world.without_office()
    world.unit("before", roles=("contact",))
    world.issue()
    with smtp_server(Postbox()) as box:
        by_smtp(world, box.port)
        switch(admin, "on")
        assert SAID in admin.words
        for name in ("during", "late"):
            world.unit(name, roles=("contact",))
            world.issue(at("2023-12-28T10:00"))
            if name == "during":
                assert send(world) == SendReport(rehearsed=1)
        assert box.envelopes == []
        (written,) = (folder / "var" / "mail" / "rehearsal").iterdir()
        assert b"contact@during.example" in written.read_bytes()
        admin.get("/admin/rehearsal")
        assert "End the rehearsal: send 1, hold back 1" in admin.words
        switch(admin, "off")
        assert "Mails that leave now: 1; held back: 1." in admin.words
        assert SAID not in admin.words
        assert send(world, "2099-01-05T08:30") == SendReport(sent=1)
        assert [envelope.rcpt_tos for envelope in box.envelopes] == [["contact@before.example"]]
    never = (MessageState.CANCELLED.value, REHEARSED)
    assert states(world) == {
        "before.example": ("accepted", "taken as 4711"),
        "during.example": never, "late.example": never,
    }  # fmt: skip
    clerk = site.person("li", "clerk")
    clerk.get("/mails")
    assert clerk.words.count("held back, rehearsal") == 2


def test_what_is_being_sent_when_it_begins_waits_after_a_failure(world: World) -> None:
    world.without_office()
    world.unit("a", roles=("contact",))
    world.issue()

    class Late(Postbox):
        async def handle_RCPT(self, *arguments: object) -> str:  # type: ignore[override]  # as they come
            duban("rehearsal", "on", "--by", "test")
            return "451 come again"

    with smtp_server(Late()) as box:
        by_smtp(world, box.port)
        assert send(world).failed == 1
    assert send(world, "2024-03-01T08:30") == SendReport()
    assert duban("rehearsal", "off", "--by", "test").code == 0
    with smtp_server(Postbox()) as box:
        by_smtp(world, box.port)
        assert send(world, "2099-03-02T08:30") == SendReport(sent=1)


def test_a_link_of_a_rehearsal_is_forgotten(world: World) -> None:
    duban("rehearsal", "on", "--by", "test")
    with world.database.begin() as session:
        session.add(
            Message(
                id="f" * 32, step_key="reset:1", template="reset", to="x@y.example", to_name="X",
                organization_id=world.commission_id, language="en", forget_text=True,
                guard={"sealed": "token"}, queued_at=ISSUED, next_attempt_at=ISSUED,
            )
        )  # fmt: skip
    duban("rehearsal", "off", "--by", "test")
    assert [(mail.guard, mail.answer) for mail in world.messages()] == [({}, REHEARSED)]


def test_nothing_is_sent_again_in_a_rehearsal(world: World) -> None:
    world.unit("a", roles=("contact",))
    world.issue()
    with smtp_server(Postbox(rcpt="550 no such user")) as box:
        by_smtp(world, box.port)
        send(world)
    duban("rehearsal", "on", "--by", "test")
    answer = duban("mail", "resend", world.messages()[0].id, "--json")
    assert (answer.code, answer.problem["code"]) == (7, "refused")


def test_the_command_line_switches_too(world: World) -> None:
    assert duban("rehearsal", "show", "--json").data == {
        "rehearsal": False, "waiting": 0, "of_rehearsal": 0,
    }  # fmt: skip
    world.unit("a", roles=("contact",))
    world.issue()
    on = duban("rehearsal", "on", "--json", "--by", "test")
    assert on.data == {"rehearsal": True, "waiting": 1, "released": 0, "held_back": 0}
    assert duban("rehearsal", "on").code == 7
    assert duban("rehearsal", "show", "--json").data == {
        "rehearsal": True, "waiting": 1, "of_rehearsal": 0,
    }  # fmt: skip
    off = duban("rehearsal", "off", "--json", "--by", "test")
    assert off.data == {"rehearsal": False, "waiting": 0, "released": 1, "held_back": 0}
    assert duban("rehearsal", "off").code == 7


def test_only_an_operator_switches_it_and_never_in_a_demo(
    world: World, site: Site, admin: Person
) -> None:
    clerk = site.person("li", "clerk")
    assert clerk.get("/admin/rehearsal").status_code == 404
    clerk.get("/me")
    assert clerk.post("/admin/rehearsal", {"to": "on"}).status_code == 404
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2024-01-27T09:00")
        session.add(installation)
    switch(admin, "on")
    assert admin.page.status_code == 409
