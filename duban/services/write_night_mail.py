"""A night's mail that has become untrue is written anew when it leaves."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from config.language import as_language
from duban.services.night_lines import (
    Line,
    as_guard,
    fill_of,
    from_guard,
    is_stale,
    still_true,
)
from duban.services.queue_message import render_mail
from duban.services.rules import Rules
from models.calendar import civil_date
from models.escalation import Notice
from models.letter import Letter
from models.message import Message
from models.organization import Organization


def renew_mail(session: Session, message: Message, *, now: datetime, rules: Rules) -> bool:
    """Let ``message`` say what is true at ``now``; false where nothing is left to say.

    What is still true leaves as it was frozen. A notice proves that a rung was told, so the
    notices of lines that fall away go too, and a later night may tell the rung if it becomes
    true again.
    """
    lines = from_guard(message.guard)
    if not lines:
        return True
    kept = still_true(session, lines, now)
    _withdraw(session, message, [line for line in lines if line not in kept])
    if not kept:
        return False
    if kept == lines and not is_stale(message.guard, now):
        return True
    organization = session.get_one(Organization, message.organization_id)
    rendered = render_mail(
        message.template,
        fill_of(session, kept, organization, now=now, rules=rules),
        language=as_language(message.language),
        organization=organization,
        letter=session.get(Letter, message.letter_id) if message.letter_id else None,
        rules=rules,
    )
    message.subject, message.text, message.html = rendered.subject, rendered.text, rendered.html
    message.guard = as_guard(kept, civil_date(now))
    return True


def _withdraw(session: Session, message: Message, lines: Iterable[Line]) -> None:
    for line in lines:
        session.exec(
            delete(Notice).where(
                col(Notice.message_id) == message.id,
                col(Notice.finding_id) == line.finding_id,
                col(Notice.rung) == line.rung,
            )
        )
