"""Adding and changing organizations and the people who are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, insert, literal, update
from sqlmodel import Session, col

from config.language import LANGUAGES, _
from models.errors import BadInput, RefusedByRule
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.queries.contacts import contacts
from models.queries.ledger import named_organizations
from models.queries.organizations import organization_by_name, organizations
from notifications.mail import check_address

_AT_ONCE = 1_000
ENDINGS = {
    "党组": OrganizationKind.GROUP,
    "工委": OrganizationKind.WORKING_COMMITTEE,
    "党委": OrganizationKind.COMMITTEE,
}
"""How the name of each kind of party organization ends."""


def add_organization(
    session: Session,
    *,
    name: str,
    now: datetime,
    code: str | None = None,
    kind: OrganizationKind | None = None,
    name_en: str | None = None,
    group: str | None = None,
    parent: Organization | None = None,
) -> Organization:
    """A new organization below ``parent``; without a code it gets the next free one.

    Raises:
        BadInput: the code or a name is empty, too long or taken, or the code is not one word.
    """
    code, name = _next_code(session) if code is None else code.strip(), name.strip()
    if not code or not name:
        raise BadInput(_("An organization needs a code and a name."))
    if code.startswith("-") or any(mark.isspace() or not mark.isprintable() for mark in code):
        raise BadInput(
            _("The code “{code}” must be one word that does not begin with “-”.").format(code=code)
        )
    _short_enough(code, 64)
    _check_names(session, None, code, name, name_en)
    organization = Organization(
        code=code,
        name=name,
        name_en=name_en,
        kind=kind or _kind_by(name),
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


def add_organizations(
    session: Session, names: Sequence[str], *, parent: Organization, now: datetime
) -> dict[str, int]:
    """Many new organizations below ``parent`` with the next free codes; their ids by name.

    Raises:
        BadInput: a name is empty, too long or taken.
    """
    session.flush()
    there = named_organizations(session)
    taken = {word for one in there for word in (one.code, one.name, one.name_en) if word}
    codes, number = {one.code for one in there}, len(there)
    new: list[tuple[str, str]] = []
    for name in map(str.strip, names):
        if not name:
            raise BadInput(_("An organization needs a code and a name."))
        _short_enough(name, 200)
        if name in taken:
            raise BadInput(_("There is already an organization “{name}”.").format(name=name))
        while (code := f"org-{number:03}") in codes:
            number += 1
        number += 1
        taken |= {code, name}
        new.append((code, name))
    found: dict[str, int] = {}
    for start in range(0, len(new), _AT_ONCE):
        found |= _stored(session, new[start : start + _AT_ONCE], parent, now)
    return {name: found[name.strip()] for name in names}


def _stored(
    session: Session, new: Sequence[tuple[str, str]], parent: Organization, now: datetime
) -> dict[str, int]:
    """Store these codes and names below ``parent``; the ids by name."""
    common = {"parent_id": parent.id, "path": "", "created_at": now}
    rows = [{"code": code, "name": name, "kind": _kind_by(name), **common} for code, name in new]
    connection = session.connection()
    connection.execute(insert(Organization), rows)
    own_path = literal(parent.path) + cast(col(Organization.id), String) + "/"
    added = update(Organization).where(col(Organization.code).in_([code for code, _name in new]))
    ids = added.values(path=own_path).returning(col(Organization.name), col(Organization.id))
    return {name: one for name, one in connection.execute(ids) if one is not None}


def change_organization(
    session: Session,
    organization: Organization,
    *,
    name: str | None = None,
    name_en: str | None = None,
    group: str | None = None,
    kind: OrganizationKind | None = None,
) -> Organization:
    """Change what is given; an empty English name or group is taken away.

    Letters and mails keep the name that they were written with.

    Raises:
        BadInput: nothing is given, or a name is empty, too long or taken.
        RefusedByRule: the commission's kind would change.
    """
    if all(value is None for value in (name, name_en, group, kind)):
        raise BadInput(_("Say what to change: see --help."))
    if kind is not None and organization.kind is OrganizationKind.COMMISSION:
        raise RefusedByRule(_("The commission stays the commission."))
    if name is not None and not name.strip():
        raise BadInput(_("An organization needs a code and a name."))
    _check_names(session, organization.id, name, name_en)
    organization.name = organization.name if name is None else name.strip()
    organization.name_en = _changed(organization.name_en, name_en)
    organization.ranking_group = _changed(organization.ranking_group, group)
    organization.kind = kind or organization.kind
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
        BadInput: the name is empty, the address or the language cannot be used, or
            somebody has the same role and address there already.
    """
    contact = Contact(
        organization_id=organization.id or 0, name=name, role=role, language=language, phone=phone
    )
    return _settled(session, contact, email)


