"""What the mails of a night say, line by line: true or not at an instant.

A line is a notice of the night. A mail is made of those that its address hears and that are
true when it leaves.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from duban.services.render_mail import Fill, letter_facts
from duban.services.rules import Rules, ladder_of_version
from models.calendar import civil_date
from models.ladder import Limit, Rung, RungKind
from models.message import Message
from models.organization import Organization
from models.queries.due import letters_by_id
from models.queries.night_mail import notices_heard, policy_version_of_run
from models.transitions import RUNNING_STATES, State, has_lapsed
from models.words import level_label, organization_label
from notifications.values import DigestEntry, DigestMail, ReviewEntry, ReviewMail


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
    rung: str
    kind: Kind
    day: date
    received: bool
    true: bool


def lines_of(session: Session, message: Message, rules: Rules, now: datetime) -> list[Line]:
    """The lines of a night's mail as they are at ``now``, by letter and item."""
    if message.run_id is None:
        return []
    ladder = ladder_of_version(session, policy_version_of_run(session, message.run_id), rules)
    kinds = {rung.code: _kind(rung) for rung in ladder}
    wanted = [code for code in message.guard.get("rungs", ()) if code in kinds]
    return [
        Line(
            row.id, row.finding_id, row.letter_id, row.rung, kinds[row.rung], row.due_on,
            row.acknowledged_at is not None, _is_true(row, kinds[row.rung], now),
        )
        for row in notices_heard(session, message.run_id, message.organization_id, wanted)
    ]  # fmt: skip


def as_said(lines: Iterable[Line]) -> list[list[Any]]:
    """Lines as plain values, kept with the mail that said them."""
    return [[one.finding_id, one.rung, one.kind.value, str(one.day)] for one in lines]


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


def fill_of(
    session: Session,
    lines: Sequence[Line],
    organization: Organization,
    *,
    now: datetime,
    rules: Rules,
) -> Fill:
    """The values of a mail that says these lines at ``now``."""
    letters = letters_by_id(session, {line.letter_id for line in lines})
    groups: dict[tuple[int, Kind], dict[int, Line]] = defaultdict(dict)
    for line in lines:
        groups[line.letter_id, line.kind][line.finding_id] = line

    def review(base: dict[str, Any]) -> ReviewMail:
        return ReviewMail(
            **base,
            entries=tuple(
                ReviewEntry(
                    letter_facts(letters[letter_id]),
                    organization_label(organization),
                    len(members),
                    min(line.day for line in members.values()),
                )
                for (letter_id, _kind), members in groups.items()
            ),
        )

    def digest(base: dict[str, Any]) -> DigestMail:
        entries = []
        for (letter_id, kind), members in groups.items():
            day = min(line.day for line in members.values())
            upcoming = _next_proposal(day, now, rules) if kind is Kind.OVERDUE else None
            entries.append(
                DigestEntry(
                    letter=letter_facts(letters[letter_id]),
                    kind=kind,
                    count=len(members),
                    day=day,
                    days=abs((day - civil_date(now)).days),
                    unacknowledged=sum(not line.received for line in members.values()),
                    next_rung=level_label(upcoming[1]) if upcoming else "",
                    next_day=upcoming[0] if upcoming else None,
                )
            )
        worst = list(Kind)
        entries.sort(key=lambda e: (worst.index(Kind(e.kind)), e.day, e.letter.sequence))
        return DigestMail(**base, entries=tuple(entries))

    chosen: Callable[[dict[str, Any]], DigestMail | ReviewMail] = digest
    if lines[0].kind is Kind.REVIEW:
        chosen = review
    return chosen


def _next_proposal(last_day: date, now: datetime, rules: Rules) -> tuple[date, int] | None:
    coming = [
        (rung.day(last_day, rules.working_calendar), rung.level)
        for rung in rules.ladder
        if rung.kind is RungKind.PROPOSAL and rung.counts is Limit.DUE
    ]
    return min((one for one in coming if one[0] > civil_date(now)), default=None)
