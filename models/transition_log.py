"""The history of every finding: one row for each arrow taken."""

from collections.abc import Iterable
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


ANEW = "anew"
"""Set in the details of a reinstatement that begins a new window."""

_TAKES_BACK = {
    Event.REINSTATE: Event.WITHDRAW, Event.REVOKE: Event.EXTEND, Event.ANNUL: Event.ACKNOWLEDGE,
}  # fmt: skip


def standing(history: Iterable[TransitionRecord]) -> list[TransitionRecord]:
    """A history, oldest first, without what was taken back and the taking back of it.

    A reinstatement that begins a new window stays, and the step of the ladder that a rescinding
    is about is no arrow.
    """
    stood: list[TransitionRecord] = []
    for record in history:
        undone = _TAKES_BACK.get(record.event)
        if undone is not None:
            last = max((n for n, one in enumerate(stood) if one.event is undone), default=None)
            if last is not None:
                del stood[last]
        if undone is None or begins_window(record):
            stood.append(record)
    return stood


def begins_window(record: TransitionRecord) -> bool:
    """Whether a window begins with it, so that no extension from before counts any more."""
    return record.event in (Event.ISSUE, Event.REOPEN) or ANEW in record.details


def standing_extension(history: Iterable[TransitionRecord]) -> TransitionRecord | None:
    """The last extension that counts, if any does."""
    last = None
    for record in standing(history):
        if begins_window(record):
            last = None
        elif record.event is Event.EXTEND:
            last = record
    return last
