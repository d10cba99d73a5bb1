"""Saved views that come by mail: who wants which, on which days of the week."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class ViewMail(SQLModel, table=True):
    """An account's wish to have the numbers of a view by mail.

    ``weekdays`` holds the ISO numbers of the chosen days, Monday first: ``15`` is Monday and
    Friday. ``last_day`` is the last day whose mail was written.
    """

    __tablename__ = "view_mails"

    account_id: int = Field(primary_key=True, foreign_key="accounts.id")
    view_id: int = Field(primary_key=True, foreign_key="saved_views.id")
    weekdays: str = Field(max_length=7)
    since: datetime = Field(sa_type=UTCDateTime)
    last_day: date | None = None
