"""The brake: a night far beyond its forecast waits for a person."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from duban.services.decide_batch import batches, tally
from duban.services.night import Night
from models.queries.due import count_due, count_foreseen
from models.queries.runs import confirmed_by, last_done


@dataclass(frozen=True)
class Braking:
    """How many findings a run would act on, how many were foreseen, and whether it stops."""

    planned: int
    expected: int
    stops: bool


def glance(session: Session, night: Night) -> Braking:
    """How many findings may be due, how many were foreseen, and whether to look closely.

    Foreseen is what stood in the book for tonight when the last check that finished was at
    work.
    """
    last = last_done(session)
    if last is None:
        due, expected = count_due(session, night.as_of), 0
    else:
        due, expected = count_foreseen(session, night.as_of, last.started_at)
    return Braking(due, expected, stops=due > _most(night, expected))


def look_ahead(session: Session, night: Night, business_date: date) -> Braking:
    """Whether the night must wait: beyond its forecast, and nobody has confirmed it.

    What a run would act on is counted exactly only where it could matter.
    """
    found = glance(session, night)
    if not found.stops:
        return found
    planned = _acting(session, night)
    beyond = planned > _most(night, found.expected)
    return Braking(planned, found.expected, beyond and confirmed_by(session, business_date) is None)


def _most(night: Night, expected: int) -> int:
    brake = night.rules.policy.brake
    return expected + max(brake.findings, int(expected * brake.percent / 100))


def _acting(session: Session, night: Night) -> int:
    acts: Counter[str] = Counter()
    for _batch in batches(session, night):
        acts += tally(session)
    return acts["lapsed"] + acts["noticed"]
