"""The brake: a night far beyond its forecast waits for a person."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from duban.services.plan_night import Outcome, plan_night
from duban.services.rules import Rules
from models.queries.due import count_due
from models.queries.runs import confirmed_by, expected_by


@dataclass(frozen=True)
class Braking:
    """How many findings a run would act on, how many were foreseen, and whether it stops."""

    planned: int
    expected: int
    stops: bool


def look_ahead(session: Session, rules: Rules, *, as_of: datetime, business_date: date) -> Braking:
    """Whether the night must wait: beyond its forecast, and nobody has confirmed it."""
    expected = expected_by(session, as_of)
    brake = rules.policy.brake
    limit = expected + max(brake.findings, int(expected * brake.percent / 100))
    planned = _planned(session, rules, as_of, limit)
    stops = planned > limit and confirmed_by(session, business_date) is None
    return Braking(planned, expected, stops)


def _planned(session: Session, rules: Rules, as_of: datetime, limit: int) -> int:
    """How many findings a run would act on; counted exactly only where it could matter."""
    at_most = count_due(session, as_of)
    if at_most <= limit:
        return at_most
    acting = (Outcome.CHANGED, Outcome.NOTICED)
    return sum(item.outcome in acting for item in plan_night(session, rules, as_of))
