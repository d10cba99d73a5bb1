"""Putting a mail into the outbox: rendered now, sent after the commit.

This is for mails about an act; those of a night and of courtesy are written when they leave
(``write_when_leaving.py``).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from config.language import as_language
from duban.services.render_mail import Fill, render_mail, thread_headers
from duban.services.rules import Rules
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization

_NAMESPACE = UUID("5f6f1b0a-8a2b-4d0e-9a57-2f3f6f0f8c11")


def queue_message(
    session: Session,
    template: str,
    fill: Fill,
    contacts: Iterable[Contact],
    *,
    organization: Organization,
    letter: Letter | None,
    step: str,
    now: datetime,
    rules: Rules,
    guard: Mapping[str, Any] | None = None,
) -> list[Message]:
    """One mail for each address; of people who share one, to the first.

    ``step`` names the act that is told; with the contact it is unique, so the same
    act can never put a second mail to the same person into the outbox. By ``guard`` it is
    known when the mail leaves whether what it tells is true yet (``still_true.py``).
    """
    made = []
    for contact in addressed(contacts):
        language = as_language(contact.language)
        key = f"{step}:{contact.id}"
        number = number_of(key, now)
        rendered = render_mail(
            template, fill, language=language, organization=organization, letter=letter,
            rules=rules, record=number,
        )  # fmt: skip
        message = Message(
            id=number,
            step_key=key,
            template=template,
            contact_id=contact.id or 0,
            organization_id=organization.id or 0,
            letter_id=letter.id if letter else None,
            to=contact.email or "",
            to_name=contact.name,
            language=language,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            headers=thread_headers(letter, contact, rules),
            guard=dict(guard or {}),
            queued_at=now,
            next_attempt_at=now,
        )
        session.add(message)
        made.append(message)
    session.flush()
    return made


def number_of(step_key: str, now: datetime) -> str:
    """The number of the mail that tells a step to a person, queued at ``now``."""
    return uuid5(_NAMESPACE, f"{step_key}:{now.isoformat()}").hex


def addressed(contacts: Iterable[Contact]) -> list[Contact]:
    """Whom one mail to each address goes to; the case of letters tells no addresses apart."""
    found: dict[str, Contact] = {}
    for contact in contacts:
        found.setdefault((contact.email or "").casefold(), contact)
    return list(found.values())
