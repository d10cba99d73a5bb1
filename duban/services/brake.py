"""The brake: a night far beyond its forecast waits for a person."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from duban.services.decide_batch import batches, tally
from duban.services.night import Night
from models.queries.runs import confirmed_by


@dataclass(frozen=True)
class Braking:
    """How many findings a run would act on, how many were foreseen, and whether it stops."""

    planned: int
    expected: int
    stops: bool


def weigh(night: Night, due: int, foreseen: int) -> Braking:
    """A first glance at a night: how many findings may be due, and whether to look closely.

    Foreseen is what stood in the book for tonight when the last check that finished was at
    work; of another ladder or another calendar nothing was.
    """
    return Braking(due, foreseen, stops=due > _most(night, foreseen))


def judge(
    session: Session, night: Night, planned: int, expected: int, business_date: date
) -> Braking:
    """Whether the night must wait: beyond its forecast, and nobody has confirmed it.

    ``planned`` is counted exactly, so it is asked only of a night that a first glance held.
    """
    beyond = planned > _most(night, expected)
    return Braking(planned, expected, beyond and confirmed_by(session, business_date) is None)


def count_acts(session: Session, night: Night) -> int:
    """How many findings the night would act on, exactly."""
    acts = 0
    for _batch in batches(session, night):
        done = tally(session)
        acts += done["lapsed"] + done["noticed"]
    return acts


def _most(night: Night, expected: int) -> int:
    brake = night.rules.policy.brake
    return expected + max(brake.findings, int(expected * brake.percent / 100))
