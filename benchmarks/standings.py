"""Where the findings of the workload stand in the product, reckoned by its own rules.

A finding's step of the workload is a rung of the shipped ladder. From the day of its letter
follow its dates, what was told before its night, and its history; so a few hundred templates
describe a million findings, and the database multiplies them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from benchmarks.night_days import (
    DAY,
    HISTORY,
    TONIGHT,
    dates_of,
    day_of,
    issue_days,
    night_days,
    rules,
)
from benchmarks.workload import REST, STEPS
from models.deadlines import Deadline
from models.ladder import Reached, RungKind, Standing, reached
from models.transitions import Event, Role, State, phase_of

VARIANTS = 12
"""So many issue days for each step of the findings that are not due."""

CLOSED_AFTER = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Happened:
    """A row of a finding's history."""

    event: Event
    source: State
    target: State
    at: datetime
    actor: str
    role: Role


@dataclass(frozen=True, slots=True)
class Template:
    """A standing; ``variant`` tells apart those that the workload does not."""

    step: int
    night: int
    variant: int
    received: bool
    issued_on: date
    finish: Deadline
    sign_by: date
    history: tuple[Happened, ...]
    told: tuple[Reached, ...]

    def at(self, event: Event) -> datetime | None:
        """When it happened, if it did."""
        return next((one.at for one in self.history if one.event is event), None)

    @property
    def state(self) -> State:
        """Where it is on the evening before its night."""
        return self.history[-1].target

    @property
    def phase(self) -> State:
        """The same as acts left it."""
        return phase_of(self.state, self.received)

    @property
    def settled_at(self) -> datetime:
        """When somebody last acted on it."""
        return [one.at for one in self.history if one.event is not Event.LAPSE][-1]


def templates(nights: int) -> list[Template]:
    """Every standing that a workload of so many nights has.

    Raises:
        ValueError: the calendar has not so many nights, or nobody stands at one of the steps.
    """
    found: list[Template] = []
    for received in (True, False):
        _due, rest = issue_days(TONIGHT, received)
        if nights > len(night_days()) or not {0, 2, 4} <= {*rest}:
            raise ValueError("too many nights, or another ladder: see benchmarks/night_days.py")
        found += [
            _template(step, night, 0, received, issue_days(day_of(night), received)[0][step])
            for step in range(STEPS)
            for night in range(nights)
        ]
        closed = [TONIGHT - HISTORY + n * DAY for n in range(HISTORY.days - 31 - VARIANTS)]
        for step, pool in ((0, rest[0]), (2, rest[2]), (4, rest[4]), (STEPS, closed)):
            found += [
                _template(step, REST, variant, received, pool[variant * len(pool) // VARIANTS])
                for variant in range(VARIANTS)
            ]
    return found


def _template(step: int, night: int, variant: int, received: bool, issued_on: date) -> Template:
    issued_at, finish, sign_by = dates_of(issued_on)
    evening = day_of(night) - DAY
    closed_at = issued_at + CLOSED_AFTER if step == STEPS else None
    history = tuple(_history(issued_at, finish, evening, received, closed_at))
    told = tuple(_told(finish, sign_by, evening, received, closed_at))
    return Template(step, night, variant, received, issued_on, finish, sign_by, history, told)


def _history(
    issued_at: datetime,
    finish: Deadline,
    evening: date,
    received: bool,
    closed_at: datetime | None,
) -> Iterator[Happened]:
    state = State.ISSUED
    yield Happened(Event.ISSUE, State.DRAFT, state, issued_at, "经办人", Role.CLERK)
    if received:
        at, state = issued_at + timedelta(days=1), State.ACKNOWLEDGED
        yield Happened(Event.ACKNOWLEDGE, State.ISSUED, state, at, "联络员", Role.ORGANIZATION)
    if closed_at:
        at = closed_at - timedelta(days=1)
        yield Happened(Event.SUBMIT, state, State.SUBMITTED, at, "联络员", Role.ORGANIZATION)
        yield Happened(
            Event.ACCEPT, State.SUBMITTED, State.RECTIFIED, closed_at, "核验人", Role.VERIFIER
        )
    elif finish.last_day < evening:
        yield Happened(Event.LAPSE, state, State.OVERDUE, finish.due_at, "duban", Role.SYSTEM)


def _told(
    finish: Deadline, sign_by: date, evening: date, received: bool, closed_at: datetime | None
) -> Iterator[Reached]:
    """What earlier nights told or proposed, so that its own has one thing left."""
    ladder, calendar = rules().ladder, rules().working_calendar
    running = Standing(
        State.ACKNOWLEDGED if received else State.ISSUED, finish.last_day, sign_by, None
    )
    until = min(evening, finish.last_day, closed_at.date() if closed_at else evening)
    yield from reached(ladder, running, until, calendar)
    if not closed_at and finish.last_day < evening:
        overdue = Standing(State.OVERDUE, finish.last_day, sign_by, None)
        yield from reached(ladder, overdue, evening, calendar)


def level_of(template: Template) -> int:
    """The highest level that was told of it."""
    return max((r.rung.level for r in template.told if r.rung.kind is RungKind.NOTICE), default=0)


def escalated(template: Template) -> bool:
    """Whether a proposal stands."""
    return any(r.rung.kind is RungKind.PROPOSAL for r in template.told)
