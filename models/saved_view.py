"""Named views of the ledger (我的视图)."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class SavedView(SQLModel, table=True):
    """A ledger's address under a name; shared ones are seen by everybody of the commission."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="accounts.id")
    name: str = Field(max_length=60)
    query: str = Field(max_length=2000)
    shared: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
