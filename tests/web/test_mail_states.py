"""What became of a mail: told in words on its page, and settled by somebody who knows."""

import re

from sqlmodel import select

from models.account_event import AccountEvent
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.message import Message, MessageState
from tests.command import duban
from tests.web.api import program
from tests.web.site import Site
from tests.world import World, at

FULL = "452 4.2.2 mailbox full"


def put(world: World, unit: str, state: MessageState, **more: object) -> str:
    """Bring the one mail to ``unit`` into a state, as the sender or an event would; its id."""
    with world.database.begin() as session:
        mail = session.exec(select(Message).where(Message.to == f"contact@{unit}.example")).one()
        mail.state, mail.attempted_at, mail.attempts = state, at("2023-12-27T08:30"), 1
        for name, value in more.items():
            setattr(mail, name, value)
        session.add(mail)
        return mail.id


def hear(world: World, mail: str, heard: Heard, when: str, reason: str | None = None) -> None:
    with world.database.begin() as session:
        session.add(
            DeliveryEvent(
                key=f"{mail}{heard}", message_id=mail, heard=heard, source=EventSource.WEBHOOK,
                at=at(when), received_at=at(when), address="contact@a.example", reason=reason,
            )
        )  # fmt: skip


def test_every_state_is_told_listed_and_counted(world: World, site: Site) -> None:
    units = dict(zip("abcdef", ("bounced", "held", "delivered", "in-doubt", "refused", "accepted"),
                     strict=True))  # fmt: skip
    for unit in units:
        world.unit(unit, roles=("contact",))
    world.issue()
    refused = {"answer": "550 no such user"}
    ids = {
        unit: put(world, unit, MessageState(state), **(refused if state == "refused" else {}))
        for unit, state in units.items()
    }
    put(world, "a", MessageState.BOUNCED, bounced_at=at("2023-12-27T09:10"), blind_copies=1)
    put(world, "c", MessageState.DELIVERED, joined_id=None, delivered_at=at("2023-12-27T08:31"))
    put(world, "f", MessageState.CANCELLED, joined_id=ids["c"])
    hear(world, ids["a"], Heard.BOUNCED, "2023-12-27T09:10", "550 5.1.1 unknown user")
    hear(world, ids["a"], Heard.DEFERRED, "2023-12-27T08:31", FULL)
    clerk = site.person("li", "clerk")
    clerk.get("/mails")
    labels = ("returned as undeliverable", "waits for a person's decision", "delivered",
              "in doubt", "refused 550 no such user", "no longer needed")  # fmt: skip
    assert [label in clerk.words for label in labels] == [True] * 6
    assert clerk.page.text.count('class="bad" aria-hidden') == 4
    clerk.get("/mails?state=bounced")
    assert re.findall(r'href="/mails/(\w{32})"', clerk.page.text) == [ids["a"]]
    clerk.get(f"/mails/{ids['a']}")
    told = ("State returned as undeliverable", "Came back 2023-12-27 09:10",
            "It was handed over 1 more time though nobody knew",
            "2023-12-27 08:31 the recipient's server does not take it for now; it is tried again:"
            f" the mailbox is full {FULL} contact@a.example told by the provider",
            "2023-12-27 09:10 it came back as undeliverable: the address does not exist")  # fmt: skip
    assert [words for words in told if words not in clerk.words] == []
    assert clerk.words.index("is tried again") < clerk.words.index("it came back")
    assert ("Send again" in clerk.words, "It did arrive" in clerk.words) == (True, False)
    clerk.get(f"/mails/{ids['f']}")
    assert f'<a href="/mails/{ids["c"]}">What it says left in another mail' in clerk.page.text
    clerk.get(f"/mails/{ids['c']}")
    assert ("Other mails that left in this one" in clerk.words, "Send again" in clerk.words) == (
        True, False,
    )  # fmt: skip
    assert f'<a href="/mails/{ids["f"]}">' in clerk.page.text
    clerk.get(f"/mails/{ids['e']}")
    assert "Reason the address does not exist or takes no mail Answer 550" in clerk.words
    status = duban("status", "--check", "--as-of", "2099-01-01")
    assert (
        "Mail: 0 to send, 1 refused, 1 in doubt, 1 returned, 1 waiting for a person" in status.out
    )
    assert "4 mails did not arrive; see “duban mail list”." in status.err.splitlines()
    shown = duban("mail", "show", ids["a"])
    assert "2023-12-27 09:10 it came back as undeliverable: the address does not exist" in shown.out
    heard = duban("mail", "show", ids["a"], "--json").data["heard"]
    assert [one["heard"] for one in heard] == ["deferred", "bounced"]


def test_somebody_who_knows_settles_it_by_page_program_or_command(world: World, site: Site) -> None:
    for unit in "abcd":
        world.unit(unit, roles=("contact",))
    world.issue()
    held, doubtful, third, bounced = (
        put(world, unit, MessageState(state))
        for unit, state in zip("abcd", ("held", "in-doubt", "held", "bounced"), strict=True)
    )
    clerk = site.person("li", "clerk")
    path = f"/mails/{held}"
    clerk.get(path)
    assert ("Send again" in clerk.words, "It did arrive" in clerk.words) == (True, True)
    assert clerk.post(f"{path}/settle", {"reason": " "}).status_code == 422
    assert clerk.post(f"{path}/settle", {"reason": "x" * 501}).status_code == 422
    clerk.post(f"{path}/settle", {"reason": "they rang and read it out"})
    assert "It counts as sent" in clerk.words
    assert "Answer settled by hand, li: they rang and read it out" in clerk.words
    assert clerk.post(f"{path}/settle", {"reason": "twice"}).status_code == 409
    assert clerk.post(f"/mails/{bounced}/settle", {"reason": "no"}).status_code == 409
    api, one = program(site, "pi", "clerk"), f"/messages/{doubtful}"
    answer = api.act(f"{one}/settle", {"reason": "in their log"}, seen=one)
    assert (answer.status_code, answer.json()["state"], answer.json()["answer"]) == (
        200, "accepted", "settled: pi: in their log",
    )  # fmt: skip
    assert api.act(f"{one}/settle", {"reason": "x"}, seen=one).json()["code"] == "refused"
    command = ("mail", "settle", third[:12], "--by", "wang", "--reason", "seen in their inbox")
    assert duban(*command, "--dry-run").code == 0
    assert (duban(*command).out, duban(*command).code) == ("It counts as sent.\n", 7)
    mails = {mail.id: mail for mail in world.messages()}
    assert {
        one: (mails[one].state.value, mails[one].accepted_at) for one in (held, doubtful, third)
    } == dict.fromkeys((held, doubtful, third), ("accepted", at("2023-12-27T08:30")))
    with world.database.read() as session:
        events = session.exec(select(AccountEvent).where(AccountEvent.what == "mail.settled"))
        assert {(event.by, event.details["mail"], event.details["reason"]) for event in events} == {
            ("li", held, "they rang and read it out"), ("pi", doubtful, "in their log"),
            ("wang", third, "seen in their inbox"),
        }  # fmt: skip
