"""A ledger that was uploaded and is being looked at before it is brought in."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class UploadedLedger(SQLModel, table=True):
    """A file in the data folder under a random name, until it is applied or forgotten."""

    __tablename__ = "uploaded_ledgers"

    id: str = Field(primary_key=True, max_length=32)
    name: str = Field(max_length=255)
    size: int
    sha256: str = Field(max_length=64)
    uploaded_at: datetime = Field(sa_type=UTCDateTime)
    uploaded_by: str = Field(max_length=100)
    account_id: int = Field(foreign_key="accounts.id", index=True)
    batch_id: int | None = Field(default=None, foreign_key="import_batches.id")
