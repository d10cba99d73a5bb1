"""Proposals to escalate (通报, 约谈, 移送); software proposes, a named person decides."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class EscalationState(StrEnum):
    """Whether somebody has decided, or the ground fell away before anybody did."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    DROPPED = "dropped"


class Escalation(SQLModel, table=True):
    """One rung from the circular upwards, once for each finding and due date."""

    __tablename__ = "escalations"
    __table_args__ = (UniqueConstraint("finding_id", "due_on", "rung"),)

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id")
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    due_on: date
    rung: str = Field(max_length=32)
    level: int
    effective_on: date
    state: EscalationState = Field(
        default=EscalationState.PROPOSED, sa_type=enum_column(EscalationState), index=True
    )
    proposed_at: datetime = Field(sa_type=UTCDateTime)
    run_id: int | None = Field(default=None, foreign_key="nightly_runs.id")
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: str | None = Field(default=None, max_length=100)
    reason: str | None = None


class Notice(SQLModel, table=True):
    """Proof that a rung was told to a person: the key that makes it happen once."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("finding_id", "due_on", "rung", "contact_id"),)

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id")
    due_on: date
    rung: str = Field(max_length=32)
    contact_id: int = Field(foreign_key="contacts.id")
    message_id: str = Field(foreign_key="messages.id", index=True, max_length=32)
    run_id: int | None = Field(default=None, foreign_key="nightly_runs.id", index=True)
    effective_on: date
    recorded_at: datetime = Field(sa_type=UTCDateTime)
