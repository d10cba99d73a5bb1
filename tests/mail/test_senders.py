"""Several senders at once, a server that is not there, and an outbox in which nothing is."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from sqlalchemy import event

from config.settings import Settings
from duban.services.send_mail import send_due
from models.database import Database
from tests.mail.fates import fates
from tests.mail.installation import OPENED, Clock, full_outbox
from tests.mail.kill_runs import LATER
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
