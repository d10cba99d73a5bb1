"""A night's formal notice is written when it leaves, of what is then true."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.language import as_language
from duban.services.night_entries import night_entries
from duban.services.night_lines import Line, as_said, lines_of
from duban.services.render_mail import render_mail, thread_headers
from duban.services.rules import Rules
from duban.services.unfold_digest import Part
from duban.services.withdraw_notices import withdraw_untold
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from notifications.render import Rendered
from notifications.values import OverdueMail


def true_lines(session: Session, message: Message, *, now: datetime, rules: Rules) -> list[Line]:
    """What ``message`` can say at ``now``; the notices of what is true no more are withdrawn."""
    lines = lines_of(session, message, rules, now)
    withdraw_untold(session, message, [line for line in lines if not line.true], now)
    return [line for line in lines if line.true]


def write_overdue(
    session: Session, message: Message, lines: Sequence[Line], *, now: datetime, rules: Rules
) -> None:
    """Let ``message`` say ``lines``, each of them overdue at ``now``."""
    message.guard = {**message.guard, "lines": as_said(lines)}
    put_into(message, render_overdue(session, message, lines, now=now, rules=rules))
    letter_id = Part(message.template, lines).letter_id
    give_thread(session, message, letter_id, rules)


def render_overdue(
    session: Session, message: Message, lines: Sequence[Line], *, now: datetime, rules: Rules
) -> Rendered:
    """The words of a formal notice about ``lines``."""
    letter_id = Part(message.template, lines).letter_id
    return render_mail(
        "overdue",
        lambda base: OverdueMail(
            **base, entries=night_entries(session, lines, now=now, rules=rules)
        ),
        language=as_language(message.language),
        organization=session.get_one(Organization, message.organization_id),
        letter=None if letter_id is None else session.get_one(Letter, letter_id),
        rules=rules,
        record=message.id,
    )


def put_into(message: Message, words: Rendered) -> None:
    """Let ``message`` say ``words``."""
    message.subject, message.text, message.html = words.subject, words.text, words.html


def give_thread(session: Session, message: Message, letter_id: int | None, rules: Rules) -> None:
    """Put ``message`` into the thread of the one letter that it is about, if it is one."""
    message.letter_id = letter_id
    letter = None if letter_id is None else session.get_one(Letter, letter_id)
    contact = session.get(Contact, message.contact_id) if message.contact_id else None
    message.headers = {} if contact is None else thread_headers(letter, contact, rules)
