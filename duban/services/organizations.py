"""Adding organizations and the people who are told."""

from datetime import datetime

from sqlmodel import Session

from config.language import LANGUAGES, _
from models.errors import BadInput
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.queries.organizations import organization_by_name
from notifications.mail import check_address


def add_organization(
    session: Session,
    *,
    code: str,
    name: str,
    now: datetime,
    kind: OrganizationKind = OrganizationKind.GROUP,
    name_en: str | None = None,
    group: str | None = None,
    parent: Organization | None = None,
) -> Organization:
    """A new organization below ``parent``.

    Raises:
        BadInput: the code or the name is empty or taken.
    """
    if not code.strip() or not name.strip():
        raise BadInput(_("An organization needs a code and a name."))
    for taken in (code, name):
        if organization_by_name(session, taken) is not None:
            raise BadInput(_("There is already an organization “{name}”.").format(name=taken))
    organization = Organization(
        code=code,
        name=name,
        name_en=name_en,
        kind=kind,
        parent_id=parent.id if parent else None,
        ranking_group=group,
        created_at=now,
    )
    session.add(organization)
    session.flush()
    organization.path = f"{parent.path if parent else '/'}{organization.id}/"
    session.add(organization)
    session.flush()
    return organization


def add_contact(
    session: Session,
    organization: Organization,
    *,
    name: str,
    role: ContactRole,
    email: str | None,
    language: str = "zh",
    phone: str | None = None,
) -> Contact:
    """A person of ``organization``; the address is checked, not the mailbox.

    Raises:
        BadInput: the name is empty, the address or the language cannot be used.
    """
    if not name.strip():
        raise BadInput(_("A contact needs a name."))
    if language not in LANGUAGES:
        raise BadInput(_("The language is zh or en, not “{value}”.").format(value=language))
    contact = Contact(
        organization_id=organization.id or 0,
        name=name,
        role=role,
        email=check_address(email) if email else None,
        language=language,
        phone=phone,
    )
    session.add(contact)
    session.flush()
    return contact
