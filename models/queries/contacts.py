"""Named reads of the people who are told."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.organization import Contact, Organization, OrganizationKind
from models.queries.numbers import by_number
from models.queries.scope import Scope


def has_address() -> ColumnElement[bool]:
    """Active people to whom mail can go: their address is not known to fail."""
    return and_(
        col(Contact.active).is_(True),
        col(Contact.email).is_not(None),
        col(Contact.undeliverable_at).is_(None),
    )


def reached() -> Select[tuple[int]]:
    """The ids of the organizations in which mail reaches somebody."""
    return columns(col(Contact.organization_id)).where(has_address())


def of_commission() -> ColumnElement[bool]:
    """Those of them who are the commission's."""
    ours = select(Organization.id).where(Organization.kind == OrganizationKind.COMMISSION)
    return and_(col(Contact.organization_id).in_(ours), has_address())


def contacts_of(session: Session, organization_id: int) -> list[Contact]:
    """The active people of one organization that have an address."""
    query = select(Contact).where(Contact.organization_id == organization_id, has_address())
    return list(session.exec(query.order_by(col(Contact.id))))


def contacts_by_organization(
    session: Session, organization_ids: Collection[int]
) -> dict[int, list[Contact]]:
    """The same of several organizations, by their ids."""
    found: dict[int, list[Contact]] = {each: [] for each in organization_ids}
    query = select(Contact).where(col(Contact.organization_id).in_(found), has_address())
    for contact in session.exec(query.order_by(col(Contact.id))):
        found[contact.organization_id].append(contact)
    return found


def contacts_of_commission(session: Session) -> list[Contact]:
    """The active people of the commission that have an address."""
    query = select(Contact).where(of_commission())
    return list(session.exec(query.order_by(col(Contact.id))))


def contacts(session: Session, organization_id: int) -> Sequence[Contact]:
    """Every person of an organization, with or without an address."""
    query = select(Contact).where(Contact.organization_id == organization_id)
    return session.exec(query.order_by(col(Contact.id))).all()


def people_of(session: Session, organization_ids: Collection[int]) -> dict[int, list[Contact]]:
    """The active people of several organizations, with or without an address, by their ids."""
    found: dict[int, list[Contact]] = {each: [] for each in organization_ids}
    query = select(Contact).where(
        col(Contact.organization_id).in_(found), col(Contact.active).is_(True)
    )
    for contact in session.exec(query.order_by(col(Contact.id))):
        found[contact.organization_id].append(contact)
    return found


def directory(
    session: Session, *, text: str, after: str, limit: int, scope: Scope
) -> Sequence[Organization]:
    """Organizations in ``scope`` whose code or name holds ``text``, by path, behind ``after``."""
    query = select(Organization).where(scope.of(Organization.id), col(Organization.path) > after)
    if text:
        names = (Organization.code, Organization.name, Organization.name_en)
        query = query.where(or_(*(col(name).contains(text, autoescape=True) for name in names)))
    return session.exec(query.order_by(col(Organization.path)).limit(limit)).all()


def contacts_by_id(session: Session, ids: Collection[int]) -> dict[int, Contact]:
    """People by their numbers, whether mail can go to them or not."""
    found = session.exec(select(Contact).where(col(Contact.id).in_(ids)))
    return {one.id or 0: one for one in found}


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
