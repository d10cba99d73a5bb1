"""What the commission knows of one organization: its people, their mail, what was said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, literal, null, or_, union_all
from sqlalchemy import select as columns
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from models.account import Account
from models.explanation import CallNote, Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.nightly_run import NightlyRun
from models.organization import Contact

NIGHTS, MAILS = 60, 60
"""So many nights and mails are looked back on for where the last mail to somebody is."""


@dataclass(frozen=True, slots=True)
class Said:
    """A request, an explanation or a call; ``reference`` is of a finding, of a call the letter.

    ``granted`` and ``new_last_day`` are of requests; ``spoken_with`` of calls.
    """

    kind: str
    at: datetime
    by: str
    text: str
    granted: bool | None
    new_last_day: date | None
    spoken_with: str | None
    year: int
    sequence: int
    item: int | None

    @property
    def letter(self) -> str:
        """What people call its letter: ``2023-12``."""
        return f"{self.year}-{self.sequence}"

    @property
    def reference(self) -> str:
        """``2023-12-3``, or of a call ``2023-12``."""
        return self.letter if self.item is None else f"{self.letter}-{self.item}"


def people_of(session: Session, organization_id: int) -> tuple[list[Contact], datetime | None]:
    """The people of an organization, and when one of its accounts signed in last."""
    signed_in = (
        select(func.max(Account.signed_in_at))
        .where(Account.organization_id == organization_id)
        .scalar_subquery()
    )
    query = select(Contact, signed_in).where(
        Contact.organization_id == organization_id, col(Contact.active).is_(True)
    )
    rows = session.exec(query.order_by(col(Contact.id))).all()
    return [contact for contact, _at in rows], rows[0][1] if rows else None


def last_mails(session: Session, organization_id: int) -> Mapping[int, Message]:
    """The newest mail to each person, by the person's id, as far as one was written lately."""
    lately = select(NightlyRun.id).order_by(col(NightlyRun.id).desc()).limit(NIGHTS)
    query = (
        select(Message)
        .where(
            Message.organization_id == organization_id,
            or_(col(Message.run_id).is_(None), col(Message.run_id).in_(lately)),
        )
        .order_by(col(Message.queued_at).desc(), col(Message.id).desc())
        .limit(MAILS)
        .options(defer(Message.text), defer(Message.html))  # type: ignore[arg-type]  # sqlmodel types columns as their values
    )
    found: dict[int, Message] = {}
    for mail in session.exec(query):
        if mail.contact_id is not None:
            found.setdefault(mail.contact_id, mail)
    return found


def said_by(session: Session, organization_id: int, *, limit: int) -> list[Said]:
    """Requests for more time, explanations and calls of an organization, the newest first."""
    of_finding = (col(Letter.year), col(Letter.sequence), col(Finding.item))
    requests: Select[Any] = (
        columns(
            literal("request").label("kind"), col(ExtensionRequest.requested_at).label("at"),
            col(ExtensionRequest.requested_by).label("by"),
            col(ExtensionRequest.reason).label("text"), col(ExtensionRequest.granted),
            col(ExtensionRequest.new_last_day), null().label("spoken_with"), *of_finding,
        )
        .join(Finding, col(Finding.id) == col(ExtensionRequest.finding_id))
        .join(Letter, col(Letter.id) == col(Finding.letter_id))
        .where(col(Letter.organization_id) == organization_id)
    )  # fmt: skip
    explanations = (
        columns(
            literal("explanation"), col(Explanation.said_at), col(Explanation.said_by),
            col(Explanation.text), null(), null(), null(), *of_finding,
        )
        .join(Finding, col(Finding.id) == col(Explanation.finding_id))
        .join(Letter, col(Letter.id) == col(Finding.letter_id))
        .where(col(Letter.organization_id) == organization_id)
    )  # fmt: skip
    calls = (
        columns(
            literal("call"), col(CallNote.called_at), col(CallNote.noted_by), col(CallNote.text),
            null(), null(), col(CallNote.spoken_with), col(Letter.year), col(Letter.sequence),
            null(),
        )
        .join(Letter, col(Letter.id) == col(CallNote.letter_id))
        .where(col(Letter.organization_id) == organization_id)
    )  # fmt: skip
    found = union_all(requests, explanations, calls).subquery()
    query = columns(found).order_by(found.c.at.desc()).limit(limit)
    return [Said(*row) for row in session.connection().execute(query)]