def change_contact(
    session: Session,
    contact: Contact,
    *,
    name: str | None = None,
    role: ContactRole | None = None,
    email: str | None = None,
    language: str | None = None,
    phone: str | None = None,
) -> Contact:
    """Change what is given; an empty address or telephone is taken away.

    Who was removed is there again afterwards. Mails that wait go to the address that is there
    when they leave; of a new one nobody knows yet that mail does not arrive.

    Raises:
        BadInput: nothing is given, or as for ``add_contact``.
    """
    if all(value is None for value in (name, role, email, language, phone)):
        raise BadInput(_("Say what to change: see --help."))
    contact.name = contact.name if name is None else name
    contact.role = role or contact.role
    contact.language = language or contact.language
    contact.phone = _changed(contact.phone, phone)
    contact.active = True
    before = (contact.email or "").casefold()
    _settled(session, contact, contact.email if email is None else email)
    if (contact.email or "").casefold() != before:
        contact.undeliverable_at = contact.undeliverable_why = None
        session.flush()
    return contact


def remove_contact(session: Session, contact: Contact) -> Contact:
    """Send nothing more to this person; what was sent stays on record.

    Raises:
        RefusedByRule: the person was removed before.
    """
    if not contact.active:
        raise RefusedByRule(_("{name} was removed already.").format(name=contact.name))
    contact.active = False
    session.add(contact)
    session.flush()
    return contact


def _settled(session: Session, contact: Contact, email: str | None) -> Contact:
    contact.name = contact.name.strip()
    if not contact.name:
        raise BadInput(_("A contact needs a name."))
    _short_enough(contact.name, 100)
    if contact.language not in LANGUAGES:
        raise BadInput(_("The language is zh or en, not “{value}”.").format(value=contact.language))
    contact.email = check_address(email) if email else None
    for other in contacts(session, contact.organization_id):
        same = other.email and contact.email and other.email.lower() == contact.email.lower()
        if same and other.active and other.role is contact.role and other.id != contact.id:
            raise BadInput(
                _("{name} has this role and address already (contact {id}).").format(
                    name=other.name, id=other.id
                )
            )
    session.add(contact)
    session.flush()
    return contact


def _next_code(session: Session) -> str:
    taken = {organization.code for organization in organizations(session)}
    number = len(taken)
    while f"org-{number:03}" in taken:
        number += 1
    return f"org-{number:03}"


def _kind_by(name: str) -> OrganizationKind:
    found = (kind for ending, kind in ENDINGS.items() if name.endswith(ending))
    return next(found, OrganizationKind.OTHER)


def _check_names(session: Session, own_id: int | None, *names: str | None) -> None:
    for name in names:
        if not name:
            continue
        _short_enough(name, 200)
        taken = organization_by_name(session, name.strip())
        if taken is not None and taken.id != own_id:
            raise BadInput(_("There is already an organization “{name}”.").format(name=name))


def _short_enough(text: str, limit: int) -> None:
    if len(text) > limit:
        raise BadInput(
            _("“{text}…” is too long; at most {limit} characters are possible.").format(
                text=text[:20], limit=limit
            )
        )


def _changed(old: str | None, new: str | None) -> str | None:
    return old if new is None else new.strip() or None
