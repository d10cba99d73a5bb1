"""What became of the mails of each day, counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.calendar import start_of_day
from models.message import Message, MessageState
from models.queries.scope import EVERYTHING, Scope


class Became(StrEnum):
    """What is known of a mail that was to leave."""

    DELIVERED = "delivered"
    ACCEPTED = "accepted"
    HELD = "held"
    IN_DOUBT = "in-doubt"
    LOST = "lost"


OF_STATE: Mapping[MessageState, Became] = {
    MessageState.DELIVERED: Became.DELIVERED,
    MessageState.ACCEPTED: Became.ACCEPTED,
    MessageState.HELD: Became.HELD,
    MessageState.IN_DOUBT: Became.IN_DOUBT,
    MessageState.BOUNCED: Became.LOST,
    MessageState.REFUSED: Became.LOST,
}
_LATE = timedelta(days=7)
"""A mail is attempted at most so long after its time, which stands in the index of states."""


def delivery_days(
    session: Session, days: Sequence[date], scope: Scope = EVERYTHING
) -> dict[date, Counter[Became]]:
    """What became of the mails last attempted on each of ``days``, to organizations in ``scope``.

    ``days`` follow each other, the oldest first.
    """
    attempted = col(Message.attempted_at)
    begins = [start_of_day(day) for day in (*days, days[-1] + timedelta(days=1))]
    of_day = [
        func.count().filter(attempted >= begin, attempted < end) for begin, end in pairwise(begins)
    ]
    query = (
        select(col(Message.state), *of_day)
        .where(
            col(Message.state).in_(OF_STATE),
            col(Message.next_attempt_at) >= begins[0] - _LATE,
            attempted >= begins[0],
            attempted < begins[-1],
            scope.of(Message.organization_id),
        )
        .group_by(col(Message.state))
    )
    found: dict[date, Counter[Became]] = {day: Counter() for day in days}
    for state, *counts in session.connection().execute(query):
        for day, n in zip(days, counts, strict=True):
            found[day][OF_STATE[MessageState(state)]] += n
    return found
