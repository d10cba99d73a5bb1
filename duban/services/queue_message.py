"""Putting a mail into the outbox: rendered now, sent after the commit.

This is for mails about an act; those of a night are written when they leave
(``write_night_mail.py``).
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session

from config.language import Language, as_language, speaking
from duban.services.rules import Rules
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from models.words import organization_label
from notifications import values
from notifications.render import Rendered, render

_NAMESPACE = UUID("5f6f1b0a-8a2b-4d0e-9a57-2f3f6f0f8c11")

Fill = Callable[[dict[str, Any]], values.Values]
"""Makes a mail's values from what every mail names, in the language being spoken."""


def letter_facts(letter: Letter) -> values.Letter:
    """What mails say of a letter."""
    return values.Letter(
        number=letter.number,
        year=letter.year,
        sequence=letter.sequence,
        last_day=letter.present_last_day,
        report_by=letter.present_report_by,
        sign_by=letter.sign_by,
        provisional=letter.provisional,
    )


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
    addressed: dict[str, Contact] = {}
    for contact in contacts:
        addressed.setdefault(address_key(contact), contact)
    for contact in addressed.values():
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


def address_key(contact: Contact) -> str:
    """What tells addresses apart; the case of letters does not."""
    return (contact.email or "").casefold()


def render_mail(
    template: str,
    fill: Fill,
    *,
    language: Language,
    organization: Organization,
    letter: Letter | None,
    rules: Rules,
) -> Rendered:
    """The mail in words, with what every mail names."""
    site = rules.settings.site
    english = language == "en"
    with speaking(language):
        base = {
            "organization": organization_label(organization),
            "site": site.name_en if english else site.name,
            "office": site.office_en if english else site.office,
            "phone": site.phone,
            "link": f"{site.base_url}/letters/{letter.id}" if letter else f"{site.base_url}/",
        }
        return render(template, fill(base), language)


def thread_headers(letter: Letter | None, contact: Contact, rules: Rules) -> dict[str, str]:
    """What puts every mail about a letter to one person into one thread."""
    # A root that was never sent: a lost first mail cannot break the thread.
    if letter is None:
        return {}
    domain = rules.settings.mail.sender.partition("@")[2]
    root = f"<t.{letter.id}.{contact.id}@{domain}>"
    return {"In-Reply-To": root, "References": root}
