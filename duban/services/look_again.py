"""Noting what the next check must look at although the calendar does not say so."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, literal, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from models.columns import UTCDateTime
from models.look_again import LookAgain
from models.tables import insert_into, table_of


def look_again(session: Session, finding_id: int, *, at: datetime, now: datetime) -> None:
    """The first check at ``at`` or later looks at the finding; ``now`` is when that is noted."""
    row = {"finding_id": finding_id, "at": at, "set_at": now}
    connection = session.connection()
    connection.execute(_or_anew(insert_into(connection, LookAgain).values(row)))


def look_again_at_all(session: Session, ids: Select[Any], *, at: datetime, now: datetime) -> None:
    """The same for every finding whose id a statement selects."""
    found, instant = ids.subquery(), UTCDateTime()
    # A condition, because SQLite would take what follows the table for one of a join.
    rows = select(found.c[0], literal(at, instant), literal(now, instant)).where(true())
    connection = session.connection()
    names = ["finding_id", "at", "set_at"]
    connection.execute(_or_anew(insert_into(connection, LookAgain).from_select(names, rows)))


def look_no_more(session: Session, finding_id: int) -> None:
    """A finding that is closed needs no look."""
    noted = table_of(LookAgain).c
    session.connection().execute(delete(LookAgain).where(noted.finding_id == finding_id))


def _or_anew(new: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    return new.on_conflict_do_update(
        index_elements=["finding_id"],
        set_={"at": new.excluded.at, "set_at": new.excluded.set_at},
    )
