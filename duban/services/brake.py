"""The brake: a night far beyond its forecast waits for a person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from duban.services.decide_batch import batches, tally
from duban.services.night import Night
from duban.services.parts_of_night import PartOfNight, parts_of_night
from models.queries.runs import confirmed_by


@dataclass(frozen=True)
class Braking:
    """How many findings a run would act on, how many were foreseen, and whether it stops."""

    planned: int
    expected: int
    stops: bool


def glance(session: Session, night: Night) -> Braking:
    """How many findings may be due, how many were foreseen, and whether to look closely.

    Foreseen is what stood in the book for tonight when the last check that finished was at
    work; of another ladder or another calendar nothing was.
    """
    return weigh(night, parts_of_night(session, night))


def weigh(night: Night, parts: Sequence[PartOfNight]) -> Braking:
    """The same for a night that was cut already."""
    due, foreseen = sum(part.n for part in parts), sum(part.foreseen for part in parts)
    return Braking(due, foreseen, stops=due > _most(night, foreseen))


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
