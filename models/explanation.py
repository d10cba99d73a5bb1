"""What an organization says about a delay (说明情况), and what the commission noted of a call."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class Explanation(SQLModel, table=True):
    """Why a finding is late, in the organization's words."""

    __tablename__ = "explanations"

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int = Field(foreign_key="findings.id", index=True)
    text: str
    said_at: datetime = Field(sa_type=UTCDateTime)
    said_by: str = Field(max_length=100)


class CallNote(SQLModel, table=True):
    """A telephone call about a letter (登记电话): when, with whom, what was agreed."""

    __tablename__ = "call_notes"

    id: int | None = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letters.id", index=True)
    spoken_with: str = Field(max_length=100)
    text: str
    called_at: datetime = Field(sa_type=UTCDateTime)
    noted_by: str = Field(max_length=100)
