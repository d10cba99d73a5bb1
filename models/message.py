"""The outbox: mails rendered, frozen and waiting to be sent."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column

NO_LONGER_TRUE = "no-longer-true"
"""The answer kept with a mail that was cancelled instead of sent."""


class MessageState(StrEnum):
    """Where a mail is on its way to the mail server."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_DOUBT = "in-doubt"
    CANCELLED = "cancelled"


class Message(SQLModel, table=True):
    """One mail to one person; ``step_key`` makes a second one impossible.

    ``guard`` holds the lines of a night's mail: finding, rung, what is said and the last
    day that it names. They are looked at again, and the mail is made anew, before sending.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_state_next", "state", "next_attempt_at"),)

    id: str = Field(primary_key=True, max_length=32)
    step_key: str = Field(unique=True, max_length=200)
    template: str = Field(max_length=32)
    contact_id: int = Field(foreign_key="contacts.id", index=True)
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    letter_id: int | None = Field(default=None, foreign_key="letters.id", index=True)
    run_id: int | None = Field(default=None, foreign_key="nightly_runs.id", index=True)
    to: str = Field(max_length=254)
    to_name: str = Field(max_length=100)
    language: str = Field(max_length=2)
    subject: str
    text: str
    html: str
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    guard: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: MessageState = Field(default=MessageState.QUEUED, sa_type=enum_column(MessageState))
    queued_at: datetime = Field(sa_type=UTCDateTime)
    next_attempt_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    provider_id: str | None = Field(default=None, max_length=200)
    answer: str | None = None
