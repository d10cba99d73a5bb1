"""Reading everything there is, table by table, and whether somebody is at work on it."""

from collections.abc import Generator, Sequence

from sqlalchemy import RowMapping, Table, func, select
from sqlmodel import Session, col

from models.message import Message, MessageState
from models.nightly_run import NightlyRun, RunState

BATCH = 2000
"""So many rows are in memory at once."""


def count_rows(session: Session, table: Table) -> int:
    """How many rows a table has."""
    return session.connection().execute(select(func.count()).select_from(table)).scalar_one()


def batches_of(session: Session, table: Table) -> Generator[Sequence[RowMapping], None, None]:
    """All rows with typed values, by their key, at most ``BATCH`` of them at a time."""
    query = select(table).order_by(*table.primary_key.columns)
    with session.connection().execute(query.execution_options(yield_per=BATCH)) as result:
        yield from result.mappings().partitions()


def night_at_work(session: Session) -> NightlyRun | None:
    """A night that has begun and not ended."""
    query = select(NightlyRun).where(col(NightlyRun.state) == RunState.RUNNING)
    return session.scalars(query.limit(1)).first()


def mail_on_its_way(session: Session) -> Message | None:
    """A mail that is being handed over just now."""
    query = select(Message).where(col(Message.state) == MessageState.SENDING)
    return session.scalars(query.limit(1)).first()
