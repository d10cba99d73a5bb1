"""An outbox full of mails about acts, as large as those of a night."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, update
from sqlmodel import col, select

from config.settings import Settings
from duban.services.install import install
from models.calendar import SHANGHAI
from models.database import Database
from models.message import Message, MessageState
from models.organization import Contact, ContactRole
from models.schema import upgrade

NOW = datetime(2024, 3, 6, 10, tzinfo=SHANGHAI)
TEXT = "贵单位整改事项的办理情况已收到，请在期限内（含当日）继续办理。\n" * 10
HTML = f"<!doctype html><p>{TEXT}</p>" + "<table><tr><td>整改</td></tr></table>" * 20


@contextmanager
def full_outbox(folder: Path, mails: int) -> Iterator[Database]:
    """A database with so many mails, each to somebody else."""
    with upgrade(f"sqlite:///{folder}/mail.db") as database:
        with database.begin() as session:
            commission = install(session, now=NOW, settings=Settings()).id or 0
            session.execute(
                insert(Contact),
                [{"id": n, "organization_id": commission, "name": f"联络员{n}", "language": "zh",
                  "role": ContactRole.CONTACT, "email": f"p{n}@example.test", "active": True}
                 for n in range(1, mails + 1)],
            )  # fmt: skip
            session.add_all(
                Message(
                    id=f"{n:032x}", step_key=f"acknowledged:{n}", template="acknowledged",
                    contact_id=n, organization_id=commission, to=f"p{n}@example.test",
                    to_name=f"联络员{n}", language="zh", subject="已收到 示纪函〔2023〕12号 提醒函",
                    text=TEXT, html=HTML, queued_at=NOW, next_attempt_at=NOW,
                    headers={"References": "<t.1.2@duban.example>"},
                )
                for n in range(1, mails + 1)
            )  # fmt: skip
        yield database


def queued(database: Database) -> Sequence[Message]:
    """All mails of the outbox, in order."""
    with database.read() as session:
        found = session.exec(select(Message).order_by(col(Message.id))).all()
        session.expunge_all()
        return found


def queue_again(database: Database, mails: int) -> None:
    """The first ``mails`` as if they had never left, and no others."""
    first = col(Message.id) <= f"{mails:032x}"
    fresh = {"attempts": 0, "attempted_at": None, "accepted_at": None, "answer": None}
    with database.begin() as session:
        session.execute(update(Message).values(state=MessageState.CANCELLED))
        session.execute(update(Message).where(first).values(state=MessageState.QUEUED, **fresh))
