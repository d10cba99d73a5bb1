"""The whole state machine: a finding's states, the events, and the table of arrows.

The diagram in ``docs/state-machine.md`` is drawn from ``ARROWS``; the one writer
that follows it is ``duban/services/transition.py``.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """Where a finding is."""

    DRAFT = "draft"
    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    SUBMITTED = "submitted"
    OVERDUE = "overdue"
    RECTIFIED = "rectified"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What happens to a finding."""

    ISSUE = "issue"
    ACKNOWLEDGE = "acknowledge"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    LAPSE = "lapse"
    EXTEND = "extend"
    REDATE = "redate"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    """The counter-act of a withdrawal."""
    REVOKE = "revoke"
    """The counter-act of granted time."""
    RESCIND = "rescind"
    """The counter-act of an approved step of the ladder."""
    ANNUL = "annul"
    """The counter-act of a receipt."""


class Role(StrEnum):
    """Who may make an event happen."""

    CLERK = "clerk"
    ORGANIZATION = "organization"
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class Guard(StrEnum):
    """What must hold for an arrow, where one event has several from the same state."""

    ALWAYS = "always"
    BEFORE_DUE = "before due"
    AFTER_DUE = "due has passed"
    RECEIVED = "receipt recorded"
    NOT_RECEIVED = "no receipt"
    AHEAD_RECEIVED = "due lies ahead, receipt recorded"
    AHEAD_NOT_RECEIVED = "due lies ahead, no receipt"
    REPORTED = "a report waits"
    LATE_NOT_REPORTED = "no report, due has passed"
    AHEAD_EXTENDED = "more time was granted, the former due lies ahead"
    ESCALATED = "a step stands"


class Arrow(NamedTuple):
    """One row of the table."""

    event: Event
    source: State
    target: State
    by: Role
    guard: Guard = Guard.ALWAYS


OPEN_STATES = (State.ISSUED, State.ACKNOWLEDGED, State.SUBMITTED, State.OVERDUE)
RUNNING_STATES = (State.ISSUED, State.ACKNOWLEDGED)
"""States in which the organization's clock runs, so that the nightly check lapses them."""

THEIR_TURN = (*RUNNING_STATES, State.OVERDUE)
"""States in which the organization has something to do."""

PHASES = tuple(state for state in State if state is not State.OVERDUE)
OPEN_PHASES = tuple(state for state in OPEN_STATES if state in PHASES)
"""States as acts leave them: time alone makes overdue."""

ARROWS = (
    Arrow(Event.ISSUE, State.DRAFT, State.ISSUED, Role.CLERK),
    Arrow(Event.ACKNOWLEDGE, State.ISSUED, State.ACKNOWLEDGED, Role.ORGANIZATION),
    # A late receipt is a fact worth having, but it does not undo lateness.
    Arrow(Event.ACKNOWLEDGE, State.OVERDUE, State.OVERDUE, Role.ORGANIZATION, Guard.NOT_RECEIVED),
    # Whoever reports has received the letter: submitting acknowledges too.
    Arrow(Event.SUBMIT, State.ISSUED, State.SUBMITTED, Role.ORGANIZATION),
    Arrow(Event.SUBMIT, State.ACKNOWLEDGED, State.SUBMITTED, Role.ORGANIZATION),
    Arrow(Event.SUBMIT, State.OVERDUE, State.SUBMITTED, Role.ORGANIZATION),
    Arrow(Event.ACCEPT, State.SUBMITTED, State.RECTIFIED, Role.VERIFIER),
    Arrow(Event.RETURN, State.SUBMITTED, State.ACKNOWLEDGED, Role.VERIFIER, Guard.BEFORE_DUE),
    Arrow(Event.RETURN, State.SUBMITTED, State.OVERDUE, Role.VERIFIER, Guard.AFTER_DUE),
    Arrow(Event.LAPSE, State.ISSUED, State.OVERDUE, Role.SYSTEM, Guard.AFTER_DUE),
    Arrow(Event.LAPSE, State.ACKNOWLEDGED, State.OVERDUE, Role.SYSTEM, Guard.AFTER_DUE),
    Arrow(Event.EXTEND, State.ISSUED, State.ISSUED, Role.SUPERVISOR),
    Arrow(Event.EXTEND, State.ACKNOWLEDGED, State.ACKNOWLEDGED, Role.SUPERVISOR),
    Arrow(Event.EXTEND, State.OVERDUE, State.ACKNOWLEDGED, Role.SUPERVISOR, Guard.RECEIVED),
    Arrow(Event.EXTEND, State.OVERDUE, State.ISSUED, Role.SUPERVISOR, Guard.NOT_RECEIVED),
    # A holiday notice settles or moves a date: whoever waits goes on waiting, and who was
    # overdue is so no longer where the moved date lies ahead.
    Arrow(Event.REDATE, State.ISSUED, State.ISSUED, Role.SYSTEM),
    Arrow(Event.REDATE, State.ACKNOWLEDGED, State.ACKNOWLEDGED, Role.SYSTEM),
    Arrow(Event.REDATE, State.SUBMITTED, State.SUBMITTED, Role.SYSTEM),
    Arrow(Event.REDATE, State.OVERDUE, State.ACKNOWLEDGED, Role.SYSTEM, Guard.AHEAD_RECEIVED),
    Arrow(Event.REDATE, State.OVERDUE, State.ISSUED, Role.SYSTEM, Guard.AHEAD_NOT_RECEIVED),
    Arrow(Event.REDATE, State.OVERDUE, State.OVERDUE, Role.SYSTEM, Guard.AFTER_DUE),
    Arrow(Event.REOPEN, State.RECTIFIED, State.ACKNOWLEDGED, Role.SUPERVISOR),
    *(Arrow(Event.WITHDRAW, state, State.WITHDRAWN, Role.SUPERVISOR) for state in OPEN_STATES),
    # What was done by mistake is taken back by an act of its own, and both stay. A finding
    # comes back to where it was; nobody becomes overdue by what the commission takes back.
    Arrow(Event.REINSTATE, State.WITHDRAWN, State.SUBMITTED, Role.SUPERVISOR, Guard.REPORTED),
    Arrow(
        Event.REINSTATE, State.WITHDRAWN, State.OVERDUE, Role.SUPERVISOR, Guard.LATE_NOT_REPORTED
    ),
    Arrow(
        Event.REINSTATE, State.WITHDRAWN, State.ACKNOWLEDGED, Role.SUPERVISOR, Guard.AHEAD_RECEIVED
    ),
    Arrow(
        Event.REINSTATE, State.WITHDRAWN, State.ISSUED, Role.SUPERVISOR, Guard.AHEAD_NOT_RECEIVED
    ),
    *(Arrow(Event.REVOKE, s, s, Role.SUPERVISOR, Guard.AHEAD_EXTENDED) for s in RUNNING_STATES),
    *(
        Arrow(Event.RESCIND, s, s, Role.SUPERVISOR, Guard.ESCALATED)
        for s in (*OPEN_STATES, State.RECTIFIED)
    ),
    Arrow(Event.ANNUL, State.ACKNOWLEDGED, State.ISSUED, Role.CLERK, Guard.RECEIVED),
    Arrow(Event.ANNUL, State.OVERDUE, State.OVERDUE, Role.CLERK, Guard.RECEIVED),
)


