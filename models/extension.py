"""Requests for more time (延期申请)."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class ExtensionRequest(SQLModel, table=True):
    """A request and its decision; ``late`` says that it came after expiry."""

    __tablename__ = "extension_requests"
    __table_args__ = (
        Index(
            "ix_extension_requests_pending",
            "finding_id",
            sqlite_where=text("granted IS NULL"),
            postgresql_where=text("granted IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id", index=True)
    period: str = Field(max_length=16)
    reason: str
    requested_at: datetime = Field(sa_type=UTCDateTime)
    requested_by: str = Field(max_length=100)
    late: bool
    old_last_day: date
    new_last_day: date
    granted: bool | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=100)
    decision_reason: str | None = None
