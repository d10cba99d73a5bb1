"""Keeping the counts of findings true: whoever changes findings says here what they were and are.

The sums are written once, as the last thing of a transaction and in one order, so that two
writers wait for each other only as long as a commit takes and never in a circle.
"""

from collections import Counter
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.finding import Finding
from models.finding_count import DueCount, FindingCount
from models.tables import insert_into
from models.transitions import RUNNING_STATES, State

_SUMS = "shifted_counts"


class Counted(NamedTuple):
    """What findings are counted by; ``received`` means acknowledged.

    ``runs_until`` is the last day where the clock of the phase runs, overdue or not.
    """

    organization_id: int
    state: State
    received: bool
    provisional: bool
    escalated: bool
    runs_until: date | None = None


KEY = Counted._fields[:-1]
"""The key of ``finding_counts``."""


def counted(finding: Finding) -> Counted:
    """Where ``finding`` is counted as it is now."""
    return Counted(
        finding.organization_id,
        finding.state,
        finding.acknowledged_at is not None,
        finding.provisional,
        finding.escalated,
        finding.last_day if finding.phase in RUNNING_STATES else None,
    )


def shift(session: Session, before: Counted | None, after: Counted | None, n: int = 1) -> None:
    """``n`` findings are no longer ``before`` but ``after``; none means new, or gone.

    ``before`` is what the transaction itself found when it locked or changed the rows: what
    was read earlier may have been changed by somebody else. Written by ``Database.begin``.
    """
    sums: Counter[Counted] | None = session.info.get(_SUMS)
    if sums is None:
        sums = session.info[_SUMS] = Counter()
        session.info.setdefault("before_commit", []).append(_write)
    if before is not None:
        sums[before] -= n
    if after is not None:
        sums[after] += n


def shift_sets(session: Session, sums: Select[Any]) -> None:
    """The same for whole sets whose days stay; ``sums`` gives the fields of ``KEY`` and a number.

    It is the last thing of its transaction, and in the order of the fields.
    """
    connection = session.connection()
    new = insert_into(connection, FindingCount).from_select([*KEY, "n"], sums)
    connection.execute(_added(new, *KEY))


def _added(new: sqlite.Insert | postgresql.Insert, *key: str) -> sqlite.Insert | postgresql.Insert:
    n = new.table.c.n + new.excluded.n
    return new.on_conflict_do_update(index_elements=list(key), set_={"n": n})


def _write(session: Session) -> None:
    session.flush()
    sums: Counter[Counted] = session.info[_SUMS]
    alike: Counter[tuple[Any, ...]] = Counter()
    days: Counter[date] = Counter()
    for one, n in sums.items():
        alike[one[:-1]] += n
        if one.runs_until is not None:
            days[one.runs_until] += n
    sums.clear()
    of_day = [{"last_day": day, "n": n} for day, n in sorted(days.items()) if n]
    of_key = [{**dict(zip(KEY, key, strict=True)), "n": n} for key, n in sorted(alike.items()) if n]
    connection = session.connection()
    for model, rows, names in ((FindingCount, of_key, KEY), (DueCount, of_day, ("last_day",))):
        if rows:
            connection.execute(_added(insert_into(connection, model), *names), rows)
