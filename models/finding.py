"""Findings (问题清单条目): what a leader pointed out and an organization must rectify."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column
from models.transitions import OPEN_STATES, RUNNING_STATES, State

_OTHERS = ", ".join(f"'{state}'" for state in State if state not in OPEN_STATES)
OPEN, NOT_OPEN = f"phase NOT IN ({_OTHERS})", f"phase IN ({_OTHERS})"
OPEN_AND_PROVISIONAL = f"provisional AND {OPEN}"
RUNS = "phase IN ({})".format(", ".join(f"'{state}'" for state in RUNNING_STATES))
UNSIGNED = f"phase = '{State.ISSUED}'"
AWAITS_REVIEW = "review_by IS NOT NULL"
"""In plain text, because a database uses an index of some rows only for a condition that it
recognizes; and turned round, because it would rather look for each state that it is given."""
LEDGER_ORDER = ("due_at", "letter_id", "item", "id")
"""The order of every list; those without a due instant come last."""

_NIGHT = ("id", "settled_at")
"""What a night asks of a day: which findings, and whether they were foreseen."""


class Finding(SQLModel, table=True):
    """One finding and where it stands.

    ``original_*`` is the date first promised and never changes within a window;
    the plain pair is today's. ``overdue_at`` is the effective instant of becoming
    overdue. ``phase`` is the state as acts left it, so never overdue
    (``models.transitions.phase_of``). ``settled_at`` is when an act last settled state and
    dates: what was settled before last night's check was foreseen by it. ``escalated`` says
    that a proposal stands which was neither declined nor dropped.

    A night changes ``state``, ``version``, ``overdue_at``, ``rung`` and ``escalated`` and nothing
    else, and none of them stands in an index: so it writes no index of this table. Each index
    has its readers: ``last_day``, ``sign_by`` and ``review_by`` the check (and the status the
    last); the three in ledger order pages and drafts; ``provisional`` the status; ``letter_id``
    a letter and its references; ``batch_id`` the undoing of an import, while nothing of it is
    issued; ``key`` the comparison with a ledger.
    """

    __tablename__ = "findings"
    __table_args__ = (
        Index(
            "ix_findings_last_day",
            "last_day",
            *_NIGHT,
            sqlite_where=text(RUNS),
            postgresql_where=text(RUNS),
        ),
        Index(
            "ix_findings_sign_by",
            "sign_by",
            *_NIGHT,
            "last_day",
            sqlite_where=text(UNSIGNED),
            postgresql_where=text(UNSIGNED),
        ),
        Index("ix_findings_ledger", "phase", *LEDGER_ORDER, "organization_id"),
        Index(
            "ix_findings_organization_open",
            "organization_id",
            *LEDGER_ORDER,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index(
            "ix_findings_organization_other",
            "organization_id",
            "phase",
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
            *_NIGHT,
            sqlite_where=text(AWAITS_REVIEW),
            postgresql_where=text(AWAITS_REVIEW),
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
    phase: State = Field(default=State.DRAFT, sa_type=enum_column(State))
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
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
