"""A report that is being written; nobody but the organization sees it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class ReportDraft(SQLModel, table=True):
    """The text for one finding; evidence that waits with it has no submission yet."""

    __tablename__ = "report_drafts"

    finding_id: int = Field(primary_key=True, foreign_key="findings.id")
    text: str = ""
    saved_at: datetime = Field(sa_type=UTCDateTime)
    saved_by: str = Field(max_length=100)
