"""What was heard of a mail after it left: events of a provider, and mail that came back."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class Heard(StrEnum):
    """What an event says of a mail; the later of two never takes back the worse."""

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    DROPPED = "dropped"
    SEEN = "seen"
    """A copy of it lies in the archive, so the mail server took it."""


class EventSource(StrEnum):
    """By which way an event came."""

    WEBHOOK = "webhook"
    MAILBOX = "mailbox"


class DeliveryEvent(SQLModel, table=True):
    """One thing heard of one mail, kept once however often it is told.

    ``key`` is made of what the event says (mail, kind, time, the provider's number) and never of
    the provider's own event id, which changes when an event is told again. ``address`` is whom
    it is about; ``message_id`` is null where no mail of ours has that number.
    """

    __tablename__ = "delivery_events"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    message_id: str | None = Field(default=None, index=True, max_length=32)
    heard: Heard = Field(sa_type=enum_column(Heard))
    source: EventSource = Field(sa_type=enum_column(EventSource))
    at: datetime = Field(sa_type=UTCDateTime)
    received_at: datetime = Field(sa_type=UTCDateTime, index=True)
    provider_id: str | None = Field(default=None, max_length=200)
    address: str | None = Field(default=None, max_length=254)
    reason: str | None = Field(default=None, max_length=500)
