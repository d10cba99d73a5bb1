"""Findings (问题清单条目): what a leader pointed out and an organization must rectify."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column
from models.transitions import State


class Finding(SQLModel, table=True):
    """One finding and where it stands.

    ``original_*`` is the date first promised and never changes within a window;
    the plain pair is today's. ``overdue_at`` is the effective instant of becoming
    overdue. ``next_action_at`` is the earliest instant at which the nightly check
    may have something to do; null means never, until somebody acts.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(
            "ix_findings_next_action_open",
            "next_action_at",
            sqlite_where=text("next_action_at IS NOT NULL"),
            postgresql_where=text("next_action_at IS NOT NULL"),
        ),
        Index("ix_findings_organization_due", "organization_id", "due_at"),
        Index("ix_findings_state_due", "state", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    batch_id: int | None = Field(default=None, foreign_key="import_batches.id", index=True)
    code: str | None = Field(default=None, max_length=200)
    organization_id: int = Field(foreign_key="organizations.id")
    letter_id: int | None = Field(default=None, foreign_key="letters.id", index=True)
    item: int | None = None
    text: str
    category: str | None = None
    source: str | None = None
    raised_by: str | None = None
    requirement: str | None = None
    measures: str | None = None
    owner: str | None = None
    lead: str | None = None
    co_organizations: str | None = None
    remark: str | None = None
    ledger_due: str | None = None
    meeting_on: date | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)

    state: State = Field(default=State.DRAFT, sa_type=enum_column(State))
    version: int = 0
    issued_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    acknowledged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    rectified_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    overdue_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)
    sign_by: date | None = None
    review_by: date | None = None
    original_last_day: date | None = None
    original_due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    last_day: date | None = None
    due_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    provisional: bool = False
    on_time_original: bool | None = None
    on_time: bool | None = None
    returns: int = 0
    rung: int = 0
    next_action_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
