"""The floor's tables as SQLModel classes, for the peers."""

from sqlmodel import Field, SQLModel


class Finding(SQLModel, table=True):
    """A finding: state 0 issued, 1 acknowledged, 2 overdue, 3 rectified."""

    __tablename__ = "finding"

    id: int = Field(primary_key=True)
    org_id: int
    state: int
    step: int
    due_at: int
    issued_at: int
    ack_at: int | None
    next_action_at: int | None
    title: str
    description: str


class AuditEvent(SQLModel, table=True):
    """A change of state."""

    __tablename__ = "audit_event"

    id: int | None = Field(default=None, primary_key=True)
    finding_id: int
    from_state: int
    to_state: int
    at: int
    actor: str


class Escalation(SQLModel, table=True):
    """A step that was taken."""

    __tablename__ = "escalation"

    finding_id: int = Field(primary_key=True)
    step: int = Field(primary_key=True)
    at: int


class Outbox(SQLModel, table=True):
    """A digest to be sent to one organization."""

    __tablename__ = "outbox"

    id: int | None = Field(default=None, primary_key=True)
    org_id: int
    night: int
    body: str
    sent_at: int | None = None
