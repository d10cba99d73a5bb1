"""What the lines of a night's mails come to: a sentence for each letter and what is said of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from duban.services.night_lines import Kind, Line
from duban.services.render_mail import letter_facts
from duban.services.rules import Rules
from models.calendar import civil_date
from models.ladder import RungKind
from models.letter import Letter
from models.organization import Organization
from models.words import level_label, organization_label
from notifications.values import NightEntry, ReviewEntry


def night_entries(
    session: Session, lines: Sequence[Line], *, now: datetime, rules: Rules
) -> tuple[NightEntry, ...]:
    """What is overdue, due soon or without a receipt at ``now``, the worst first.

    A finding of which several nights reminded stands there once.
    """
    entries = []
    for (letter_id, kind), members in _groups(lines).items():
        day = min(line.day for line in members.values())
        upcoming = _next_proposal(day, now, rules) if kind is Kind.OVERDUE else None
        letter = session.get_one(Letter, letter_id)
        entries.append(
            NightEntry(
                letter=letter_facts(letter),
                kind=kind,
                count=len(members),
                day=day,
                days=abs((day - civil_date(now)).days),
                unacknowledged=sum(not line.received for line in members.values()),
                next_rung=level_label(upcoming[1]) if upcoming else "",
                next_day=upcoming[0] if upcoming else None,
                organization=_name(session, letter.organization_id),
            )
        )
    worst = list(Kind)
    entries.sort(key=lambda e: (worst.index(Kind(e.kind)), e.day, e.letter.year, e.letter.sequence))
    return tuple(entries)


def review_entries(session: Session, lines: Sequence[Line]) -> tuple[ReviewEntry, ...]:
    """Reports whose review is late, by letter."""
    entries = []
    for (letter_id, _kind), members in sorted(_groups(lines).items()):
        letter = session.get_one(Letter, letter_id)
        limit = min(line.day for line in members.values())
        name = _name(session, letter.organization_id)
        entries.append(ReviewEntry(letter_facts(letter), name, len(members), limit))
    return tuple(entries)


def _groups(lines: Sequence[Line]) -> Mapping[tuple[int, Kind], dict[int, Line]]:
    groups: dict[tuple[int, Kind], dict[int, Line]] = defaultdict(dict)
    for line in lines:
        groups[line.letter_id, line.kind][line.finding_id] = line
    return groups


def _name(session: Session, organization_id: int) -> str:
    return organization_label(session.get_one(Organization, organization_id))


def _next_proposal(last_day: date, now: datetime, rules: Rules) -> tuple[date, int] | None:
    coming = [
        (rung.day(last_day, rules.working_calendar), rung.level)
        for rung in rules.ladder
        if rung.kind is RungKind.PROPOSAL and rung.counts.value == "due"
    ]
    return min((one for one in coming if one[0] > civil_date(now)), default=None)
