"""A night finding by finding, in plain Python: what the set-based one must equal.

It follows the pure rules of ``models`` one finding at a time and touches no database.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from duban.services.rules import Rules, standing_of
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import (
    Limit,
    Reached,
    Rung,
    RungKind,
    latest_reminders,
    reached,
    waits_for_working_day,
)
from models.organization import Contact
from models.transitions import (
    OPEN_STATES,
    Event,
    Facts,
    State,
    arrow_for,
    has_lapsed,
)

Step = tuple[int, date, str]
"""A finding, the last day of the limit, and the code of the rung."""
Mail = tuple[int, str, str, tuple[str, ...]]
"""An organization, a template, an address, and the codes of all rungs that it hears."""


class Known(NamedTuple):
    """What the night finds beside the findings; people are those with an address."""

    told: set[Step]
    proposed: set[Step]
    pending: set[int]
    again: Mapping[int, datetime]
    since: datetime | None
    contacts: Mapping[int, Sequence[Contact]]
    commission: Sequence[Contact]


@dataclass
class Expected:
    """Everything that a night leaves behind, as plain values."""

    findings: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    lapses: set[tuple[Any, ...]] = field(default_factory=set)
    notices: set[tuple[Any, ...]] = field(default_factory=set)
    proposals: set[tuple[Any, ...]] = field(default_factory=set)
    unreached: set[tuple[int, str]] = field(default_factory=set)
    mails: set[Mail] = field(default_factory=set)
    again: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def expected_night(
    findings: Sequence[Finding], known: Known, rules: Rules, now: datetime
) -> Expected:
    """What one night at ``now`` must do with these findings."""
    expected = Expected()
    told: dict[int, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.state in OPEN_STATES and _is_due(finding, known, rules, now):
            told[finding.organization_id] |= _one(finding, known, rules, now, expected)
    for organization_id, codes in told.items():
        expected.mails |= _mails(organization_id, codes, known, rules)
    expected.counts["messages"] = len(expected.mails)
    return expected


def _is_due(finding: Finding, known: Known, rules: Rules, now: datetime) -> bool:
    at = known.again.get(finding.id or 0)
    if known.since is None or (at is not None and at <= now):
        return True
    since, today, calendar = civil_date(known.since), civil_date(now), rules.working_calendar
    limits = {Limit.DUE: finding.last_day, Limit.SIGN: None, Limit.REVIEW: None}
    if finding.state is State.SUBMITTED:
        limits = {Limit.DUE: None, Limit.SIGN: None, Limit.REVIEW: finding.review_by}
    elif finding.phase is State.ISSUED:
        limits[Limit.SIGN] = finding.sign_by
    days = [finding.last_day + timedelta(days=1)] if limits[Limit.DUE] and finding.last_day else []
    for rung in rules.ladder:
        limit = limits[rung.counts]
        if limit is not None:
            day = rung.day(limit, calendar)
            days.append(calendar.next_working_day(day) if waits_for_working_day(rung) else day)
    return any(since < day <= today for day in days)


def _one(
    finding: Finding, known: Known, rules: Rules, now: datetime, expected: Expected
) -> set[str]:
    finding_id, today, calendar = finding.id or 0, civil_date(now), rules.working_calendar
    state, lapses = finding.state, has_lapsed(finding.state, finding.due_at, now)
    if lapses:
        arrow = arrow_for(Event.LAPSE, state, Facts(past_due=True, received=False))
        assert arrow is not None
        state = arrow.target
        expected.lapses.add(
            (finding_id, finding.version + 1, finding.state, state, finding.due_at, now)
        )
    standing = standing_of(finding, state)
    come = reached(rules.ladder, standing, today, calendar) if standing else []
    keep, dropped = latest_reminders(come)
    fresh = [item for item in keep if not _is_done(finding_id, item, known)]
    held: list[str] = []
    steps: list[Reached] = []
    for item in fresh:
        reason = _held(finding, item, known, calendar.is_rest_day(today))
        if reason is None:
            steps.append(item)
        else:
            held.append(reason)
            if reason == "no-working-address":
                expected.unreached.add((finding.organization_id, item.rung.code))
    for item in steps:
        row = (finding_id, finding.organization_id, item.due_on, item.rung.code, item.effective_on)
        if item.rung.kind is RungKind.PROPOSAL:
            expected.proposals.add((*row, item.rung.level))
        else:
            expected.notices.add(row)
    proposes = any(item.rung.kind is RungKind.PROPOSAL for item in steps)
    hard = [reason for reason in held if reason != "rest-day-deferred"]
    expected.counts["lapsed"] += lapses
    expected.counts["noticed"] += bool(steps) and not lapses
    expected.counts["held"] += bool(hard) and not steps and not lapses
    expected.counts["proposals"] += sum(i.rung.kind is RungKind.PROPOSAL for i in steps)
    expected.counts["collapsed"] += sum(not _is_done(finding_id, item, known) for item in dropped)
    levels = [item.rung.level for item in steps if item.rung.kind is RungKind.NOTICE]
    expected.findings[finding_id] = (
        state,
        finding.version + lapses,
        finding.due_at if lapses else finding.overdue_at,
        max([finding.rung, *levels]),
        finding.escalated or proposes,
    )
    if held:
        expected.again[finding_id] = (now + timedelta(days=1), now)
    return {item.rung.code for item in steps if item.rung.kind is not RungKind.PROPOSAL}


def _is_done(finding_id: int, item: Reached, known: Known) -> bool:
    done = known.proposed if item.rung.kind is RungKind.PROPOSAL else known.told
    return (finding_id, item.due_on, item.rung.code) in done


def _held(finding: Finding, item: Reached, known: Known, rest_day: bool) -> str | None:
    rung = item.rung
    if rest_day and waits_for_working_day(rung):
        return "rest-day-deferred"
    if rung.counts is Limit.DUE and rung.level > 0 and finding.id in known.pending:
        return "extension-pending"
    if rung.kind is RungKind.PROPOSAL:
        return None
    people = (
        known.commission
        if rung.counts is Limit.REVIEW
        else known.contacts.get(finding.organization_id, ())
    )
    return None if _hear(people, rung) else "no-working-address"


def _hear(people: Sequence[Contact], rung: Rung) -> list[Contact]:
    """Those in the roles; of an organization that has nobody in them, everybody."""
    by_role = [one for one in people if one.role in rung.to]
    return by_role if by_role or rung.counts is Limit.REVIEW else [*people]


def _mails(organization_id: int, codes: set[str], known: Known, rules: Rules) -> set[Mail]:
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    told = set()
    for rung in rules.ladder:
        ours = rung.counts is Limit.REVIEW
        people = known.commission if ours else known.contacts.get(organization_id, ())
        template = "review-late" if ours else "digest"
        for address in {(one.email or "").casefold() for one in _hear(people, rung)}:
            heard[template, address].append(rung.code)
            if rung.code in codes:
                told.add((template, address))
    return {(organization_id, *box, tuple(heard[box])) for box in told}
