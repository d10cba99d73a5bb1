"""An installation with a full outbox whose ``duban`` runs in processes of their own."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import select

from config import clock
from config.settings import Settings
from duban.cli.main import run
from models.database import Database, open_database
from models.letter import Letter
from models.message import UNSETTLED, Message
from models.organization import Contact, ContactRole, Organization
from tests.mail.receiving import FORK, OPENS
from tests.world import World, at

OPENED = at("2024-03-06T10:00")
"""A working day, within the hours in which mail leaves."""
NEEDED = ("duban.cli.mail", "notifications.transports.smtp", "notifications.transports.sendgrid")
"""What every child would import anew."""
TEMPLATE = "acknowledged"
"""A formal mail that leaves at any hour."""


class Clock:
    """A clock that every process of a test shares; it starts at ``OPENED``, and can be moved on."""

    def __init__(self) -> None:
        self.real, self.ahead = clock.now, FORK.Value("d", 0.0)
        self.ahead.value = (OPENED - self.real()).total_seconds()

    def __call__(self) -> datetime:
        return self.real() + timedelta(seconds=self.ahead.value)

    def move_on(self, minutes: float) -> None:
        """Let time pass for everybody."""
        self.ahead.value += minutes * 60


class Installation:
    """A database, its ``duban.toml``, and processes that do one command."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        for name in NEEDED:
            import_module(name)
        self.config = folder / "duban.toml"

    def settings(self, text: str) -> None:
        """What stands in the file, beside where the database is."""
        self.config.write_text(f'{text}\n[database]\nurl = "{self.url}"\n')

    @contextmanager
    def opened(self) -> Iterator[Database]:
        """The database for a moment; nothing is held while others run."""
        with open_database(self.url) as database:
            yield database

    def start(self, *words: str) -> Any:
        """``duban`` with these words in a new process."""
        process = FORK.Process(target=self._do, args=words, daemon=True)
        process.start()
        return process

    def do(self, *words: str, seconds: float = OPENS * 6) -> int:
        """The same to its end; the exit code."""
        process = self.start(*words)
        process.join(timeout=seconds)
        assert process.exitcode is not None, self.said()
        return int(process.exitcode)

    def said(self) -> str:
        """What the commands said so far."""
        return (self.folder / "said").read_text()

    def _do(self, *words: str) -> None:
        descriptor = os.open(self.folder / "said", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(descriptor, 1)
        os.dup2(descriptor, 2)
        sys.stdout = os.fdopen(1, "w", buffering=1)
        sys.stderr = os.fdopen(2, "w", buffering=1)
        os._exit(run(["--config", str(self.config), *words]))

    def mails(self) -> Mapping[str, Message]:
        """The outbox by number."""
        with self.opened() as database, database.read() as session:
            found = {one.id: one for one in session.exec(select(Message))}
            session.expunge_all()
            return found

    def unsettled(self) -> int:
        """How many mails may yet leave by themselves."""
        return sum(mail.state in UNSETTLED for mail in self.mails().values())


def full_outbox(folder: Path, database: Database, mails: int) -> Installation:
    """One mail each to ``mails`` people of one organization, and nothing else."""
    world = World(database, Settings())
    (finding_id,) = world.unit("a", roles=("contact",))
    world.issue(at("2024-03-04T09:00"))
    world.acknowledge(finding_id, at("2024-03-05T09:00"))
    with database.begin() as session:
        session.execute(delete(Message))
        session.execute(update(Contact).values(active=False))  # nobody else is written to
        unit = session.exec(select(Organization.id).where(Organization.code == "a")).one()
        letter = session.exec(select(Letter.id)).one()
        session.execute(
            insert(Contact),
            [{"id": 1000 + n, "organization_id": unit, "name": f"p{n}", "language": "en",
              "role": ContactRole.CONTACT, "email": f"p{n}@a.example", "active": True}
             for n in range(mails)],
        )  # fmt: skip
        for n in range(mails):
            session.add(
                Message(
                    id=f"{n:032x}", step_key=f"acknowledged:{n}", template=TEMPLATE,
                    contact_id=1000 + n, organization_id=unit or 0, letter_id=letter,
                    to=f"p{n}@a.example", to_name=f"p{n}", language="en", subject="Receipt",
                    text=f"text {n}\n", html=f"<p>text {n}</p>", queued_at=OPENED,
                    next_attempt_at=OPENED,
                )
            )  # fmt: skip
    database.close()  # a child must not share our connections
    return Installation(folder, database.engine.url.render_as_string(hide_password=False))
