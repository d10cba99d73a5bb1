"""Counting a night: planned items in, the account out; the same for a run and a preview."""

from collections import Counter
from collections.abc import Iterable, Mapping

from duban.services.plan_night import Outcome, PlannedItem
from duban.services.queue_message import address_key
from models.ladder import Limit, RungKind
from models.transitions import State


def tally_of(items: Iterable[PlannedItem]) -> Counter[str]:
    """How often each thing is done for the findings of one organization."""
    tally: Counter[str] = Counter()
    mails = set()
    for item in items:
        tally[item.outcome] += 1
        tally["lapsed"] += item.lapses
        tally["collapsed"] += len(item.collapsed)
        for step in item.steps:
            rung = step.reached.rung
            tally["proposals"] += rung.kind is RungKind.PROPOSAL
            review = rung.counts is Limit.REVIEW
            mails |= {(address_key(person), review) for person in step.contacts}
    tally["messages"] = len(mails)
    return tally


def account_of_night(open_before: Mapping[State, int], tally: Counter[str]) -> dict[str, int]:
    """``open`` is the sum of the five outcomes: changed, noticed, held, failed and none."""
    total = sum(open_before.values())
    acted = {
        outcome.value: tally[outcome]
        for outcome in (Outcome.CHANGED, Outcome.NOTICED, Outcome.HELD, Outcome.FAILED)
    }
    return {
        "open": total,
        **acted,
        "none": total - sum(acted.values()),
        "waiting-for-us": open_before.get(State.SUBMITTED, 0),
        **{what: tally[what] for what in ("lapsed", "messages", "proposals", "collapsed")},
    }
