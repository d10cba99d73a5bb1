"""The log of the doors: who came in, who was turned away, who changed whose rights."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class AccountEvent(SQLModel, table=True):
    """One line; ``what`` is a fixed name, ``details`` hold no content of findings."""

    __tablename__ = "account_events"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    what: str = Field(max_length=48, index=True)
    account_id: int | None = Field(default=None, index=True)
    by: str = Field(default="", max_length=100)
    address: str = Field(default="", max_length=64)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
