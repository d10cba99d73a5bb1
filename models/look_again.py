"""Findings that the next check looks at although none of their days has come."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class LookAgain(SQLModel, table=True):
    """A finding whose day came before somebody's act, or that the last check could not serve.

    A night finds what is due by the calendar; here stands what the calendar does not say: an
    act that makes something due whose day is past already, a rung that was held back, a finding
    that could not be checked. From ``at`` on a check looks at it, once; ``set_at`` is when that
    was written down. No foreign key: a night that holds back many would pay for each, and a
    finding that somebody acted on is never deleted.
    """

    __tablename__ = "look_again"
    __table_args__ = {"sqlite_with_rowid": False}

    finding_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTCDateTime)
    set_at: datetime = Field(sa_type=UTCDateTime)
