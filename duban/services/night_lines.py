"""What the mails of a night say, line by line: true or not at an instant.

A line is a notice of the night. A mail is made of those that its address hears and that are
true when it leaves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from duban.services.night_reading import notices_in_hand
from duban.services.rules import Rules, ladder_of_version
from models.ladder import Limit, Rung
from models.message import OVERDUE, REMINDER, Message
from models.queries.night_mail import policy_version_of_run
from models.transitions import RUNNING_STATES, State, has_lapsed


class Kind(StrEnum):
    """What a line says of its finding; the worst stands first in a mail."""

    OVERDUE = "overdue"
    DUE_SOON = "due-soon"
    RECEIPT = "receipt"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Line:
    """One rung of one finding, the last day of the limit that it names, and whether it is true."""

    notice_id: int
    finding_id: int
    letter_id: int
    organization_id: int
    rung: str
    kind: Kind
    day: date
    received: bool
    true: bool


def lines_of(session: Session, message: Message, rules: Rules, now: datetime) -> list[Line]:
    """The lines of a night's mail as they are at ``now``, by letter and item."""
    if message.run_id is None:
        return []
    notices = notices_in_hand(session, message)
    ladder = ladder_of_version(session, policy_version_of_run(session, message.run_id), rules)
    kinds = {rung.code: _kind(rung) for rung in ladder}
    wanted = {code for code in message.guard.get("rungs", ()) if code in kinds}
    lines = [
        Line(
            row.id, row.finding_id, row.letter_id, message.organization_id, row.rung,
            kinds[row.rung], row.due_on, row.acknowledged_at is not None,
            _is_true(row, kinds[row.rung], now),
        )
        for row in notices
        if row.rung in wanted
    ]  # fmt: skip
    return [line for line in lines if _belongs(line, message)]


def as_said(lines: Iterable[Line]) -> list[list[Any]]:
    """Lines as plain values, kept with the mail that said them."""
    return [[one.finding_id, one.rung, one.kind.value, str(one.day)] for one in lines]


def _belongs(line: Line, message: Message) -> bool:
    """Whether this mail says the line, of those into which the night's digest unfolded."""
    if message.template == OVERDUE:
        return line.kind is Kind.OVERDUE and line.letter_id in message.guard["letters"]
    return message.template != REMINDER or line.kind is not Kind.OVERDUE


def _kind(rung: Rung) -> Kind:
    if rung.counts is Limit.DUE:
        return Kind.DUE_SOON if rung.before_due else Kind.OVERDUE
    return Kind.RECEIPT if rung.counts is Limit.SIGN else Kind.REVIEW


def _is_true(row: Any, kind: Kind, now: datetime) -> bool:
    lapsed = has_lapsed(row.state, row.due_at, now)
    running = row.state in RUNNING_STATES and not lapsed
    overdue = row.state is State.OVERDUE or lapsed
    match kind:
        case Kind.OVERDUE:
            return overdue and row.last_day == row.due_on
        case Kind.DUE_SOON:
            return running and row.last_day == row.due_on
        case Kind.RECEIPT:
            missing = row.acknowledged_at is None and row.sign_by == row.due_on
            return missing and (running or overdue)
        case Kind.REVIEW:
            return row.state is State.SUBMITTED and row.review_by == row.due_on
