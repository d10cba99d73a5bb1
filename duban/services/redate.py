"""A holiday notice settles or moves due dates: later, or not at all."""

from collections.abc import Mapping, Sequence
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
from models.queries.submissions import history_of, last_submission
from models.transition_log import TransitionRecord
from models.transitions import Event, Role, State


@dataclass(frozen=True)
class Redated:
    """An open finding, its last day before, and its dates by another calendar.

    ``original`` is the date first promised, ``present`` the one after every extension.
    """

    finding: Finding
    before: date
    original: Deadline
    present: Deadline
    now_rest_day: bool
    """Whether the last day that stays has become a rest day, which the rule may allow."""

    @property
    def moves(self) -> bool:
        """Whether the last day moves; never earlier than what people were told."""
        return self.present.last_day > self.before

    @property
    def settles(self) -> bool:
        """Whether there is something to record: a date that moves or is provisional no more."""
        settled = self.finding.provisional and not self.present.provisional
        return self.moves or settled or self.original.last_day != self.finding.original_last_day


def redated(
    session: Session, finding: Finding, calendar: Calendar, before: Calendar
) -> Redated | None:
    """The finding's dates counted anew by ``calendar``, from its issue through each extension.

    ``before`` is the calendar as it was; none where no date was ever counted.
    """
    chain = _chain(history_of(session, finding.id or 0))
    if not chain or finding.last_day is None or finding.original_last_day is None:
        return None
    calendar = calendar.provisionally()
    first, *extensions = chain
    original = not_before(_count(first, None, calendar), finding.original_last_day)
    present = original
    for link in extensions:
        present = not_before(_count(link, present.last_day, calendar), link.told)
    present = not_before(present, finding.last_day)
    return Redated(
        finding,
        finding.last_day,
        original,
        present,
        calendar.is_rest_day(present.last_day)
        and not before.provisionally().is_rest_day(present.last_day),
    )


def redate(
    session: Session, item: Redated, notice: str, *, now: datetime, actor: Actor, rules: Rules
) -> None:
    """Record the dates; where the last day moves, a fresh ladder begins."""
    finding, present = item.finding, item.present
    changes: dict[str, Any] = {
        "original_last_day": item.original.last_day,
        "original_due_at": item.original.due_at,
        "last_day": present.last_day,
        "due_at": present.due_at,
        "provisional": present.provisional,
    }
    if item.moves:
        changes["rung"] = 0
        in_time = (finding.submitted_at or now) < present.due_at
        changes["overdue_at"] = None if in_time else present.due_at
    transition(
        session,
        finding,
        Event.REDATE,
        now=now,
        actor=Actor(actor.name, Role.SYSTEM),
        rules=rules,
        changes=changes,
        details={
            "notice": notice, "old": str(item.before), "deadline": deadline_record(present),
        },
    )  # fmt: skip
    if item.moves:
        drop_proposals(session, finding, now=now)
        _judge_report_again(session, finding)


def settle_letter(session: Session, letter: Letter, calendar: Calendar, notice: str) -> None:
    """Note the date that the notice gives a letter beside the one that it bears."""
    counted = _count(_link_of(letter.proof), None, calendar.provisionally())
    deadline = not_before(counted, letter.present_last_day)
    if deadline.last_day > letter.present_last_day or letter.provisional:
        letter.provisional = deadline.provisional
        letter.proof = {**letter.proof, "settled": {"notice": notice, **deadline_record(deadline)}}
        session.add(letter)


@dataclass(frozen=True)
class _Link:
    """One counting of the chain: from which day, how long, by which rule, and its result."""

    day_zero: date
    window: Period
    rule: Rule
    told: date


def _chain(history: Sequence[TransitionRecord]) -> list[_Link]:
    links: list[_Link] = []
    for record in history:
        if record.event in (Event.ISSUE, Event.REOPEN):
            links = [_link_of(record.details["deadline"])]
        elif record.event is Event.EXTEND:
            links.append(_link_of(record.details["deadline"]))
    return links


def _link_of(counted: Mapping[str, Any]) -> _Link:
    return _Link(
        date.fromisoformat(counted["day_zero"]),
        Period.parse(counted["window"]),
        Rule(counted["rule"]),
        date.fromisoformat(counted["last_day"]),
    )


def _count(link: _Link, end_before: date | None, calendar: Calendar) -> Deadline:
    day_zero = max(link.day_zero, end_before or link.day_zero)
    return count_from(day_zero, link.window, link.rule, calendar)


def _judge_report_again(session: Session, finding: Finding) -> None:
    """A report that waits for us and was handed in before the moved date is in time."""
    if finding.state is not State.SUBMITTED or finding.due_at is None:
        return
    report = last_submission(session, finding.id or 0)
    if report is not None and report.submitted_at < finding.due_at:
        report.on_time = True
        session.add(report)
