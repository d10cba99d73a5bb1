"""Where the findings of the workload stand in the product, reckoned by its own rules.

A finding's step of the workload is a rung of the shipped ladder. From the day of its letter
follow its dates, what was told before tonight, and its history; so a few hundred templates
describe a million findings, and the database multiplies them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from benchmarks.workload import LAPSE_STEP, REST, STEPS
from config.settings import Settings
from duban.services.rules import Rules, policy_of
from models.calendar import shipped_calendar, start_of_day
from models.deadlines import Deadline
from models.ladder import Limit, Reached, RungKind, Standing, Track, next_day, reached
from models.transitions import RUNNING_STATES, Event, Role, State

TONIGHT = date(2026, 6, 9)
"""A Tuesday with a rung of every step: no rest day lies where one of them would be put off."""

YESTERDAY = TONIGHT - timedelta(days=1)
FIRST_DAY = TONIGHT - timedelta(days=130)
VARIANTS = 12
"""So many issue days for each step of the findings that are not due."""

STEP_OF = {"due-7": 0, "due-3": 1, "due-1": 2, "circular": 4, "summons": 5}
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
    next_action_at: datetime | None

    def at(self, event: Event) -> datetime | None:
        """When it happened, if it did."""
        return next((one.at for one in self.history if one.event is event), None)

    @property
    def state(self) -> State:
        """Where it is this evening."""
        return self.history[-1].target


def instant(night: int) -> datetime:
    """When a night is held: all of them on one day, before which nothing is due."""
    return start_of_day(TONIGHT) + timedelta(minutes=10 * (night + 1))


def run_of(day: date) -> int:
    """The id of the run of an earlier night."""
    return (day - FIRST_DAY).days + 1


@cache
def rules() -> Rules:
    """The rules as they ship."""
    policy, ladder = policy_of(Settings())
    return Rules(Settings(), policy, ladder, shipped_calendar())


def templates(nights: int) -> list[Template]:
    """Every standing that a workload of so many nights has.

    Raises:
        ValueError: the shipped policy has no day that leads to one of the steps.
    """
    days = [FIRST_DAY + timedelta(days=n) for n in range((TONIGHT - FIRST_DAY).days)]
    found: list[Template] = []
    for received in (True, False):
        due: dict[int, date] = {}
        rest: dict[int, list[date]] = {}
        for day in days:
            step, is_due = _step(day, received)
            if step is not None and is_due:
                due[step] = day
            elif step is not None:
                rest.setdefault(step, []).append(day)
        if {*due} != {*range(STEPS)} or not {0, 2, 4} <= {*rest}:
            raise ValueError("the ladder has changed: see benchmarks/standings.py")
        found += [
            _template(step, night, 0, received, due[step])
            for step in range(STEPS)
            for night in range(nights)
        ]
        closed = days[: -(31 + VARIANTS)]
        for step, pool in ((0, rest[0]), (2, rest[2]), (4, rest[4]), (STEPS, closed)):
            found += [
                _template(step, REST, variant, received, pool[variant * len(pool) // VARIANTS])
                for variant in range(VARIANTS)
            ]
    return found


def _dates(issued_on: date) -> tuple[datetime, Deadline, date]:
    issued_at = start_of_day(issued_on) + timedelta(hours=10)
    return issued_at, rules().due_from(issued_at), rules().sign_limit(issued_at)


def _step(issued_on: date, received: bool) -> tuple[int | None, bool]:
    """At which step an open finding of this day's letter stands, and whether it is due tonight."""
    _issued_at, finish, sign_by = _dates(issued_on)
    calendar, ladder = rules().working_calendar, rules().ladder
    if not received and TONIGHT in (
        rung.day(sign_by, calendar) for rung in ladder if rung.counts is Limit.SIGN
    ):
        return None, False
    if finish.last_day == YESTERDAY:
        return LAPSE_STEP, True
    track = Track.AFTER_DUE if finish.last_day < YESTERDAY else Track.BEFORE_DUE
    days = {
        rung.day(finish.last_day, calendar): rung.code for rung in ladder if rung.track is track
    }
    coming = min((day for day in days if day >= TONIGHT), default=None)
    return (None, False) if coming is None else (STEP_OF.get(days[coming]), coming == TONIGHT)


def _template(step: int, night: int, variant: int, received: bool, issued_on: date) -> Template:
    issued_at, finish, sign_by = _dates(issued_on)
    closed_at = issued_at + CLOSED_AFTER if step == STEPS else None
    history = tuple(_history(issued_at, finish, received, closed_at))
    told = tuple(_told(finish, sign_by, received, closed_at))
    next_at: datetime | None = instant(night)
    if night == REST:
        next_at = None if closed_at else _next_look(history[-1].target, finish, sign_by)
    return Template(
        step, night, variant, received, issued_on, finish, sign_by, history, told, next_at
    )


def _next_look(state: State, finish: Deadline, sign_by: date) -> datetime:
    standing = Standing(state, finish.last_day, sign_by, None)
    day = next_day(rules().ladder, standing, TONIGHT, rules().working_calendar)
    candidates = [] if day is None else [start_of_day(day)]
    if state in RUNNING_STATES:
        candidates.append(finish.due_at)
    return min(candidates)


def _history(
    issued_at: datetime, finish: Deadline, received: bool, closed_at: datetime | None
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
    elif finish.last_day < YESTERDAY:
        yield Happened(Event.LAPSE, state, State.OVERDUE, finish.due_at, "duban", Role.SYSTEM)


def _told(
    finish: Deadline, sign_by: date, received: bool, closed_at: datetime | None
) -> Iterator[Reached]:
    """What earlier nights told or proposed, so that tonight has one thing left."""
    ladder, calendar = rules().ladder, rules().working_calendar
    running = Standing(
        State.ACKNOWLEDGED if received else State.ISSUED, finish.last_day, sign_by, None
    )
    until = min(YESTERDAY, finish.last_day, closed_at.date() if closed_at else YESTERDAY)
    yield from reached(ladder, running, until, calendar)
    if not closed_at and finish.last_day < YESTERDAY:
        overdue = Standing(State.OVERDUE, finish.last_day, sign_by, None)
        yield from reached(ladder, overdue, YESTERDAY, calendar)


def level_of(template: Template) -> int:
    """The highest level that was told of it."""
    return max((r.rung.level for r in template.told if r.rung.kind is RungKind.NOTICE), default=0)


def escalated(template: Template) -> bool:
    """Whether a proposal stands."""
    return any(r.rung.kind is RungKind.PROPOSAL for r in template.told)
