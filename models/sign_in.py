"""Sessions on the server, and how long a door stays shut after wrong guesses."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime


class SignIn(SQLModel, table=True):
    """One session; ``token_hash`` is the SHA-256 of what the cookie holds.

    ``generation`` must be that of the account. ``second_factor_at`` is when a code was last
    given in it; a session that still owes its code can do nothing else.
    """

    __tablename__ = "sign_ins"

    token_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="accounts.id", index=True)
    generation: int
    csrf: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    ends_at: datetime = Field(sa_type=UTCDateTime, index=True)
    owes_code: bool = False
    second_factor_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    address: str = Field(default="", max_length=64)
    browser: str = Field(default="", max_length=200)


class SignInDelay(SQLModel, table=True):
    """Wrong guesses for one account name or from one address, both as a digest."""

    __tablename__ = "sign_in_delays"

    key: str = Field(primary_key=True, max_length=64)
    failures: int
    last_at: datetime = Field(sa_type=UTCDateTime)
