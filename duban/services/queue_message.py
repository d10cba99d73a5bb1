"""Putting a mail into the outbox: rendered now, sent after the commit.

This is for mails about an act; those of a night are written when they leave
(``write_night_mail.py``).
"""

from collections.abc import Iterable
from datetime import datetime
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
) -> list[Message]:
    """One mail for each address; of people who share one, to the first.

    ``step`` names the act that is told; with the contact it is unique, so the same
    act can never put a second mail to the same person into the outbox.
    """
    made = []
    for contact in addressed(contacts):
        language = as_language(contact.language)
        rendered = render_mail(
            template, fill, language=language, organization=organization, letter=letter,
            rules=rules,
        )  # fmt: skip
        key = f"{step}:{contact.id}"
        message = Message(
            id=uuid5(_NAMESPACE, f"{key}:{now.isoformat()}").hex,
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
            queued_at=now,
            next_attempt_at=now,
        )
        session.add(message)
        made.append(message)
    session.flush()
    return made


def addressed(contacts: Iterable[Contact]) -> list[Contact]:
    """Whom one mail to each address goes to; the case of letters tells no addresses apart."""
    found: dict[str, Contact] = {}
    for contact in contacts:
        found.setdefault((contact.email or "").casefold(), contact)
    return list(found.values())
