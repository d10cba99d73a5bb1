"""Reminder letters (提醒函): one for each organization, born when it is issued."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class Letter(SQLModel, table=True):
    """A letter as issued; its number, rule, calendar and dates are frozen with it.

    ``due_at`` is the exclusive instant by which to finish, ``last_day`` the inclusive
    day that people are shown; ``report_by`` is the inclusive day for reporting back
    and ``sign_by`` the one for the receipt. Where a holiday notice gave another date since,
    ``proof`` holds it under ``settled``.
    """

    __tablename__ = "letters"
    __table_args__ = (UniqueConstraint("year", "sequence"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True, max_length=100)
    year: int
    sequence: int
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    meeting_on: date | None = None
    issued_at: datetime = Field(sa_type=UTCDateTime)
    issued_by: str = Field(max_length=100)
    window: str = Field(max_length=16)
    rule: str = Field(max_length=32)
    calendar_version: str = Field(max_length=100)
    provisional: bool = False
    last_day: date
    due_at: datetime = Field(sa_type=UTCDateTime)
    report_by: date
    report_due_at: datetime = Field(sa_type=UTCDateTime)
    sign_by: date
    proof: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)

    @property
    def present_last_day(self) -> date:
        """The inclusive day by which to finish as it stands after holiday notices."""
        settled = self.proof.get("settled")
        return date.fromisoformat(settled["last_day"]) if settled else self.last_day

    @property
    def present_report_by(self) -> date:
        """The same for reporting back, which moves along where it is the same day."""
        return self.present_last_day if self.report_by == self.last_day else self.report_by


class LetterCounter(SQLModel, table=True):
    """The last number given in a year; raised in the issuing transaction, so no gaps."""

    __tablename__ = "letter_counters"

    year: int = Field(primary_key=True)
    last: int
