"""Proposals to escalate (通报, 约谈, 移送); software proposes, a named person decides."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class EscalationState(StrEnum):
    """Whether somebody has decided, or the ground fell away before anybody did."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    DROPPED = "dropped"
    RESCINDED = "rescinded"
    """Approved by mistake; who took it back, when and why stands in the finding's history."""


class Escalation(SQLModel, table=True):
    """One rung from the circular upwards, once for each finding and due date."""

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("finding_id", "due_on", "rung"),)

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int
    organization_id: int
    due_on: date
    rung: str = Field(max_length=32)
    level: int
    effective_on: date
    state: EscalationState = Field(
        default=EscalationState.PROPOSED, sa_type=enum_column(EscalationState), index=True
    )
    proposed_at: datetime = Field(sa_type=UTCDateTime)
    run_id: int | None = Field(default=None, index=True)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=100)
    reason: str | None = None


class Notice(SQLModel, table=True):
    """Proof that a rung was told: of those that were not withdrawn there is one for each limit.

    Who was told stands in the mails of the same run and organization that hear this rung.
    ``withdrawn_at`` is set where no mail has said it and none will, because it was true no more.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index(
            # The day first: what a night tells of one day then lies together in the index.
            "uq_notices_told",
            "due_on",
            "finding_id",
            "rung",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(
            "ix_notices_withdrawn",
            "finding_id",
            sqlite_where=text("withdrawn_at IS NOT NULL"),
            postgresql_where=text("withdrawn_at IS NOT NULL"),
        ),
        Index("ix_notices_run_organization", "run_id", "organization_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int
    organization_id: int
    due_on: date
    rung: str = Field(max_length=32)
    run_id: int
    effective_on: date
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
