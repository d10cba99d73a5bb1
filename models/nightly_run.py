"""The ledger of nights: which were checked, and what each did or left undone."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class RunState(StrEnum):
    """How a night went; only the two ``completed`` ones count as done."""

    RUNNING = "running"
    COMPLETED = "completed"
    WARNINGS = "completed-with-warnings"
    STOPPED = "stopped"
    FAILED = "failed"
    MISSED = "missed"


DONE_STATES = (RunState.COMPLETED, RunState.WARNINGS, RunState.MISSED)
"""A missed night that a later run covered needs no run of its own."""


class NightlyRun(SQLModel, table=True):
    """One attempt at one night.

    What a run did stands in what it wrote (``run_id``); what it did not do, and why, follows
    from the findings' histories, the calendar and the policy, so no row is kept for it.
    ``as_of`` is the instant it was asked about; of what the calendar makes due the run looks at
    what came since ``since``, of everything open where that is null. ``started_at`` when it
    was at work and ``seconds`` how long that took; of ``counts``, ``open`` is the sum of the
    five outcomes.
    """

    __tablename__ = "nightly_runs"
    __table_args__ = (UniqueConstraint("business_date", "attempt"),)

    id: int | None = Field(default=None, primary_key=True)
    business_date: date
    attempt: int = 1
    as_of: datetime = Field(sa_type=UTCDateTime)
    since: datetime | None = Field(default=None, sa_type=UTCDateTime)
    started_at: datetime = Field(sa_type=UTCDateTime)
    seconds: float | None = None
    via: str = Field(max_length=16)
    flow_run_id: str | None = Field(default=None, max_length=64)
    state: RunState = Field(default=RunState.RUNNING, sa_type=enum_column(RunState))
    shards: int = 1
    covered_by: int | None = Field(default=None, foreign_key="nightly_runs.id")
    calendar_version: str = Field(default="", max_length=200)
    policy_version: str = Field(default="", max_length=64)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    expected: int | None = None
    planned: int | None = None
    confirmed_by: str | None = Field(default=None, max_length=100)
    warnings: list[str] = Field(default_factory=list, sa_type=JSON)


class RunFailure(SQLModel, table=True):
    """A finding that a run could not check; it stays due."""

    __tablename__ = "run_failures"

    run_id: int = Field(primary_key=True, foreign_key="nightly_runs.id")
    finding_id: int = Field(primary_key=True, foreign_key="findings.id", index=True)
    error: str = Field(max_length=100)


class RunUnreached(SQLModel, table=True):
    """A rung that a run could tell nobody of an organization; it comes again tomorrow."""

    __tablename__ = "run_unreached"

    run_id: int = Field(primary_key=True, foreign_key="nightly_runs.id")
    organization_id: int = Field(primary_key=True, foreign_key="organizations.id")
    rung: str = Field(primary_key=True, max_length=32)


class PolicyVersion(SQLModel, table=True):
    """A policy that nights ran by, kept so that they can be explained after it changes."""

    __tablename__ = "policy_versions"

    version: str = Field(primary_key=True, max_length=64)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
