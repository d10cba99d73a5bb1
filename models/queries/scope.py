"""Whose findings somebody may see: the one place that narrows a question to a scope."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select

from models.organization import Organization, OrganizationKind
from models.rights import AccountRole


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything; a subtree of organizations by its ``path``; or one ``organization`` alone."""

    path: str | None = None
    organization: int | None = None
    nothing: bool = False

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.nothing and self.path is None and self.organization is None

    def covers(self, organization: Organization) -> bool:
        """Whether what belongs to ``organization`` may be seen."""
        if self.nothing:
            return False
        if self.organization is not None:
            return organization.id == self.organization
        return self.path is None or organization.path.startswith(self.path)

    def of(self, organization_id: Any) -> ColumnElement[bool]:
        """The condition that a column of organizations' ids lies within."""
        if self.nothing:
            return ~true()
        if self.organization is not None:
            return col(organization_id) == self.organization
        if self.path is None:
            return true()
        below = select(Organization.id).where(
            col(Organization.path).startswith(self.path, autoescape=True)
        )
        return col(organization_id).in_(below)


EVERYTHING = Scope()
NOTHING = Scope(nothing=True)


def scope_of(role: AccountRole, organization: Organization) -> Scope:
    """What an account of this role and organization may see."""
    match role:
        case AccountRole.ORGANIZATION:
            return Scope(organization=organization.id)
        case AccountRole.SUPERVISOR if organization.kind is not OrganizationKind.COMMISSION:
            return Scope(path=organization.path)
        case AccountRole.ADMINISTRATOR | AccountRole.AUDITOR:
            return NOTHING
        case _:
            return EVERYTHING
