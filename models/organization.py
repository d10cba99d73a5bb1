"""Party organizations and the people who are told."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.columns import UTCDateTime, enum_column


class OrganizationKind(StrEnum):
    """What a body is; three kinds of addressee are never merged (domain glossary)."""

    COMMISSION = "commission"
    COMMITTEE = "committee"
    GROUP = "group"
    WORKING_COMMITTEE = "working-committee"
    OTHER = "other"


class ContactRole(StrEnum):
    """In which capacity a person receives mail."""

    CONTACT = "contact"
    HEAD = "head"
    LEADER_IN_CHARGE = "leader-in-charge"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"


class Organization(SQLModel, table=True):
    """A body that receives letters, or the commission itself.

    ``path`` is materialised (``/1/7/``), so a subtree is one prefix; ``ranking_group``
    says with whom it may be compared.
    """

    __tablename__ = "organizations"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, max_length=64)
    name: str = Field(unique=True, max_length=200)
    name_en: str | None = Field(default=None, max_length=200)
    kind: OrganizationKind = Field(sa_type=enum_column(OrganizationKind))
    parent_id: int | None = Field(default=None, foreign_key="organizations.id", index=True)
    path: str = Field(default="/", index=True, max_length=500)
    ranking_group: str | None = Field(default=None, max_length=100)
    created_at: datetime = Field(sa_type=UTCDateTime)


class Contact(SQLModel, table=True):
    """A person of an organization and the address mail goes to.

    ``undeliverable_at`` is since when mail to the present address is known not to arrive, and
    ``undeliverable_why`` what the mail server said; no mail is sent there until that changes.
    """

    __tablename__ = "contacts"

    id: int | None = Field(default=None, primary_key=True)
    organization_id: int = Field(foreign_key="organizations.id", index=True)
    name: str = Field(max_length=100)
    role: ContactRole = Field(sa_type=enum_column(ContactRole))
    email: str | None = Field(default=None, max_length=254)
    phone: str | None = Field(default=None, max_length=50)
    language: str = Field(default="zh", max_length=2)
    active: bool = True
    undeliverable_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    undeliverable_why: str | None = Field(default=None, max_length=500)
