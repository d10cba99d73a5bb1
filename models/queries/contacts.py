"""Named reads of the people who are told."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.organization import Contact, Organization, OrganizationKind
from models.queries.numbers import by_number


def has_address() -> ColumnElement[bool]:
    """Active people to whom mail can go."""
    return and_(col(Contact.active).is_(True), col(Contact.email).is_not(None))


def contacts_of(session: Session, organization_id: int) -> list[Contact]:
    """The active people of one organization that have an address."""
    query = select(Contact).where(Contact.organization_id == organization_id, has_address())
    return list(session.exec(query.order_by(col(Contact.id))))


def contacts_of_commission(session: Session) -> list[Contact]:
    """The active people of the commission that have an address."""
    query = (
        select(Contact)
        .join(Organization, col(Contact.organization_id) == col(Organization.id))
        .where(Organization.kind == OrganizationKind.COMMISSION, has_address())
        .order_by(col(Contact.id))
    )
    return list(session.exec(query))


def contacts(session: Session, organization_id: int) -> Sequence[Contact]:
    """Every person of an organization, with or without an address."""
    query = select(Contact).where(Contact.organization_id == organization_id)
    return session.exec(query.order_by(col(Contact.id))).all()


def contact_numbered(session: Session, contact_id: int) -> Contact:
    """The person with this number.

    Raises:
        NotFound: there is none.
    """
    found = by_number(session, Contact, contact_id)
    if found is None:
        raise NotFound(
            _("There is no contact {id}; see “duban org show CODE”.").format(id=contact_id)
        )
    return found
