"""At most one mail of courtesy a person and day, whatever happens.

All that is due to an address leaves in one mail: of several organizations and several nights,
reviews that are late, saved views and the brief of the morning. The others are kept as they
are, with the lines that left and the mail that they left in.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlmodel import Session

from duban.services.letterbox import letterbox_of, others_due
from duban.services.readdress import has_reader
from duban.services.rules import Rules
from duban.services.unfold_digest import parts_of, unfold
from duban.services.write_night_mail import true_lines
from models.calendar import civil_date
from models.mail_classes import ONCE_A_DAY, Hours, hours_of
from models.message import (
    BRIEF,
    DIGEST,
    JOINED,
    NO_LONGER_TRUE,
    REMINDER,
    REVIEW_LATE,
    VIEWS,
    Message,
    MessageState,
)
from models.queries.outbox import mail_of_step

_FIRST = (BRIEF, REMINDER, REVIEW_LATE, VIEWS)
"""Which of several mails the others join."""


def join_courtesies(session: Session, message: Message, *, now: datetime, rules: Rules) -> Message:
    """The mail in which everything due to the address of ``message`` leaves."""
    found, leaving = [message], _leaving_today(now, rules)
    for other in others_due(session, message, now):
        if other.template in leaving and has_reader(session, other, now=now, rules=rules):
            found += _of_courtesy(session, other, now=now, rules=rules)
    # Whoever moved away since is told elsewhere, on their own.
    found = [one for one in found if letterbox_of(one) == letterbox_of(message)]
    host = min(found, key=lambda one: (_FIRST.index(one.template), one.queued_at, one.id))
    join(session, host, (one for one in found if one is not host))
    return host


def _leaving_today(now: datetime, rules: Rules) -> Collection[str]:
    """What may leave in a mail of courtesy; on a day of rest only what was chosen for it."""
    if rules.working_calendar.is_rest_day(civil_date(now)):
        return [one for one in ONCE_A_DAY if hours_of(one) is Hours.DAILY]
    return (*ONCE_A_DAY, DIGEST)


def join(session: Session, host: Message, others: Iterable[Message]) -> None:
    """Let what ``others`` say, and whatever joined them before, leave in ``host``."""
    joined = list(host.guard.get("joined", ()))
    for other in others:
        for number in (other.id, *other.guard.get("joined", ())):
            one = session.get_one(Message, number)
            one.state, one.answer, one.joined_id = MessageState.CANCELLED, JOINED, host.id
            session.add(one)
            joined.append(number)
    if joined:
        host.guard = {**host.guard, "joined": joined}
        session.add(host)


def joined_to(session: Session, host: Message) -> list[Message]:
    """The mails whose lines leave in ``host``."""
    return [session.get_one(Message, number) for number in host.guard.get("joined", ())]


def _of_courtesy(
    session: Session, message: Message, *, now: datetime, rules: Rules
) -> list[Message]:
    """``message`` itself, or what of a night's digest only reminds; nothing if nothing does."""
    if message.template != DIGEST:
        return [message]
    lines = true_lines(session, message, now=now, rules=rules)
    parts = parts_of(lines)
    if not parts:
        message.state, message.answer = MessageState.CANCELLED, NO_LONGER_TRUE
        message.guard = {**message.guard, "lines": []}
        session.add(message)
        return []
    unfold(session, message, parts, now)
    session.flush()
    if parts[-1].template != REMINDER:
        return []
    if len(parts) == 1:
        return [message]
    box = message.step_key.partition(":")[2]
    reminder = mail_of_step(session, f"{REMINDER}:{box}")
    return [] if reminder is None else [reminder]
