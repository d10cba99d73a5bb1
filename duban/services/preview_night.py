"""What a night would do, by the code of the night itself; nothing is written."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import Session

from duban.services.brake import Braking, look_ahead
from duban.services.plan_night import PlannedItem, plan_night
from duban.services.rules import Rules
from duban.services.tally_night import account_of_night, tally_of
from models.calendar import civil_date
from models.queries.due import count_open


@dataclass(frozen=True)
class Preview:
    """The planned items, the account that the run would give, and whether the brake stops it."""

    items: list[PlannedItem]
    counts: dict[str, int]
    braking: Braking


def preview_night(session: Session, rules: Rules, as_of: datetime) -> Preview:
    """The night of ``as_of`` as it would be if it ran on what is recorded now."""
    items = list(plan_night(session, rules, as_of))
    tally: Counter[str] = Counter()
    for _organization, members in groupby(items, key=lambda item: item.finding.organization_id):
        tally += tally_of(members)
    return Preview(
        items,
        account_of_night(count_open(session), tally),
        look_ahead(session, rules, as_of=as_of, business_date=civil_date(as_of)),
    )
