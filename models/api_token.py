"""Tokens of the API, and the answers that repeated requests get."""

from datetime import datetime

from sqlalchemy import JSON, LargeBinary
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class ApiToken(SQLModel, table=True):
    """A token, shown once and stored as its SHA-256; ``scopes`` are of ``TokenScope``."""

    __tablename__ = "api_tokens"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="accounts.id", index=True)
    name: str = Field(max_length=100)
    beginning: str = Field(max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    scopes: list[str] = Field(default_factory=list, sa_type=JSON)
    created_at: datetime = Field(sa_type=UTCDateTime)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class IdempotentAnswer(SQLModel, table=True):
    """What a request with an Idempotency-Key was answered; without a status it is at work."""

    __tablename__ = "idempotent_answers"

    account_id: int = Field(primary_key=True)
    key: str = Field(primary_key=True, max_length=255)
    request: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UTCDateTime, index=True)
    status: int | None = None
    headers: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    body: bytes = Field(default=b"", sa_type=LargeBinary)
