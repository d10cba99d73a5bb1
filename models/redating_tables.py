"""Working tables of a holiday notice that moves due dates: the connection's own.

Findings with the same dates that stand at the same place are a case; what becomes of them
is worked out once and kept in ``redate_cases``, and ``redating`` says which finding is of
which case.
"""

from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, MetaData, String, Table
from sqlalchemy.schema import CreateTable, DropTable

from models.columns import UTCDateTime, enum_column
from models.transitions import State

_metadata = MetaData()

redate_cases = Table(
    "redate_cases",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("issued_at", UTCDateTime, nullable=False, index=True),
    Column("window", String(16), nullable=False),
    Column("rule", String(32), nullable=False),
    Column("original_last_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("state", enum_column(State), nullable=False),
    Column("received", Boolean, nullable=False),
    Column("lapsed", Boolean, nullable=False),
    Column("sign_by", Date),
    Column("review_by", Date),
    Column("source", enum_column(State), nullable=False),
    Column("target", enum_column(State), nullable=False),
    Column("moves", Boolean, nullable=False),
    Column("to_original_last_day", Date, nullable=False),
    Column("to_original_due_at", UTCDateTime, nullable=False),
    Column("to_last_day", Date, nullable=False),
    Column("to_due_at", UTCDateTime, nullable=False),
    Column("to_provisional", Boolean, nullable=False),
    Column("comes", Boolean, nullable=False),
    Column("details", JSON, nullable=False),
    prefixes=["TEMPORARY"],
)
"""A case and what becomes of it; ``source`` is the state after a period that ended was noted."""

redating = Table(
    "redating",
    _metadata,
    Column("finding_id", Integer, primary_key=True, autoincrement=False),
    Column("case_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The findings whose dates there is something to record of."""


def make_redating_tables(connection: Connection) -> None:
    """Empty tables on ``connection``."""
    drop_redating_tables(connection)
    for table in (redate_cases, redating):
        connection.execute(CreateTable(table))


def drop_redating_tables(connection: Connection) -> None:
    """Let go of what they hold."""
    for table in (redating, redate_cases):
        connection.execute(DropTable(table, if_exists=True))
