"""The machine is a table: every pair of state and event is an arrow or refused."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from models.calendar import SHANGHAI
from models.transitions import (
    ARROWS,
    Event,
    Facts,
    Role,
    State,
    allowed_events,
    arrow_for,
    has_lapsed,
)

ANYWAY = [Facts(*facts) for facts in product((False, True), repeat=len(Facts._fields))]

EXPECTED = {
    ("draft", "issue"): {"issued"},
    ("issued", "acknowledge"): {"acknowledged"},
    ("issued", "submit"): {"submitted"},
    ("issued", "lapse"): {"overdue"},
    ("issued", "extend"): {"issued"},
    ("issued", "redate"): {"issued"},
    ("issued", "withdraw"): {"withdrawn"},
    ("issued", "revoke"): {"issued"},
    ("issued", "rescind"): {"issued"},
    ("acknowledged", "submit"): {"submitted"},
    ("acknowledged", "lapse"): {"overdue"},
    ("acknowledged", "extend"): {"acknowledged"},
    ("acknowledged", "redate"): {"acknowledged"},
    ("acknowledged", "withdraw"): {"withdrawn"},
    ("acknowledged", "revoke"): {"acknowledged"},
    ("acknowledged", "rescind"): {"acknowledged"},
    ("acknowledged", "annul"): {"issued"},
    ("submitted", "accept"): {"rectified"},
    ("submitted", "return"): {"acknowledged", "overdue"},
    ("submitted", "redate"): {"submitted"},
    ("submitted", "withdraw"): {"withdrawn"},
    ("submitted", "rescind"): {"submitted"},
    ("overdue", "acknowledge"): {"overdue"},
    ("overdue", "submit"): {"submitted"},
    ("overdue", "extend"): {"acknowledged", "issued"},
    ("overdue", "redate"): {"acknowledged", "issued", "overdue"},
    ("overdue", "withdraw"): {"withdrawn"},
    ("overdue", "rescind"): {"overdue"},
    ("overdue", "annul"): {"overdue"},
    ("rectified", "reopen"): {"acknowledged"},
    ("rectified", "rescind"): {"rectified"},
    ("withdrawn", "reinstate"): {"issued", "acknowledged", "submitted", "overdue"},
}


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_every_pair_is_an_arrow_or_refused(state: State, event: Event) -> None:
    arrows = (arrow_for(event, state, facts) for facts in ANYWAY)
    targets = {arrow.target.value for arrow in arrows if arrow is not None}
    assert targets == EXPECTED.get((state.value, event.value), set())


@pytest.mark.parametrize("facts", ANYWAY)
def test_at_most_one_arrow_holds(facts: Facts) -> None:
    for state, event in product(State, Event):
        holding = [a for a in ARROWS if (a.source, a.event) == (state, event)]
        chosen = arrow_for(event, state, facts)
        assert sum(a == chosen for a in holding) == (chosen is not None)


def test_each_event_belongs_to_one_role() -> None:
    assert {event: {a.by for a in ARROWS if a.event is event} for event in Event} == {
        Event.ISSUE: {Role.CLERK},
        Event.ACKNOWLEDGE: {Role.ORGANIZATION},
        Event.SUBMIT: {Role.ORGANIZATION},
        Event.ACCEPT: {Role.VERIFIER},
        Event.RETURN: {Role.VERIFIER},
        Event.LAPSE: {Role.SYSTEM},
        Event.EXTEND: {Role.SUPERVISOR},
        Event.REDATE: {Role.SYSTEM},
        Event.REOPEN: {Role.SUPERVISOR},
        Event.WITHDRAW: {Role.SUPERVISOR},
        Event.REINSTATE: {Role.SUPERVISOR},
        Event.REVOKE: {Role.SUPERVISOR},
        Event.RESCIND: {Role.SUPERVISOR},
        Event.ANNUL: {Role.CLERK},
    }


def test_what_is_allowed_depends_on_the_facts() -> None:
    late_unreceived = Facts(past_due=True, received=False)
    assert allowed_events(State.ISSUED, late_unreceived) == (
        Event.ACKNOWLEDGE, Event.SUBMIT, Event.EXTEND, Event.WITHDRAW,
    )  # fmt: skip
    received = Facts(past_due=True, received=True)
    assert allowed_events(State.OVERDUE, received) == (
        Event.SUBMIT, Event.EXTEND, Event.WITHDRAW, Event.ANNUL,
    )  # fmt: skip
    assert allowed_events(State.WITHDRAWN, received) == (Event.REINSTATE,)
    assert allowed_events(State.DRAFT, received) == (Event.ISSUE,)


def test_a_finding_comes_back_to_where_its_facts_put_it() -> None:
    def back(**facts: bool) -> State:
        arrow = arrow_for(
            Event.REINSTATE, State.WITHDRAWN, Facts(**{"past_due": False, "received": True} | facts)
        )
        assert arrow is not None
        return arrow.target

    assert back() is State.ACKNOWLEDGED
    assert back(received=False) is State.ISSUED
    assert back(past_due=True) is State.OVERDUE
    assert back(reported=True) is back(reported=True, past_due=True) is State.SUBMITTED


def test_a_former_day_that_has_passed_is_no_arrow() -> None:
    extended = Facts(past_due=True, received=True, extended=True)
    assert arrow_for(Event.REVOKE, State.ACKNOWLEDGED, extended) is None


def test_due_is_exclusive_and_a_report_stops_the_clock() -> None:
    due = datetime(2024, 1, 27, tzinfo=SHANGHAI)
    before = due - timedelta(microseconds=1)
    lapsed = {
        (state, instant == due)
        for state in State
        for instant in (before, due)
        if has_lapsed(state, due, instant)
    }
    assert lapsed == {(State.ISSUED, True), (State.ACKNOWLEDGED, True)}
