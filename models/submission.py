"""What an organization reports, and what the verifier decided."""

from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class Decision(StrEnum):
    """How a submission was judged."""

    ACCEPTED = "accepted"
    RETURNED = "returned"


class Submission(SQLModel, table=True):
    """One report on one finding; a returned finding gets another."""

    __tablename__ = "submissions"

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id", index=True)
    report: str
    submitted_at: datetime = Field(sa_type=UTCDateTime)
    submitted_by: str = Field(max_length=100)
    on_time: bool
    review_by: date
    decision: Decision | None = Field(default=None, sa_type=enum_column(Decision))
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=100)
    reason: str | None = None


class Evidence(SQLModel, table=True):
    """One evidence file (佐证材料): what it was, and where its bytes are kept.

    ``place`` is its random name in the evidence folder; none where only a reference was
    entered. Without a submission it waits with the draft of its finding.
    """

    __tablename__ = "evidence"

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id", index=True)
    submission_id: int | None = Field(default=None, foreign_key="submissions.id", index=True)
    name: str = Field(max_length=255)
    size: int
    sha256: str = Field(max_length=64)
    place: str | None = Field(default=None, max_length=64)
    uploaded_at: datetime = Field(sa_type=UTCDateTime)
    uploaded_by: str = Field(max_length=100)
