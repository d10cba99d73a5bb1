"""A holiday notice settles or moves one finding's due dates: later, or not at all.

So it goes for findings that were extended or reopened; ``redate_many`` does the same to
all others at once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from duban.services.decide_escalation import drop_proposals
from duban.services.rules import Rules
from duban.services.transition import Actor, transition
from models.calendar import Calendar
from models.deadline_proof import deadline_record
from models.deadlines import Deadline, Rule, count_from, not_before
from models.finding import Finding
from models.letter import Letter
from models.periods import Period
from models.queries.redating import letters_in_pages
from models.queries.submissions import history_of, last_submission
from models.transition_log import TransitionRecord, begins_window, standing
from models.transitions import Event, Role, State


@dataclass(frozen=True)
class Recounted:
    """The last day before, and the dates by another calendar.

    ``original`` is the date first promised, ``present`` the one after every extension.
    """

    before: date
    original: Deadline
    present: Deadline
    moves: bool
    """Whether the last day moves; never earlier than what people were told."""
    settles: bool
    """Whether there is something to record: a date that moves or is provisional no more."""
    now_rest_day: bool
    """Whether the last day that stays has become a rest day, which the rule may allow."""

    @property
    def concerned(self) -> bool:
        """Whether a reader wants to know of it."""
        return self.settles or self.now_rest_day


@dataclass(frozen=True)
class Redated:
    """An open finding and what becomes of its dates."""

    finding: Finding
    dates: Recounted


@dataclass(frozen=True)
class Link:
    """One counting of a finding's dates: from which day, how long, by which rule, its result."""

    day_zero: date
    window: Period
    rule: Rule
    told: date


def recount(
    chain: Sequence[Link],
    *,
    original_last_day: date,
    last_day: date,
    provisional: bool,
    calendar: Calendar,
    before: Calendar,
) -> Recounted:
    """Dates counted anew by ``calendar``, from the issue through each extension.

    The last days and whether they are provisional are those on record; ``before`` is the
    calendar as it was.
    """
    calendar = calendar.provisionally()
    first, *extensions = chain
    original = not_before(_count(first, None, calendar), original_last_day)
    present = original
    for link in extensions:
        present = not_before(_count(link, present.last_day, calendar), link.told)
    present = not_before(present, last_day)
    moves = present.last_day > last_day
    settled = provisional and not present.provisional
    return Recounted(
        before=last_day,
        original=original,
        present=present,
        moves=moves,
        settles=moves or settled or original.last_day != original_last_day,
        now_rest_day=calendar.is_rest_day(present.last_day)
        and not before.provisionally().is_rest_day(present.last_day),
    )


def redated(
    session: Session, finding: Finding, calendar: Calendar, before: Calendar
) -> Redated | None:
    """What becomes of a finding's dates; none where no date was ever counted."""
    chain = chain_of(history_of(session, finding.id or 0))
    if not chain or finding.last_day is None or finding.original_last_day is None:
        return None
    dates = recount(
        chain,
        original_last_day=finding.original_last_day,
        last_day=finding.last_day,
        provisional=finding.provisional,
        calendar=calendar,
        before=before,
    )
    return Redated(finding, dates)


def record_of(dates: Recounted, notice: str) -> dict[str, Any]:
    """What the history keeps of it."""
    return {
        "notice": notice,
        "old": str(dates.before),
        "deadline": deadline_record(dates.present),
    }


def redate(
    session: Session, item: Redated, notice: str, *, now: datetime, actor: Actor, rules: Rules
) -> None:
    """Record the dates; where the last day moves, a fresh ladder begins."""
    finding, dates = item.finding, item.dates
    transition(
        session,
        finding,
        Event.REDATE,
        now=now,
        actor=Actor(actor.name, Role.SYSTEM),
        rules=rules,
        changes=changes_of(item, now),
        details=record_of(dates, notice),
    )
    if dates.moves:
        drop_proposals(session, finding, now=now)
        judge_report_again(session, finding)


def changes_of(item: Redated, now: datetime) -> dict[str, Any]:
    """What becomes of the finding's own columns."""
    finding, dates = item.finding, item.dates
    changes: dict[str, Any] = {
        "original_last_day": dates.original.last_day,
        "original_due_at": dates.original.due_at,
        "last_day": dates.present.last_day,
        "due_at": dates.present.due_at,
        "provisional": dates.present.provisional,
    }
    if dates.moves:
        changes["rung"] = 0
        in_time = (finding.submitted_at or now) < dates.present.due_at
        changes["overdue_at"] = None if in_time else dates.present.due_at
    return changes


def settle_letters(
    session: Session, letter_ids: Iterable[int], calendar: Calendar, notice: str
) -> None:
    """Note the date that the notice gives letters beside the one that they bear."""
    for page in letters_in_pages(session, sorted(letter_ids)):
        for letter in page:
            _settle(letter, calendar.provisionally(), notice)
        session.flush()


def _settle(letter: Letter, calendar: Calendar, notice: str) -> None:
    deadline = not_before(_count(_link_of(letter.proof), None, calendar), letter.present_last_day)
    if deadline.last_day > letter.present_last_day or letter.provisional:
        letter.provisional = deadline.provisional
        letter.proof = {**letter.proof, "settled": {"notice": notice, **deadline_record(deadline)}}


def chain_of(history: Sequence[TransitionRecord]) -> list[Link]:
    """The countings of a finding's present dates: the window, then each extension that counts."""
    links: list[Link] = []
    for record in standing(history):
        if begins_window(record):
            links = [_link_of(record.details["deadline"])]
        elif record.event is Event.EXTEND:
            links.append(_link_of(record.details["deadline"]))
    return links


def _link_of(counted: Mapping[str, Any]) -> Link:
    return Link(
        date.fromisoformat(counted["day_zero"]),
        Period.parse(counted["window"]),
        Rule(counted["rule"]),
        date.fromisoformat(counted["last_day"]),
    )


def _count(link: Link, end_before: date | None, calendar: Calendar) -> Deadline:
    day_zero = max(link.day_zero, end_before or link.day_zero)
    return count_from(day_zero, link.window, link.rule, calendar)


def judge_report_again(session: Session, finding: Finding) -> None:
    """A report that waits for us and was handed in before the moved date is in time."""
    if finding.state is not State.SUBMITTED or finding.due_at is None:
        return
    report = last_submission(session, finding.id or 0)
    if report is not None and report.submitted_at < finding.due_at:
        report.on_time = True
        session.add(report)
