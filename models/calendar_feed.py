"""Calendar subscriptions: one secret address for each organization."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class CalendarFeed(SQLModel, table=True):
    """A subscription, known by the SHA-256 of its secret; a new one revokes the old."""

    __tablename__ = "calendar_feeds"

    secret_hash: str = Field(primary_key=True, max_length=64)
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: str = Field(max_length=100)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
