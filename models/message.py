"""The outbox: mails rendered, frozen and waiting to be sent."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column

DIGEST, REVIEW_LATE = "digest", "review-late"
"""The mails of a night: to an organization of its findings, to us of our own reviews."""

OVERDUE, REMINDER = "overdue", "reminder"
"""What a night's digest unfolds into when it leaves: formal notices, and what only reminds."""

BRIEF = "brief"
"""The commission's mail of the morning; ``guard`` holds the figures that it named."""

URGED = "urged"
"""The mail by which somebody urges by hand; ``guard`` holds the findings and who did it."""

VIEWS = "views"
"""The mail about saved views, to an account on the days that it chose."""

NO_LONGER_TRUE = "no-longer-true"
"""The answer kept with a mail that was cancelled instead of sent."""

JOINED = "joined"
"""The same of a mail whose lines left in another one."""

NOBODY_THERE = "nobody-there"
"""The same where the person receives mail no more and nobody else did instead."""

REHEARSED = "rehearsal"
"""The same of a mail of a rehearsal, which never leaves."""

SETTLED = "settled: "
"""Before the name and the reason in the answer of a mail that somebody settled by hand."""

NO_PROOF = "no-proof"
"""The same of a mail that is held: nobody knows whether it was taken."""

HEARD_LATER = "heard-later"
"""The answer kept with a mail of which it was heard only later that it had been taken."""

HELD_UNTIL = datetime(9999, 1, 1, tzinfo=UTC)
"""The next attempt of a mail that was queued when a rehearsal began: not before its end."""


class MessageState(StrEnum):
    """Where a mail is on its way to its reader.

    Of a mail in doubt nobody knows whether it was taken; one that is held was in doubt, no
    proof was found, and a person decides. Accepted is what the mail server said, delivered and
    bounced what was heard of it later.
    """

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_DOUBT = "in-doubt"
    CANCELLED = "cancelled"
    HELD = "held"
    DELIVERED = "delivered"
    BOUNCED = "bounced"


TAKEN = (MessageState.ACCEPTED, MessageState.DELIVERED)
"""The mail server took it, and nothing else was heard."""

NOT_ARRIVED = (MessageState.REFUSED, MessageState.BOUNCED)
"""It reached nobody."""

UNSETTLED = (MessageState.QUEUED, MessageState.SENDING, MessageState.IN_DOUBT)
"""It may yet leave by itself."""


MAY_YET_LEAVE = "state IN ({})".format(", ".join(f"'{state}'" for state in UNSETTLED))


class Message(SQLModel, table=True):
    """One mail to one person; ``step_key`` makes a second one impossible.

    A mail about an act is rendered with the act. A night's mail is rendered when it leaves:
    until then ``guard`` holds the rungs that this address hears, afterwards also the lines
    that it said (finding, rung, what is said, the last day named), the letters that it is about
    and the mails that ``joined`` it. A mail to an account has no
    contact; one that holds a link for one person is forgotten when it has left (``forget_text``).
    ``blind_copies`` counts how often it was handed over again though nobody knew whether it had
    been taken; ``joined_id`` is the mail in which the lines of this one left.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_state_next", "state", "next_attempt_at", "id"),
        Index("ix_messages_run_organization", "run_id", "organization_id"),
        Index(
            # Who asks what else waits for a person asks of the few that are not settled.
            "ix_messages_unsettled",
            "contact_id",
            sqlite_where=text(MAY_YET_LEAVE),
            postgresql_where=text(MAY_YET_LEAVE),
        ),
    )

    id: str = Field(primary_key=True, max_length=32)
    step_key: str = Field(unique=True, max_length=200)
    template: str = Field(max_length=32)
    contact_id: int | None = Field(default=None, foreign_key="contacts.id")
    organization_id: int
    letter_id: int | None = Field(default=None, foreign_key="letters.id")
    run_id: int | None = None
    to: str = Field(max_length=254)
    to_name: str = Field(max_length=100)
    language: str = Field(max_length=2)
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    guard: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    state: MessageState = Field(default=MessageState.QUEUED, sa_type=enum_column(MessageState))
    queued_at: datetime = Field(sa_type=UTCDateTime)
    next_attempt_at: datetime = Field(sa_type=UTCDateTime)
    attempts: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    bounced_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    blind_copies: int = 0
    joined_id: str | None = Field(default=None, max_length=32)
    provider_id: str | None = Field(default=None, max_length=200)
    answer: str | None = None
    forget_text: bool = False

    def tells(self, finding_id: int, rung: str) -> bool:
        """Whether this mail of a night said that a finding reached a rung, or may yet say it."""
        if "lines" in self.guard:
            return [finding_id, rung] in [line[:2] for line in self.guard["lines"]]
        return rung in self.guard.get("rungs", ())
