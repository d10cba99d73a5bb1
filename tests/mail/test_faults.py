"""Servers that put off, break off or answer nonsense: what becomes of the mails, and how often.

Every mailing is a process ``duban mail send``; what arrived is counted where it arrives.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.database import Database
from models.message import MessageState
from tests.mail.fates import fates
from tests.mail.installation import Clock, Installation, full_outbox
from tests.mail.kill_runs import LATER
from tests.mail.receiving import Fault, Receiver
from tests.mail.sendgrid_server import sendgrid_receiver
from tests.mail.sides import PROOF, SENDGRID, SMTP
from tests.mail.smtp_server import ARCHIVE, smtp_receiver

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
