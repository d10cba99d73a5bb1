"""Mails to accounts as tests look at them: what is queued, what left, and the link in it."""

import re
from datetime import datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import sleep

from sqlmodel import col, select

from config import clock
from duban.services.send_mail import send_due
from models.calendar import SHANGHAI, civil_date, shipped_calendar
from models.message import Message
from tests.web.site import Site


def queued(site: Site, template: str | None = None) -> list[Message]:
    """The mails to accounts in the outbox, in order."""
    with site.database.read() as session:
        found = session.exec(
            select(Message)
            .where(col(Message.contact_id).is_(None), col(Message.letter_id).is_(None))
            .order_by(col(Message.queued_at), col(Message.id))
        ).all()
        for message in found:
            session.expunge(message)
        return [message for message in found if template in (None, message.template)]


def awaited(site: Site, template: str, count: int = 1, tries: int = 250) -> list[Message]:
    """The same, once as many are there; for what happens after an answer."""
    for _ in range(tries):
        if len(found := queued(site, template)) >= count:
            return found
        sleep(0.02)
    return queued(site, template)


def send(site: Site) -> None:
    """Let everything leave that is due, on the next working day at noon: what was queued now may
    have to wait for the morning, whenever the tests run."""
    tomorrow = civil_date(clock.now()) + timedelta(days=1)
    day = shipped_calendar().provisionally().next_working_day(tomorrow)
    noon = datetime.combine(day, time(12), SHANGHAI)
    send_due(site.database, now=noon, settings=site.settings)


def left(site: Site) -> list[EmailMessage]:
    """The mails that left, as they were handed over."""
    files = sorted(Path(site.settings.mail.folder).rglob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]  # type: ignore[misc]  # the policy makes EmailMessages


def links(site: Site) -> list[str]:
    """The paths of the one-time links in the mails that left."""
    found = []
    for mail in left(site):
        body = mail.get_body(("plain",))
        found += re.findall(r"/welcome/[\w-]{20,}", body.get_content() if body else "")
    return found
