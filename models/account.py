"""Accounts: who may sign in, as what, for which organization."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column
from models.rights import AccountRole


class Account(SQLModel, table=True):
    """A person who signs in with ``login`` and is known to others, and to the history, by ``name``.

    ``organization_id`` is what the account sees: an organization its own findings, a supervisor
    the organizations below it too, the commission's people everything. ``generation`` counts
    what ends every session: a new password, a new role, being disabled. ``otp_step`` is the
    last half minute whose code was used, so that each code works once.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("oidc_issuer", "oidc_subject"),)

    id: int | None = Field(default=None, primary_key=True)
    login: str = Field(unique=True, max_length=100)
    name: str = Field(unique=True, max_length=100)
    role: AccountRole = Field(sa_type=enum_column(AccountRole))
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    email: str | None = Field(default=None, max_length=254)
    language: str = Field(default="zh", max_length=2)
    active: bool = True
    generation: int = 0
    password_hash: str | None = Field(default=None, max_length=200)
    password_set_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    otp_secret: str | None = Field(default=None, max_length=255)
    otp_confirmed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    otp_step: int = 0
    oidc_issuer: str | None = Field(default=None, max_length=200)
    oidc_subject: str | None = Field(default=None, max_length=200)
    keys_off: bool = False
    created_at: datetime = Field(sa_type=UTCDateTime)
    signed_in_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
