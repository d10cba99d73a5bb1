"""Links that are mailed and work once: invitations and resets."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class LinkPurpose(StrEnum):
    """What a link opens."""

    INVITATION = "invitation"
    RESET = "reset"


class OneTimeLink(SQLModel, table=True):
    """A link, known by the SHA-256 of its token alone."""

    __tablename__ = "one_time_links"

    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: LinkPurpose = Field(sa_type=enum_column(LinkPurpose))
    account_id: int = Field(foreign_key="accounts.id", index=True)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
