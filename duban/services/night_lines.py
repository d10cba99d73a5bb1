"""What the mails of a night say, line by line: kept as data, true or not at an instant.

A mail is made of its lines when the night queues it, and made anew only if one of them is
false when it leaves, or the days that it counts are those of a day that is over.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from duban.services.queue_message import Fill, letter_facts
from duban.services.rules import Rules
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import Limit, Reached, RungKind
from models.organization import Organization
from models.queries.due import letters_by_id
from models.queries.findings import findings_by_id
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
    """One rung of one finding, and the last day of the limit that it names."""

    finding_id: int
    rung: str
    kind: Kind
    day: date


def line_of(finding: Finding, come: Reached) -> Line:
    """The line that tells ``finding`` that a rung has come."""
    if come.rung.counts is Limit.DUE:
        kind = Kind.DUE_SOON if come.rung.before_due else Kind.OVERDUE
    else:
        kind = Kind.RECEIPT if come.rung.counts is Limit.SIGN else Kind.REVIEW
    return Line(finding.id or 0, come.rung.code, kind, come.due_on)


def as_guard(lines: Iterable[Line], said_on: date) -> dict[str, Any]:
    """Lines and the day whose days left they count, as plain values to be stored with the mail."""
    return {
        "lines": [[one.finding_id, one.rung, one.kind, str(one.day)] for one in lines],
        "said_on": str(said_on),
    }


def is_stale(guard: Mapping[str, Any], now: datetime) -> bool:
    """Whether a mail counts days from a day that is over."""
    return "said_on" in guard and civil_date(now) > date.fromisoformat(guard["said_on"])


def from_guard(guard: Mapping[str, Any]) -> list[Line]:
    """The lines of a stored mail; mails about an act have none."""
    return [
        Line(finding_id, rung, Kind(kind), date.fromisoformat(day))
        for finding_id, rung, kind, day in guard.get("lines", ())
    ]


def still_true(session: Session, lines: Sequence[Line], now: datetime) -> list[Line]:
    """The lines that may be said at ``now``."""
    findings = findings_by_id(session, {line.finding_id for line in lines})
    return [line for line in lines if _is_true(line, findings[line.finding_id], now)]


def _is_true(line: Line, finding: Finding, now: datetime) -> bool:
    lapsed = has_lapsed(finding.state, finding.due_at, now)
    running = finding.state in RUNNING_STATES and not lapsed
    overdue = finding.state is State.OVERDUE or lapsed
    match line.kind:
        case Kind.OVERDUE:
            return overdue and finding.last_day == line.day
        case Kind.DUE_SOON:
            return running and finding.last_day == line.day
        case Kind.RECEIPT:
            missing = finding.acknowledged_at is None and finding.sign_by == line.day
            return missing and (running or overdue)
        case Kind.REVIEW:
            return finding.state is State.SUBMITTED and finding.review_by == line.day


def fill_of(
    session: Session,
    lines: Sequence[Line],
    organization: Organization,
    *,
    now: datetime,
    rules: Rules,
) -> Fill:
    """The values of a mail that says these lines at ``now``."""
    findings = findings_by_id(session, {line.finding_id for line in lines})
    letters = letters_by_id(session, [f.letter_id for f in findings.values() if f.letter_id])
    groups: dict[tuple[int, Kind], dict[int, Line]] = defaultdict(dict)
    for line in lines:
        letter_id = findings[line.finding_id].letter_id or 0
        groups[letter_id, line.kind][line.finding_id] = line

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
                    unacknowledged=sum(findings[one].acknowledged_at is None for one in members),
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
