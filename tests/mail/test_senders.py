"""Several senders at once, a server that is not there, and an outbox in which nothing is."""

from collections import Counter
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

from sqlalchemy import event

from config.settings import Settings
from duban.services.send_mail import send_due
from models.database import Database
from tests.mail.fates import fates
from tests.mail.installation import OPENED, Clock, full_outbox
from tests.mail.kill_runs import LATER
from tests.mail.receiving import Receiver, in_own_process
from tests.mail.sides import SMTP
from tests.mail.smtp_server import smtp_receiver
from tests.world import World


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
    with in_own_process(Receiver(folder, ("",)), _hang_up) as receiver:
        installation.settings(SMTP.format(port=receiver.port))
        for mailing in range(1, 5):
            installation.do("mail", "send")
            assert receiver.begun.value == mailing
            ticking.move_on(LATER)
    tried = Counter(mail.attempts for mail in installation.mails().values())
    assert sum(attempts * mails for attempts, mails in tried.items()) == 4
    with smtp_receiver(folder / "smtp") as receiver:
        installation.settings(SMTP.format(port=receiver.port))
        installation.do("mail", "send")
        assert [fate[0] for fate in fates(installation, receiver)] == ["accepted"] * 120


def _hang_up(receiver: Receiver, told: Any) -> None:
    """A server that ends every connection at once."""

    class Session(BaseRequestHandler):
        def handle(self) -> None:
            receiver.next_fault()

    with ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        told.send(server.server_address[1])
        server.serve_forever()


def test_an_empty_outbox_is_asked_a_few_questions(world: World) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT")):
            asked.append(statement)

    send_due(world.database, now=OPENED, settings=Settings())  # the brief of the day is queued
    event.listen(world.database.engine, "before_cursor_execute", note)
    report = send_due(world.database, now=OPENED, settings=Settings())
    assert (report.sent, report.failed) == (0, 0)
    assert len(asked) <= 30
