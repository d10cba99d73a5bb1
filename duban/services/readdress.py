"""Whoever a mail is for is looked up when it leaves: the address may be another one by now."""

from datetime import datetime

from sqlmodel import Session

from duban.services.account_log import log_event
from duban.services.render_mail import thread_headers
from duban.services.rules import Rules
from models.letter import Letter
from models.message import Message
from models.organization import Contact


def has_reader(session: Session, message: Message, *, now: datetime, rules: Rules) -> bool:
    """Whether the person of ``message`` receives mail; it then goes to the present address.

    There it hangs on the thread of that mailbox. That it goes elsewhere than where it was
    queued for is written to the log of the doors.
    """
    if message.contact_id is None:
        return True
    contact = session.get_one(Contact, message.contact_id)
    if not contact.active or contact.email is None or contact.undeliverable_at is not None:
        return False
    if contact.email != message.to:
        log_event(
            session, "mail.readdressed", now=now, mail=message.id, contact=contact.id,
            was=message.to, to=contact.email,
        )  # fmt: skip
        message.to, message.to_name = contact.email, contact.name
        letter = None if message.letter_id is None else session.get(Letter, message.letter_id)
        message.headers = thread_headers(letter, contact, rules)
        session.add(message)
    return True