def phase_of(state: State, received: bool) -> State:
    """The state as acts left it: of an overdue finding, whether its receipt is recorded.

    Time alone does not change it, so a night that lapses a finding leaves its phase as it is.
    """
    if state is not State.OVERDUE:
        return state
    return State.ACKNOWLEDGED if received else State.ISSUED


class Facts(NamedTuple):
    """What the guards look at; due is the date as it will be when the arrow is taken.

    ``reported`` says that a report waits, ``extended`` that more time was granted, ``escalated``
    that a proposal stands.
    """

    past_due: bool
    received: bool
    reported: bool = False
    extended: bool = False
    escalated: bool = False


def holds(guard: Guard, facts: Facts) -> bool:
    """Whether ``guard`` is true of ``facts``."""
    return {
        Guard.ALWAYS: True,
        Guard.BEFORE_DUE: not facts.past_due,
        Guard.AFTER_DUE: facts.past_due,
        Guard.RECEIVED: facts.received,
        Guard.NOT_RECEIVED: not facts.received,
        Guard.AHEAD_RECEIVED: not facts.past_due and facts.received,
        Guard.AHEAD_NOT_RECEIVED: not facts.past_due and not facts.received,
        Guard.REPORTED: facts.reported,
        Guard.LATE_NOT_REPORTED: facts.past_due and not facts.reported,
        Guard.AHEAD_EXTENDED: not facts.past_due and facts.extended,
        Guard.ESCALATED: facts.escalated,
    }[guard]


def allowed_events(state: State, facts: Facts) -> tuple[Event, ...]:
    """What people can do with a finding in ``state`` now, in the table's order."""
    found = [
        a.event
        for a in ARROWS
        if a.source is state and a.by is not Role.SYSTEM and holds(a.guard, facts)
    ]
    return tuple(dict.fromkeys(found))


def arrow_for(event: Event, state: State, facts: Facts) -> Arrow | None:
    """The arrow that ``event`` follows from ``state``; none where the table has none."""
    for arrow in ARROWS:
        if arrow.event is event and arrow.source is state and holds(arrow.guard, facts):
            return arrow
    return None


def has_lapsed(state: State, due_at: datetime | None, now: datetime) -> bool:
    """Whether the period has ended without a report, recorded yet or not.

    Due is exclusive (24:00 of the last day): at that very instant it has lapsed.
    The nightly check and every status query ask this; ``models.queries.findings``
    says the same in SQL.
    """
    return state in RUNNING_STATES and due_at is not None and now >= due_at
