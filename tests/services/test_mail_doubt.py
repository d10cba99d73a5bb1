"""Nobody knows whether a mail was taken: proof settles it, else policy, and a person last."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from duban.services.mails_in_hand import LeftBehind, MailsInHand, mails_in_hand
from duban.services.note_delivery import note_events
from duban.services.send_report import SendReport
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.message import Message, MessageState
from models.sole import sole
from tests.notifications.servers import Postbox, free_port, smtp_server
from tests.services.test_send_mail import MORNING, by_smtp, mails, send, without_brief
from tests.world import World


@pytest.fixture
def issued(world: World) -> World:
    """Two organizations with one contact each, and their letters, not yet mailed."""
    for code in ("a", "b"):
        without_brief(world).unit(code, roles=("contact",))
    world.issue(MORNING)
    return world


def die_while_sending(world: World, *, to: str = "contact@a.example") -> Message:
    """What a process leaves behind that was killed between handing over and writing down."""
    (mail,) = (mail for mail in mails(world) if mail.to == to)
    with closing(mails_in_hand(world.database)) as in_hand:
        in_hand.take([mail.id])
        in_hand.begin(mail.id)
    with world.database.begin() as session:
        session.execute(
            update(Message)
            .where(col(Message.to) == to)
            .values(state=MessageState.SENDING, attempts=1, attempted_at=MORNING)
        )
    return mail


def later(minutes: float) -> Any:
    return MORNING + timedelta(minutes=minutes)


def states(world: World) -> dict[str, tuple[str, int, int]]:
    return {mail.to: (mail.state.value, mail.attempts, mail.blind_copies) for mail in mails(world)}


def hear(world: World, mail: Message, heard: Heard, when: Any) -> None:
    event = DeliveryEvent(
        key=f"{mail.id}{heard}", message_id=mail.id, heard=heard, source=EventSource.MAILBOX,
        at=when, received_at=when, address=mail.to,
    )  # fmt: skip
    with world.database.begin() as session:
        note_events(session, [event], now=when, rules=world.rules(session))


def test_a_formal_notice_without_proof_is_sent_once_more_and_then_held(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        die_while_sending(issued)
        # Its process is dead: that is known at once. Whether it was taken is not.
        assert send(issued, later(1)) == SendReport(sent=1, held=1)
        assert states(issued)["contact@a.example"] == ("in-doubt", 1, 0)
        assert send(issued, later(2)) == SendReport(sent=1, blind=1)
        assert states(issued)["contact@a.example"] == ("accepted", 2, 1)
        assert [one.rcpt_tos for one in box.envelopes] == [
            ["contact@b.example"], ["contact@a.example"],
        ]  # fmt: skip
        die_while_sending(issued)
        assert send(issued, later(10)) == SendReport(held=2)
        assert states(issued)["contact@a.example"] == ("held", 1, 1)
        assert len(box.envelopes) == 2


def test_a_cautious_office_lets_a_person_decide_each_time(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port, without_proof="hold")
        die_while_sending(issued)
        assert send(issued, later(5)) == SendReport(sent=1, held=2)
    assert states(issued) == {
        "contact@a.example": ("held", 1, 0),
        "contact@b.example": ("accepted", 1, 0),
    }


def test_a_copy_in_the_archive_is_proof(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port, archive="archive@duban.example")
        mail = die_while_sending(issued)
        send(issued, later(1))
        hear(issued, mail, Heard.SEEN, later(1))
        assert states(issued)["contact@a.example"] == ("accepted", 1, 0)
        assert send(issued, later(5)) == SendReport()
    assert [one.rcpt_tos[0] for one in box.envelopes] == ["contact@b.example"]


def test_silence_is_proof_where_a_later_mail_was_heard_of(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port, archive="archive@duban.example", without_proof="hold")
        die_while_sending(issued)
        send(issued, later(1))
        other = next(mail for mail in mails(issued) if mail.to == "contact@b.example")
        hear(issued, other, Heard.SEEN, later(2))
        assert send(issued, later(5)) == SendReport(sent=1)
    assert states(issued)["contact@a.example"] == ("accepted", 2, 0)


def test_what_a_person_is_told_of_a_letter_stays_in_order(issued: World) -> None:
    """While the letter is in doubt, its receipt waits; another organization's does not."""
    (first, second) = (finding for finding in (1, 2))
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        die_while_sending(issued)
        for finding in (first, second):
            issued.acknowledge(finding, later(0.5))
        send(issued, later(1))
        assert [one.rcpt_tos[0] for one in box.envelopes] == ["contact@b.example"]
        send(issued, later(3))
    assert {(mail.template, mail.to): mail.state.value for mail in mails(issued)} == {
        ("issued", "contact@a.example"): "accepted",
        ("issued", "contact@b.example"): "cancelled",
        ("acknowledged", "contact@a.example"): "accepted",
        ("acknowledged", "contact@b.example"): "accepted",
    }


def test_only_what_was_begun_and_not_answered_is_in_doubt(issued: World) -> None:
    """A file beside the database says so; a server's database has none."""
    first, second = (die_while_sending(issued, to=f"contact@{code}.example") for code in "ab")
    here = issued.database.engine.dialect.name == "sqlite"
    with closing(mails_in_hand(issued.database)) as in_hand:
        in_hand.take([first.id, second.id])
        in_hand.begin(first.id)
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        assert send(issued, later(1)) == (
            SendReport(sent=1, held=1) if here else SendReport(held=2)
        )
        assert [one.rcpt_tos for one in box.envelopes] == ([["contact@b.example"]] if here else [])
        die_while_sending(issued)
        with closing(mails_in_hand(issued.database)) as in_hand:
            in_hand.answered(first.id, "250 taken\nas 4711")
        send(issued, later(2))
    left = next(mail for mail in mails(issued) if mail.id == first.id)
    assert (left.state.value, left.answer) == (
        ("accepted", "250 taken as 4711") if here else ("accepted", "taken as 4711")
    )
    assert left.blind_copies == (0 if here else 1)


def test_what_a_file_in_hand_says(folder: Path) -> None:
    path = folder / "hand"
    with closing(MailsInHand(path)) as in_hand:
        in_hand.take(["a", "b", "c", "d"])
        for begun in ("b", "c", "d"):
            in_hand.begin(begun)
        in_hand.answered("c", None)
        in_hand.answered("d", "202")
        assert MailsInHand(path).left_behind() == LeftBehind({"a", "c"}, {"d": "202"})
        in_hand.take(["e"])
        assert MailsInHand(path).left_behind() == LeftBehind({"e"}, {})
    path.write_text("another start of the machine\nclaimed a\n")
    assert MailsInHand(path).left_behind() == LeftBehind()
    assert MailsInHand(folder).left_behind() == LeftBehind()


def test_two_processes_never_send_at_the_same_time(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        with sole(issued.database, "mail") as mine:
            assert mine is not None
            assert mine()
            assert send(issued) == SendReport(elsewhere=True)
        assert send(issued) == SendReport(sent=2)


def test_a_dead_server_is_asked_once(issued: World) -> None:
    by_smtp(issued, free_port())
    report = send(issued)
    assert (report.failed, sorted(attempts for _s, attempts, _b in states(issued).values())) == (
        1, [0, 1],
    )  # fmt: skip
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        assert send(issued, later(1)) == SendReport(sent=2)
