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

    ``as_of`` is the instant it was asked about, ``started_at`` when it was at work and
    ``seconds`` how long that took; of ``counts``, ``open`` is the sum of the five outcomes.
    """

    __tablename__ = "nightly_runs"
    __table_args__ = (UniqueConstraint("business_date", "attempt"),)

    id: int | None = Field(default=None, primary_key=True)
    business_date: date
    attempt: int = 1
    as_of: datetime = Field(sa_type=UTCDateTime)
    started_at: datetime = Field(sa_type=UTCDateTime)
    seconds: float | None = None
    via: str = Field(max_length=16)
    flow_run_id: str | None = Field(default=None, max_length=64)
    state: RunState = Field(default=RunState.RUNNING, sa_type=enum_column(RunState))
    covered_by: int | None = Field(default=None, foreign_key="nightly_runs.id")
    calendar_version: str = Field(default="", max_length=200)
    policy_version: str = Field(default="", max_length=64)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    forecast: dict[str, int] = Field(default_factory=dict, sa_type=JSON)
    expected: int | None = None
    planned: int | None = None
    confirmed_by: str | None = Field(default=None, max_length=100)
    warnings: list[str] = Field(default_factory=list, sa_type=JSON)


class RunItem(SQLModel, table=True):
    """What a run did, or deliberately did not do, for one finding.

    Findings for which nothing was due have no row: the reason follows from their
    state at the run's instant.
    """

    __tablename__ = "run_items"
    __table_args__ = (UniqueConstraint("run_id", "finding_id"),)

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="nightly_runs.id")
    finding_id: int = Field(foreign_key="findings.id", index=True)
    outcome: str = Field(max_length=16)
    reason: str | None = Field(default=None, max_length=32)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
