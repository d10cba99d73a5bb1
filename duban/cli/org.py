"""``duban org``: organizations and the people who are told."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.call_list import list_calls
from duban.cli.output import emit, say, table
from duban.cli.session import actor, reading, writing
from duban.services.mark_address import try_again
from duban.services.organizations import (
    add_contact,
    add_organization,
    change_contact,
    change_organization,
    remove_contact,
)
from duban.shapes import contact_shape, organization_shape
from models.errors import BadInput
from models.organization import ContactRole, OrganizationKind
from models.queries.contacts import contact_numbered, contacts
from models.queries.organizations import commission, organization_named, organizations
from models.reach_words import address_words
from models.transitions import Role
from models.words import contact_label, kind_label

app = App()
people = App()
app.add_typer(people, name="contact", help=_("The people of an organization."))

ROLES = "contact, head, leader-in-charge, clerk, supervisor"
Name = Annotated[str, typer.Argument(help=_("An organization's code or name."))]
Number = Annotated[int, typer.Argument(help=_("The contact's number; see duban org show."))]
Email = Annotated[str | None, typer.Option(help=_("The address."))]
Phone = Annotated[str | None, typer.Option(help=_("Where to call."))]


@app.verb("list", help=_("Every organization, by its place in the tree."))
def list_organizations(
    silent: Annotated[
        bool,
        typer.Option(
            "--unreachable",
            help=_("Only those with open findings and nobody whom mail reaches: a call list."),
        ),
    ] = False,
) -> None:
    with reading() as desk:
        if silent:
            list_calls(desk)
            return
        found = organizations(desk.session)
        data = {"count": len(found), "organizations": [organization_shape(one) for one in found]}
        headings = (_("Code"), _("Official name"), _("English name"), _("Kind"), _("Group"))
        rows = [
            (one.code, one.name, one.name_en or "", kind_label(one.kind), one.ranking_group or "")
            for one in found
        ]
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("One organization and its people."))
def show(name: Name) -> None:
    with reading() as desk:
        organization = organization_named(desk.session, name)
        persons = contacts(desk.session, organization.id or 0)
        data = {
            **organization_shape(organization),
            "contacts": [contact_shape(person) for person in persons],
        }

        def words() -> None:
            say(f"{organization.code}  {organization.name}")
            table(
                (_("Contact"), _("Name"), _("Role"), _("E-mail"), _("Telephone"), _("Language"),
                 _("Mail")),
                [
                    (str(person.id), person.name, contact_label(person.role), person.email or "",
                     person.phone or "", person.language, address_words(person))
                    for person in persons
                ],
            )  # fmt: skip

        emit(data, words)


@app.verb(help=_("Add an organization."))
def add(
    code: Annotated[str, typer.Argument(help=_("A short code that stays."))],
    name: Annotated[str, typer.Argument(help=_("The full official name."))],
    name_en: Annotated[str | None, typer.Option(help=_("The English name."))] = None,
    kind: Annotated[str, typer.Option(help="committee, group, working-committee, other")] = "group",
    group: Annotated[str | None, typer.Option(help=_("With whom it may be compared."))] = None,
    under: Annotated[str | None, typer.Option(help=_("The organization above it."))] = None,
) -> None:
    with writing() as desk:
        session = desk.session
        above = organization_named(session, under) if under else commission(session)
        organization = add_organization(
            session, code=code, name=name, name_en=name_en, kind=_kind(kind), group=group,
            parent=above, now=desk.now,
        )  # fmt: skip
        emit(
            organization_shape(organization),
            lambda: say(_("Added {code}  {name}.").format(code=code, name=name)),
        )


@app.verb("set", help=_("Change an organization; an empty text takes a value away."))
def change(
    name: Name,
    new_name: Annotated[
        str | None, typer.Option("--name", help=_("The full official name."))
    ] = None,
    name_en: Annotated[str | None, typer.Option(help=_("The English name."))] = None,
    group: Annotated[str | None, typer.Option(help=_("With whom it may be compared."))] = None,
    kind: Annotated[
        str | None, typer.Option(help="committee, group, working-committee, other")
    ] = None,
) -> None:
    with writing() as desk:
        organization = change_organization(
            desk.session, organization_named(desk.session, name), name=new_name, name_en=name_en,
            group=group, kind=None if kind is None else _kind(kind),
        )  # fmt: skip
        emit(
            organization_shape(organization),
            lambda: say(
                _("Changed {code}  {name}.").format(code=organization.code, name=organization.name)
            ),
        )


@people.verb("add", help=_("Add a person; mail goes to those with an address."))
def add_person(
    organization: Name,
    name: Annotated[str, typer.Argument(help=_("The person's name."))],
    email: Email = None,
    role: Annotated[str, typer.Option(help=ROLES)] = "contact",
    language: Annotated[str, typer.Option(help=_("The language of mails, zh or en."))] = "zh",
    phone: Phone = None,
) -> None:
    with writing() as desk:
        person = add_contact(
            desk.session, organization_named(desk.session, organization), name=name,
            role=_role(role), email=email, language=language, phone=phone,
        )  # fmt: skip
        emit(contact_shape(person), lambda: say(_("Added {name}.").format(name=person.name)))


@people.verb("set", help=_("Mend a person's address or anything else; what waits goes there."))
def set_person(
    contact: Number,
    name: Annotated[str | None, typer.Option(help=_("The person's name."))] = None,
    email: Email = None,
    role: Annotated[str | None, typer.Option(help=ROLES)] = None,
    language: Annotated[
        str | None, typer.Option(help=_("The language of mails, zh or en."))
    ] = None,
    phone: Phone = None,
) -> None:
    with writing() as desk:
        person = change_contact(
            desk.session, contact_numbered(desk.session, contact), name=name, email=email,
            role=None if role is None else _role(role), language=language, phone=phone,
        )  # fmt: skip
        emit(contact_shape(person), lambda: say(_("Changed {name}.").format(name=person.name)))


@people.verb("try-again", help=_("Let mail go again to an address that it did not reach."))
def try_person_again(
    contact: Number,
    by: Annotated[
        str | None, typer.Option("--by", help=_("Who acts; else the system's user."))
    ] = None,
) -> None:
    with writing() as desk:
        person = contact_numbered(desk.session, contact)
        said = _("Mail goes to {name} again.")
        if not try_again(desk.session, person, by=actor(by, Role.CLERK).name, now=desk.now):
            said = _("Mail goes to {name} already; nothing was changed.")
        emit(contact_shape(person), lambda: say(said.format(name=person.name)))


@people.verb("remove", help=_("Send nothing more to this person; what was sent stays on record."))
def remove_person(contact: Number) -> None:
    with writing() as desk:
        person = remove_contact(desk.session, contact_numbered(desk.session, contact))
        emit(contact_shape(person), lambda: say(_("Removed {name}.").format(name=person.name)))


def _role(text: str) -> ContactRole:
    if text not in set(ContactRole):
        raise BadInput(
            _("There is no role “{role}”; there are: {known}.").format(
                role=text, known=", ".join(ContactRole)
            )
        )
    return ContactRole(text)


def _kind(text: str) -> OrganizationKind:
    known = [kind for kind in OrganizationKind if kind is not OrganizationKind.COMMISSION]
    if text not in known:
        raise BadInput(
            _("There is no kind “{kind}”; there are: {known}.").format(
                kind=text, known=", ".join(known)
            )
        )
    return OrganizationKind(text)
