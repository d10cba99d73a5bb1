"""Keeping the counts of findings true: whoever changes findings says here what they were and are.

The sums are written once, as the last thing of a transaction and in one order, so that two
writers wait for each other only as long as a commit takes and never in a circle.
"""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from models.finding import Finding
from models.finding_count import FindingCount
from models.tables import insert_into
from models.transitions import State

_SUMS = "shifted_counts"


class Counted(NamedTuple):
    """What findings are counted by; ``received`` means acknowledged."""

    organization_id: int
    state: State
    received: bool
    provisional: bool
    escalated: bool


def counted(finding: Finding) -> Counted:
    """Where ``finding`` is counted as it is now."""
    return Counted(
        finding.organization_id,
        finding.state,
        finding.acknowledged_at is not None,
        finding.provisional,
        finding.escalated,
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
    """The same for whole sets, at once; ``sums`` gives the fields of ``Counted`` and a number.

    It is the last thing of its transaction, and in the order of the fields.
    """
    connection = session.connection()
    statement = insert_into(connection, FindingCount).from_select([*Counted._fields, "n"], sums)
    connection.execute(_added(statement))


def _added(statement: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    return statement.on_conflict_do_update(
        index_elements=list(Counted._fields),
        set_={"n": col(FindingCount.n) + statement.excluded.n},
    )


def _write(session: Session) -> None:
    session.flush()
    sums: Counter[Counted] = session.info[_SUMS]
    rows = [{**key._asdict(), "n": n} for key, n in sorted(sums.items()) if n]
    sums.clear()
    if not rows:
        return
    connection = session.connection()
    connection.execute(_added(insert_into(connection, FindingCount)), rows)
