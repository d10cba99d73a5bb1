"""How many findings there are, so that nobody has to count them."""

from datetime import date

from sqlmodel import Field, SQLModel

from models.columns import enum_column
from models.transitions import State


class FindingCount(SQLModel, table=True):
    """The findings of an organization that are alike; ``received`` means acknowledged.

    Whoever changes a finding changes the sums in the same transaction
    (``duban/services/count_findings.py``). A row may stand at zero. ``state`` is the recorded
    one: a period that ended since the last check is found through the findings' index.
    """

    __tablename__ = "finding_counts"
    __table_args__ = {"sqlite_with_rowid": False}

    organization_id: int = Field(primary_key=True, foreign_key="organizations.id")
    state: State = Field(primary_key=True, sa_type=enum_column(State))
    received: bool = Field(primary_key=True)
    provisional: bool = Field(primary_key=True)
    escalated: bool = Field(primary_key=True)
    n: int


class DueCount(SQLModel, table=True):
    """How many findings run until a last day, overdue ones included: their phase is running.

    So what is overdue or comes due soon is a sum, on any day, with no check in between.
    """

    __tablename__ = "due_counts"
    __table_args__ = {"sqlite_with_rowid": False}

    last_day: date = Field(primary_key=True)
    n: int
