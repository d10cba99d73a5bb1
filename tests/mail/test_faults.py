"""Servers that put off, break off or answer nonsense: what becomes of the mails, and how often.

Every mailing is a process ``duban mail send``; what arrived is counted where it arrives.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from sqlalchemy import event

from config import clock
from config.settings import Settings
from duban.services.send_mail import send_due
from models.database import Database
from models.message import MessageState
from tests.mail.installation import OPENED, Clock, Installation, full_outbox
from tests.mail.kill_runs import LATER, PROOF, SENDGRID, SMTP
from tests.mail.receiving import Fault, Receiver
from tests.mail.sendgrid_server import sendgrid_receiver
from tests.mail.smtp_server import ARCHIVE, smtp_receiver
from tests.world import World

Fate = tuple[str, int, int, int]
"""A mail's state, its attempts, its blind copies, and how many arrived."""


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every process of a test."""
    made = Clock()
    monkeypatch.setattr(clock, "now", made)
    return made


def fates(installation: Installation, receiver: Receiver) -> list[Fate]:
    """What became of the mails, in order."""
    copies = receiver.truth.copies()
    return [
        (one.state.value, one.attempts, one.blind_copies, copies.get(one.id, 0))
        for _number, one in sorted(installation.mails().items())
    ]


SCRIPT = (Fault.GREYLISTED, Fault.DEFERRED, Fault.CUT_AFTER_ANSWER, Fault.RESET_UNTAKEN,
          Fault.RESET_TAKEN, Fault.NONE)  # fmt: skip
AT_FIRST = {
    proof: [("queued", 1, 0, 0), ("queued", 1, 0, 0), ("accepted", 1, 0, 1),
            ("in-doubt", 1, 0, 0), ("accepted" if proof else "in-doubt", 1, 0, 1),
            ("accepted", 1, 0, 1)]
    for proof in (True, False)
}  # fmt: skip


@pytest.mark.parametrize("proof", [True, False])
def test_a_mail_server_that_puts_off_and_breaks_off(
    proof: bool, database: Database, folder: Path, ticking: Clock
) -> None:
    installation = full_outbox(folder, database, len(SCRIPT))
    with smtp_receiver(folder / "smtp", script=SCRIPT, feed=proof) as receiver:
        inbox = PROOF.format(archive=ARCHIVE, inbox=folder / "smtp" / "inbox")
        installation.settings(SMTP.format(port=receiver.port) + (inbox if proof else ""))
        installation.do("mail", "send")
        assert fates(installation, receiver) == AT_FIRST[proof]
        installation.do("mail", "send")  # nothing is tried before its time
        assert receiver.begun.value == len(SCRIPT)
        ticking.move_on(LATER)
        installation.do("mail", "send")
        blind = 0 if proof else 1
        assert fates(installation, receiver) == [
            ("accepted", 2, 0, 1), ("accepted", 2, 0, 1), ("accepted", 1, 0, 1),
            ("accepted", 2, blind, 1), ("accepted", 2 - proof, blind, 2 - proof),
            ("accepted", 1, 0, 1),
        ]  # fmt: skip


def test_a_provider_that_errs_after_taking(
    database: Database, folder: Path, ticking: Clock
) -> None:
    script = (Fault.ERROR_TAKEN, Fault.RESET_TAKEN, Fault.RESET_UNTAKEN)
    installation = full_outbox(folder, database, 4)
    with sendgrid(installation, script) as receiver:
        installation.do("mail", "send")
        assert Counter(fates(installation, receiver)) == {
            ("in-doubt", 1, 0, 1): 2, ("in-doubt", 1, 0, 0): 1, ("accepted", 1, 0, 1): 1,
        }  # fmt: skip
        ticking.move_on(LATER)
        installation.do("mail", "send")
        assert Counter(fates(installation, receiver)) == {
            ("accepted", 2, 1, 2): 2, ("accepted", 2, 1, 1): 1, ("accepted", 1, 0, 1): 1,
        }  # fmt: skip


def test_a_provider_that_asks_to_wait_is_left_alone(
    database: Database, folder: Path, ticking: Clock
) -> None:
    installation = full_outbox(folder, database, 1)
    with sendgrid(installation, (Fault.DEFERRED,)) as receiver:
        installation.do("mail", "send")
        (mail,) = installation.mails().values()
        assert mail.state is MessageState.QUEUED
        assert mail.attempted_at is not None
        assert (mail.next_attempt_at - mail.attempted_at).total_seconds() == 120
        ticking.move_on(1)
        installation.do("mail", "send")
        assert receiver.begun.value == 1
        ticking.move_on(LATER)
        installation.do("mail", "send")
        assert fates(installation, receiver) == [("accepted", 2, 0, 1)]


@contextmanager
def sendgrid(installation: Installation, script: tuple[Fault, ...]) -> Iterator[Receiver]:
    """A provider that answers the first mails so."""
    key = installation.folder / "key"
    key.write_text("SG.key")
    key.chmod(0o600)
    with sendgrid_receiver(installation.folder / "sendgrid", script=script) as receiver:
        installation.settings(SENDGRID.format(key=key, port=receiver.port))
        yield receiver


def test_two_senders_at_once_send_each_mail_once(
    database: Database, folder: Path, ticking: Clock
) -> None:
    installation = full_outbox(folder, database, 40)
    with smtp_receiver(folder / "smtp", slow=0.004) as receiver:
        installation.settings(SMTP.format(port=receiver.port))
        senders = [installation.start("mail", "send") for _sender in range(3)]
        for sender in senders:
            sender.join(timeout=60)
        assert [sender.exitcode for sender in senders] == [0, 0, 0], installation.said()
        assert set(fates(installation, receiver)) == {("accepted", 1, 0, 1)}


def test_a_dead_server_is_asked_once_a_mailing(
    database: Database, folder: Path, ticking: Clock
) -> None:
    installation = full_outbox(folder, database, 120)
    with hanging_up() as (port, calls):
        installation.settings(SMTP.format(port=port))
        for mailing in range(1, 5):
            installation.do("mail", "send")
            assert len(calls) == mailing
            ticking.move_on(LATER)
    tried = Counter(mail.attempts for mail in installation.mails().values())
    assert sum(attempts * mails for attempts, mails in tried.items()) == 4
    with smtp_receiver(folder / "smtp") as receiver:
        installation.settings(SMTP.format(port=receiver.port))
        installation.do("mail", "send")
        assert [fate[0] for fate in fates(installation, receiver)] == ["accepted"] * 120


@contextmanager
def hanging_up() -> Iterator[tuple[int, list[None]]]:
    """A server that ends every connection at once; its port, and one entry a call."""
    calls: list[None] = []

    class Session(BaseRequestHandler):
        def handle(self) -> None:
            calls.append(None)

    with ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1], calls
        server.shutdown()


def test_an_empty_outbox_is_asked_a_few_questions(world: World) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    send_due(world.database, now=OPENED, settings=Settings())  # the brief of the day is queued
    event.listen(world.database.engine, "before_cursor_execute", note)
    report = send_due(world.database, now=OPENED, settings=Settings())
    assert (report.sent, report.failed) == (0, 0)
    assert len(asked) <= 30
