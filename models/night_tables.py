"""Working tables of a night: they hold one batch and are the connection's own.

A batch of due findings is decided in ``tonight`` and ``tonight_steps``, by what the ladder
says of each day in ``track_rungs``, and then carried out from there, so
that no finding becomes an object of the program.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
)
from sqlalchemy.schema import CreateTable

from models.columns import UTCDateTime, enum_column
from models.ladder import RungKind, Track
from models.organization import ContactRole
from models.transitions import State

_metadata = MetaData()


def _working(name: str, *columns: Column[Any], key: Sequence[str] = ()) -> Table:
    """A table with a ``key`` that only SQLite has: PostgreSQL joins whole batches by hashing,
    and keeping these indexes took 0.35 s of 4.6 in a night of 200,000."""
    keys = [PrimaryKeyConstraint(*key).ddl_if(dialect="sqlite")] if key else []
    return Table(
        name, _metadata, *columns, *keys, prefixes=["TEMPORARY"],
        postgresql_on_commit="DELETE ROWS",
    )  # fmt: skip


tonight = _working(
    "tonight",
    Column("finding_id", Integer, nullable=False, autoincrement=False),
    Column("organization_id", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", enum_column(State), nullable=False),
    Column("state", enum_column(State), nullable=False),
    Column("lapses", Boolean, nullable=False),
    Column("due_at", UTCDateTime),
    Column("received", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("escalated", Boolean, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("extension_pending", Boolean, nullable=False),
    Column("track", enum_column(Track)),
    Column("limit_day", Date),
    Column("side_track", enum_column(Track)),
    Column("side_day", Date),
    Column("noted_at", UTCDateTime),
    key=("finding_id",),
)
"""The batch: findings in which something may be due, and the state that they will have;
``noted_at`` is the note in ``look_again`` that was there when they were read."""

tonight_steps = _working(
    "tonight_steps",
    Column("finding_id", Integer, nullable=False, autoincrement=False),
    Column("rung", String(32), nullable=False),
    Column("organization_id", Integer, nullable=False),
    Column("kind", enum_column(RungKind), nullable=False),
    Column("level", Integer, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("held", String(32)),
    key=("finding_id", "rung"),
)
"""Rungs of the batch that came and were not told yet; ``held`` says why not, if not now."""

outcomes = _working(
    "outcomes",
    Column("finding_id", Integer, nullable=False, autoincrement=False),
    Column("told", Boolean, nullable=False),
    Column("level", Integer, nullable=False),
    Column("proposals", Integer, nullable=False),
    Column("collapsed", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
    key=("finding_id",),
)
"""The steps of each finding summed up; ``again`` says that the check comes back tomorrow."""

hearers = _working(
    "hearers",
    Column("rung", String(32), primary_key=True),
    Column("role", enum_column(ContactRole), primary_key=True),
    Column("template", String(32), nullable=False),
)
"""Whom the policy has told of each rung, and by which mail."""

letterboxes = _working(
    "letterboxes",
    Column("template", String(32), nullable=False),
    Column("organization_id", Integer, nullable=False),
    Column("first_id", Integer, nullable=False),
    Column("contact_id", Integer, nullable=False),
    Column("roles", Integer, nullable=False),
    Column("reached", Integer, nullable=False),
    key=("template", "organization_id", "first_id"),
)
"""Addresses that a mail about an organization goes to: the first of those who share it, the
first of them who hears what is told, the roles of all, and every role that has an address."""

heard = _working(
    "heard",
    Column("organization_id", Integer, primary_key=True, autoincrement=False),
    Column("rung", String(32), primary_key=True),
    Column("by_role", Boolean, nullable=False),
    Column("reached", Integer, nullable=False),
)
"""Which rungs somebody with an address hears, by organization of the batch, and the roles that
have one; where nobody hears a rung by role, everybody with an address does."""

track_rungs = _working(
    "track_rungs",
    Column("track", enum_column(Track), primary_key=True),
    Column("limit_day", Date, primary_key=True),
    Column("rung", String(32), primary_key=True),
    Column("kind", enum_column(RungKind), nullable=False),
    Column("level", Integer, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("held", String(32)),
    Column("extension_holds", Boolean, nullable=False),
    Column("told_to_us", Boolean, nullable=False),
)
"""What has come by this night for a limit's last day; ``held`` is the same for every finding."""


def make_working_tables(connection: Connection) -> None:
    """The tables on ``connection``, emptied of what an earlier batch left there."""
    for table in _metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        connection.execute(delete(table))
