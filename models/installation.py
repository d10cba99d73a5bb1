"""Facts about this database itself, and what was brought into it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime

COLUMNS = "columns"
"""Under this name the counts of an import keep its columns."""


class Installation(SQLModel, table=True):
    """The one row that says what kind of database this is.

    In a rehearsal (演练模式) everything works and no mail leaves.
    """

    __tablename__ = "installation"

    id: int = Field(default=1, primary_key=True)
    demo: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
    nights_from: date
    demo_now: datetime | None = Field(default=None, sa_type=UTCDateTime)
    rehearsal: bool = False


class ImportBatch(SQLModel, table=True):
    """One ledger file that was applied.

    ``counts`` also keeps the ledger's own columns, so that a ledger goes out in the same ones.
    """

    __tablename__ = "import_batches"

    id: int | None = Field(default=None, primary_key=True)
    file_name: str = Field(max_length=255)
    sha256: str = Field(max_length=64)
    applied_at: datetime = Field(sa_type=UTCDateTime)
    applied_by: str = Field(max_length=100)
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @property
    def tally(self) -> dict[str, int]:
        """How many rows of the file were new, changed, the same and refused."""
        return {name: n for name, n in self.counts.items() if name != COLUMNS}

    @property
    def columns(self) -> list[list[str]]:
        """Field and heading of the ledger's columns, from the left to the right."""
        found: list[list[str]] = self.counts.get(COLUMNS, [])
        return found


class CalendarImport(SQLModel, table=True):
    """A year's notice that was imported; shipped years stand in ``config/calendars``."""

    __tablename__ = "calendar_imports"
    __table_args__ = (UniqueConstraint("year", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    year: int
    version: int
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    imported_at: datetime = Field(sa_type=UTCDateTime)
    imported_by: str = Field(max_length=100)
