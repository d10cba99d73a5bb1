"""Findings (问题清单条目): what a leader pointed out and an organization must rectify."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column
from models.transitions import OPEN_STATES, State

_OTHERS = ", ".join(f"'{state}'" for state in State if state not in OPEN_STATES)
OPEN, NOT_OPEN = f"state NOT IN ({_OTHERS})", f"state IN ({_OTHERS})"
OPEN_AND_PROVISIONAL = f"provisional AND {OPEN}"
"""In plain text, because a database uses an index of some rows only for a condition that it
recognizes; and turned round, because it would rather look for each state that it is given."""
FOLLOWED = "issued_at IS NOT NULL AND rectified_at IS NULL AND withdrawn_at IS NULL"
"""Open too, but said without the state: an index of these rows is not touched by a lapse."""
LEDGER_ORDER = ("due_at", "letter_id", "item", "id")
"""The order of every list; those without a due instant come last."""


class Finding(SQLModel, table=True):
    """One finding and where it stands.

    ``original_*`` is the date first promised and never changes within a window;
    the plain pair is today's. ``overdue_at`` is the effective instant of becoming
    overdue. ``next_action_at`` is the earliest instant at which the nightly check
    may have something to do; null means never, until somebody acts. ``action_set_at`` is when
    that was settled: what was settled before last night's check was foreseen by it.
    ``escalated`` says that a proposal stands which was neither declined nor dropped.

    Every index is paid for in each night, so each has its readers: ``next_action_open`` the
    check; the three in ledger order pages, past-due counts and drafts (that of an organization's
    open findings does not know the state, so that a lapse does not touch it); ``provisional`` and
    ``review_by`` the status, and hold only the rows of these kinds; ``letter_id`` a
    letter and its references; ``batch_id`` the undoing of an import, while nothing of it is
    issued; ``key`` the comparison with a ledger.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(
            "ix_findings_next_action_open",
            "next_action_at",
            "id",
            "organization_id",
            sqlite_where=text("next_action_at IS NOT NULL"),
            postgresql_where=text("next_action_at IS NOT NULL"),
        ),
        Index("ix_findings_ledger", "state", *LEDGER_ORDER, "organization_id"),
        Index(
            "ix_findings_organization_open",
            "organization_id",
            *LEDGER_ORDER,
            sqlite_where=text(FOLLOWED),
            postgresql_where=text(FOLLOWED),
        ),
        Index(
            "ix_findings_organization_other",
            "organization_id",
            "state",
            *LEDGER_ORDER,
            sqlite_where=text(NOT_OPEN),
            postgresql_where=text(NOT_OPEN),
        ),
        Index(
            "ix_findings_batch_id",
            "batch_id",
            sqlite_where=text("issued_at IS NULL"),
            postgresql_where=text("issued_at IS NULL"),
        ),
        Index(
            "ix_findings_provisional",
            "last_day",
            sqlite_where=text(OPEN_AND_PROVISIONAL),
            postgresql_where=text(OPEN_AND_PROVISIONAL),
        ),
        Index(
            "ix_findings_review_by",
            "review_by",
            sqlite_where=text("review_by IS NOT NULL"),
            postgresql_where=text("review_by IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=200)
    fingerprint: str = Field(max_length=64)
    batch_id: int | None = Field(default=None, foreign_key="import_batches.id")
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
    withdrawn_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    overdue_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
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
    escalated: bool = False
    next_action_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    action_set_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
