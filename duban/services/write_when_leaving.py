"""What becomes of a mail when it is about to leave: it does, it is void, or it waits.

In the transaction that claims a mail its reader is looked up again, and what it says is held
against what is true. A mail about an act keeps its words or is void; those of a night, saved
views and the brief of the morning are written here.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from duban.services.join_courtesies import join_courtesies
from duban.services.letterbox import serve, served_today
from duban.services.night_lines import Line
from duban.services.pass_on import not_arrived
from duban.services.readdress import has_reader
from duban.services.rules import Rules
from duban.services.still_true import is_still_true
from duban.services.unfold_digest import parts_of, unfold
from duban.services.write_courtesy import write_courtesy
from duban.services.write_night_mail import true_lines, write_overdue
from models.calendar import SHANGHAI, civil_date
from models.mail_classes import ONCE_A_DAY
from models.message import (
    DIGEST,
    NO_LONGER_TRUE,
    NOBODY_THERE,
    OVERDUE,
    REMINDER,
    Message,
    MessageState,
)


class Fate(StrEnum):
    """What becomes of a mail at its claim.

    A void one is cancelled and its answer says why. One that waits stays queued; either its
    next attempt is later, or what it turned out to be is claimed anew.
    """

    LEAVES = "leaves"
    VOID = "void"
    LATER = "later"


def write_when_leaving(session: Session, message: Message, *, now: datetime, rules: Rules) -> Fate:
    """Let ``message`` say what is true at ``now``, to whom it is then for.

    Its state is changed only where it is void.

    Raises:
        BadInput, ValueError: it can never be written as it is.
    """
    # What is changed is written once for all mails of a batch.
    with session.no_autoflush:
        return _fate_of(session, message, now, rules)


def _fate_of(session: Session, message: Message, now: datetime, rules: Rules) -> Fate:
    if message.state is not MessageState.QUEUED:
        # It left in another one that was claimed a moment ago.
        return Fate.VOID
    if not has_reader(session, message, now=now, rules=rules):
        return _nobody_there(session, message, now, rules)
    if message.template in ONCE_A_DAY:
        return _once_a_day(session, message, now, rules)
    if message.template in (DIGEST, OVERDUE):
        return _of_night(session, message, now, rules)
    if not is_still_true(session, message):
        return _void(session, message, NO_LONGER_TRUE)
    return Fate.LEAVES


def _of_night(session: Session, message: Message, now: datetime, rules: Rules) -> Fate:
    lines: Sequence[Line] = true_lines(session, message, now=now, rules=rules)
    if not lines:
        message.guard = {**message.guard, "lines": []}
        return _void(session, message, NO_LONGER_TRUE)
    if message.template == DIGEST:
        parts = parts_of(lines)
        unfold(session, message, parts, now)
        lines = parts[0].lines
    if message.template == REMINDER:
        # What only reminds keeps other hours, and leaves with all that is due to its address.
        return Fate.LATER
    write_overdue(session, message, lines, now=now, rules=rules)
    return Fate.LEAVES


def _once_a_day(session: Session, message: Message, now: datetime, rules: Rules) -> Fate:
    if served_today(session, message, now):
        tomorrow = civil_date(now) + timedelta(days=1)
        day = rules.working_calendar.next_working_day(tomorrow)
        morning = datetime.combine(day, rules.settings.schedule.mail_at, SHANGHAI)
        message.next_attempt_at = morning
        session.add(message)
        return Fate.LATER
    if join_courtesies(session, message, now=now, rules=rules) is not message:
        return Fate.VOID
    if not write_courtesy(session, message, now=now, rules=rules):
        return _void(session, message, NO_LONGER_TRUE)
    serve(session, message, now)
    return Fate.LEAVES


def _nobody_there(session: Session, message: Message, now: datetime, rules: Rules) -> Fate:
    """What was for somebody who left is told to the next person of the organization."""
    fate = _void(session, message, NOBODY_THERE)
    session.flush()
    not_arrived(session, message, NOBODY_THERE, now=now, rules=rules, address_at_fault=False)
    return fate


def _void(session: Session, message: Message, why: str) -> Fate:
    message.state, message.answer = MessageState.CANCELLED, why
    session.add(message)
    return Fate.VOID
