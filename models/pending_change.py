"""What cannot be undone waits for a second person."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class PendingChange(SQLModel, table=True):
    """A change that somebody proposed; ``kind`` names the service that carries it out."""

    __tablename__ = "pending_changes"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=32)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    proposed_at: datetime = Field(sa_type=UTCDateTime)
    proposed_by: str = Field(max_length=100)
    approved: bool | None = Field(default=None, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=100)
    reason: str | None = None
