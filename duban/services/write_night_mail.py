"""A night's mail is written when it leaves, of what is then true."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import as_language
from duban.services.night_lines import Line, as_said, fill_of, lines_of
from duban.services.render_mail import render_mail, thread_headers
from duban.services.rules import Rules
from models.escalation import Notice
from models.letter import Letter
from models.message import Message
from models.organization import Contact, Organization
from models.queries.night_mail import other_mails
from notifications.render import Rendered


@dataclass(frozen=True)
class Draft:
    """A night's mail as it would leave at an instant: its lines, true or not, and its words."""

    lines: Sequence[Line]
    letter: Letter | None
    rendered: Rendered | None

    @property
    def said(self) -> list[Line]:
        """The lines that are true."""
        return [line for line in self.lines if line.true]


def draft_night_mail(session: Session, message: Message, *, now: datetime, rules: Rules) -> Draft:
    """What ``message`` would say at ``now``; nothing where none of its lines is true."""
    lines = lines_of(session, message, rules, now)
    said = [line for line in lines if line.true]
    if not said:
        return Draft(lines, None, None)
    letters = {line.letter_id for line in said}
    one = letters.pop() if len(letters) == 1 and message.template == "digest" else None
    letter = session.get(Letter, one) if one is not None else None
    organization = session.get_one(Organization, message.organization_id)
    rendered = render_mail(
        message.template,
        fill_of(session, said, organization, now=now, rules=rules),
        language=as_language(message.language),
        organization=organization,
        letter=letter,
        rules=rules,
    )
    return Draft(lines, letter, rendered)


def write_night_mail(session: Session, message: Message, *, now: datetime, rules: Rules) -> bool:
    """Let ``message`` say what is true at ``now``; false where nothing is left to say.

    A notice proves that a rung was told. One that nobody was told of and that is true no
    more is withdrawn, and a later night may tell the rung if it becomes true again.
    """
    draft = draft_night_mail(session, message, now=now, rules=rules)
    _withdraw(session, message, [line for line in draft.lines if not line.true], now)
    message.guard = {**message.guard, "lines": as_said(draft.said)}
    if draft.rendered is None:
        return False
    message.subject, message.text = draft.rendered.subject, draft.rendered.text
    message.html = draft.rendered.html
    message.letter_id = draft.letter.id if draft.letter else None
    contact = session.get_one(Contact, message.contact_id)
    message.headers = thread_headers(draft.letter, contact, rules)
    return True


def _withdraw(session: Session, message: Message, lines: Iterable[Line], now: datetime) -> None:
    others = other_mails(session, message) if lines else []
    for line in lines:
        if not any(other.tells(line.finding_id, line.rung) for other in others):
            session.exec(
                update(Notice).where(col(Notice.id) == line.notice_id).values(withdrawn_at=now)
            )
