"""``duban org``: organizations and the people who are told."""

from typing import Annotated

import typer

from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import reading, writing
from duban.cli.shapes import contact_shape, organization_shape
from duban.services.organizations import add_contact, add_organization
from models.errors import BadInput
from models.organization import ContactRole, OrganizationKind
from models.queries.organizations import commission, contacts, organization_named, organizations
from models.words import contact_label, kind_label

app = App()
people = App()
app.add_typer(people, name="contact", help=_("The people of an organization."))

Name = Annotated[str, typer.Argument(help=_("An organization's code or name."))]


@app.verb("list", help=_("Every organization, by its place in the tree."))
def list_organizations() -> None:
    with reading() as desk:
        found = organizations(desk.session)
        data = {"count": len(found), "organizations": [organization_shape(one) for one in found]}
        headings = (_("Code"), _("Name"), _("English name"), _("Kind"), _("Group"))
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
                (_("Name"), _("Role"), _("E-mail"), _("Telephone"), _("Language")),
                [
                    (person.name, contact_label(person.role), person.email or "",
                     person.phone or "", person.language)
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


@people.verb("add", help=_("Add a person; mail goes to those with an address."))
def add_person(
    organization: Name,
    name: Annotated[str, typer.Argument(help=_("The person's name."))],
    email: Annotated[str | None, typer.Option(help=_("The address."))] = None,
    role: Annotated[
        str, typer.Option(help="contact, head, leader-in-charge, clerk, supervisor")
    ] = "contact",
    language: Annotated[str, typer.Option(help=_("The language of mails, zh or en."))] = "zh",
    phone: Annotated[str | None, typer.Option(help=_("Where to call."))] = None,
) -> None:
    if role not in set(ContactRole):
        raise BadInput(
            _("There is no role “{role}”; there are: {known}.").format(
                role=role, known=", ".join(ContactRole)
            )
        )
    with writing() as desk:
        person = add_contact(
            desk.session, organization_named(desk.session, organization), name=name,
            role=ContactRole(role), email=email, language=language, phone=phone,
        )  # fmt: skip
        emit(contact_shape(person), lambda: say(_("Added {name}.").format(name=name)))


def _kind(text: str) -> OrganizationKind:
    known = [kind for kind in OrganizationKind if kind is not OrganizationKind.COMMISSION]
    if text not in known:
        raise BadInput(
            _("There is no kind “{kind}”; there are: {known}.").format(
                kind=text, known=", ".join(known)
            )
        )
    return OrganizationKind(text)
