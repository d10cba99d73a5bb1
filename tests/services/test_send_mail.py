"""The outbox: frozen when queued, sent after the commit, retried with back-off, never twice."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from config.settings import MailSettings
from duban.services.send_mail import send_due
from duban.services.send_report import SendReport, Trouble
from models.database import open_database
from models.message import Message, MessageState
from tests.command import duban
from tests.notifications.servers import Postbox, free_port, smtp_server
from tests.world import World, at


def by_smtp(world: World, port: int, **more: Any) -> World:
    mail = MailSettings(transport="smtp", port=port, security="none", **more)
    world.settings = world.settings.model_copy(update={"mail": mail})
    return world


MORNING = at("2023-12-26T09:00")
"""After the brief of the day has left."""


def send(world: World, when: Any = MORNING) -> SendReport:
    return send_due(world.database, now=when, settings=world.settings)


def mails(world: World) -> list[Message]:
    """Those to organizations."""
    return [message for message in world.messages() if message.template != "brief"]


def states(world: World) -> list[tuple[str, str, int]]:
    return [(m.to, m.state.value, m.attempts) for m in mails(world)]


def without_brief(world: World, day: str = "2023-12-26") -> World:
    """The world after the brief of a morning left, so that it is in nobody's way."""
    send_due(world.database, now=at(f"{day}T08:30"), settings=world.settings)
    return world


@pytest.fixture
def issued(world: World) -> World:
    """One organization with one contact and its letter, not yet mailed."""
    without_brief(world).unit("a", roles=("contact",))
    world.issue(MORNING)
    return world


def test_a_mail_leaves_once(issued: World) -> None:
    with smtp_server(Postbox()) as box:
        by_smtp(issued, box.port)
        assert (send(issued), send(issued)) == (SendReport(sent=1), SendReport())
    assert [envelope.rcpt_tos for envelope in box.envelopes] == [["contact@a.example"]]
    assert states(issued) == [("contact@a.example", "accepted", 1)]


def test_a_mail_is_frozen_when_queued(issued: World) -> None:
    before = mails(issued)[0].text
    with issued.database.begin() as session:
        session.connection().exec_driver_sql("UPDATE organizations SET name_en = 'Renamed'")
    with smtp_server(Postbox()) as box:
        send(by_smtp(issued, box.port))
    assert "Renamed" not in str(box.envelopes[0].content)
    assert mails(issued)[0].text == before


def test_temporary_failures_wait_longer_each_time(issued: World) -> None:
    by_smtp(issued, free_port(), attempts=4)
    waits = []
    now = MORNING
    for _attempt in range(3):
        send(issued, now)
        (message,) = mails(issued)
        waits.append((message.next_attempt_at - now) / timedelta(minutes=1))
        assert send(issued, now) == SendReport()  # not before its time
        now = message.next_attempt_at
    send(issued, now)
    assert states(issued) == [("contact@a.example", "refused", 4)]
    assert waits == sorted(waits)
    assert waits[0] < waits[2]


def test_permanent_failures_are_marked_and_shown(issued: World) -> None:
    with smtp_server(Postbox(rcpt="550 no such user")) as box:
        refused = Trouble(MessageState.REFUSED, "550 no such user")
        assert send(by_smtp(issued, box.port)) == SendReport(failed=1, troubles=Counter([refused]))
        assert send(issued) == SendReport()
    assert states(issued) == [("contact@a.example", "refused", 1)]
    assert duban("status", "--json").data["mail"] == {"accepted": 2, "refused": 1}
    answer = duban("mail", "list", "--state", "refused", "--json").data
    assert [mail["answer"] for mail in answer["mails"]] == ["550 no such user"]
    again = duban("mail", "resend", mails(issued)[0].id[:8])
    assert (again.code, states(issued)[0][1]) == (0, "queued")


def test_a_reminder_that_is_no_longer_true_is_cancelled(world: World, folder: Path) -> None:
    (finding_id,) = world.unit("a", roles=("contact",))
    world.issue()
    world.acknowledge(finding_id, at("2023-12-27T09:00"))
    send(world, at("2023-12-27T10:00"))
    world.night("2024-01-19")
    world.submit(finding_id, at("2024-01-19T08:00"))
    send(world, at("2024-01-19T08:30"))
    assert [(m.template, m.state.value) for m in world.messages() if m.template == "digest"] == [
        ("digest", "cancelled")
    ]


def test_no_transaction_is_open_while_a_mail_is_sent(issued: World) -> None:
    url = issued.database.engine.url.render_as_string(hide_password=False)

    class Nosy(Postbox):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            with open_database(url, busy_seconds=0.1) as mine, mine.begin() as other:
                other.execute(update(Message).values(attempts=col(Message.attempts)))
            # That would fail if the sender held the lock or the row.
            return await super().handle_DATA(server, session, envelope)

    with smtp_server(Nosy()) as box:
        assert send(by_smtp(issued, box.port)) == SendReport(sent=1)


def test_the_default_is_a_folder_of_files(issued: World, folder: Path) -> None:
    assert send(issued) == SendReport(sent=1)
    path = folder / "var" / "mail" / f"{mails(issued)[0].id}.eml"
    assert "finding text" not in path.read_text()


def test_a_mail_that_cannot_be_built_is_refused_and_the_others_leave(issued: World) -> None:
    issued.unit("b", roles=("contact",))
    issued.issue(MORNING)
    with issued.database.begin() as session:
        session.execute(
            update(Message)
            .where(col(Message.to).endswith("@a.example"))
            .values(to_name="=?utf-8?q?=0ABcc=3A?=")
        )
    with smtp_server(Postbox()) as box:
        report = send(by_smtp(issued, box.port))
    assert (report.counts, [envelope.rcpt_tos for envelope in box.envelopes]) == (
        SendReport(sent=1, failed=1).counts, [["contact@b.example"]],
    )  # fmt: skip
    assert states(issued) == [
        ("contact@a.example", "refused", 1),
        ("contact@b.example", "accepted", 1),
    ]
