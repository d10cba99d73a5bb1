"""The history of every finding: one row for each arrow taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column
from models.transitions import Event, Role, State

NOT_A_LAPSE = f"event <> '{Event.LAPSE}'"
"""In plain text, as in the index: that is how a database recognizes it."""


class TransitionRecord(SQLModel, table=True):
    """An event with the instant it took effect and the instant it was recorded."""

    __tablename__ = "transition_log"
    __table_args__ = (
        UniqueConstraint("finding_id", "version"),
        # Of acts, so that nights do not pay for it: what they lapse, their run accounts for.
        Index(
            "ix_transition_log_acts",
            "effective_at",
            sqlite_where=text(NOT_A_LAPSE),
            postgresql_where=text(NOT_A_LAPSE),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int
    version: int
    event: Event = Field(sa_type=enum_column(Event))
    source: State = Field(sa_type=enum_column(State))
    target: State = Field(sa_type=enum_column(State))
    effective_at: datetime = Field(sa_type=UTCDateTime)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    actor: str = Field(max_length=100)
    role: Role = Field(sa_type=enum_column(Role))
    reason: str | None = None
    run_id: int | None = Field(default=None, index=True)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
