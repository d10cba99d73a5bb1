"""Who is told: the people of each organization and where their mail goes."""

from starlette.responses import Response

from config.language import _
from duban.services.mark_address import try_again
from duban.services.organizations import add_contact, change_contact, remove_contact
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.organization import Contact, ContactRole, Organization
from models.queries.contacts import (
    contact_numbered,
    contacts,
    directory,
    people_of,
)
from models.rights import Right
from models.words import contact_label

pages = Pages()

PAGE = 50
ORGANIZATION = "/admin/contacts/{code}"


@pages.get("/admin/contacts", Right.KEEP_CONTACTS)
def list_contacts(desk: Desk) -> Response:
    text, after = desk.query.get("q", "").strip(), desk.query.get("after", "")
    with desk.reading() as sight:
        found = directory(
            sight.session, text=text[:100], after=after[:500], limit=PAGE + 1, scope=sight.scope
        )
        shown = found[:PAGE]
        people = people_of(sight.session, [each.id or 0 for each in shown])
        return desk.page(
            "contacts.html", sight, organizations=shown, people=people, text=text,
            following=shown[-1].path if len(found) > PAGE else None,
        )  # fmt: skip


@pages.get(ORGANIZATION, Right.KEEP_CONTACTS)
def of_one(desk: Desk, code: str) -> Response:
    with desk.reading() as sight:
        organization = sight.organization(code)
        people = contacts(sight.session, organization.id or 0)
        return desk.page(
            "contacts_of.html", sight, organization=organization, people=people, roles=_roles(),
        )  # fmt: skip


@pages.post(ORGANIZATION, Right.KEEP_CONTACTS, again=of_one)
def add(desk: Desk, code: str) -> Response:
    with desk.writing() as sight:
        organization = sight.organization(code)
        made = add_contact(
            sight.session, organization, name=desk.text("name"), role=_role(desk),
            email=desk.text("email") or None, language=desk.text("language"),
            phone=desk.text("phone") or None,
        )  # fmt: skip
        said = _("{name} is told from now on.").format(name=made.name)
    return desk.to(f"/admin/contacts/{code}", said)


@pages.get(ORGANIZATION + "/{number:int}", Right.KEEP_CONTACTS)
def one(desk: Desk, code: str, number: int) -> Response:
    with desk.reading() as sight:
        organization, contact = _found(sight, code, number)
        return desk.page(
            "contact.html", sight, organization=organization, contact=contact, roles=_roles(),
        )  # fmt: skip


@pages.post(ORGANIZATION + "/{number:int}", Right.KEEP_CONTACTS, again=one)
def change(desk: Desk, code: str, number: int) -> Response:
    with desk.writing() as sight:
        _organization, contact = _found(sight, code, number)
        change_contact(
            sight.session, contact, name=desk.text("name"), role=_role(desk),
            email=desk.text("email"), language=desk.text("language"), phone=desk.text("phone"),
        )  # fmt: skip
        said = _("{name} was changed. Mails that wait go to the present address.").format(
            name=contact.name
        )
    return desk.to(f"/admin/contacts/{code}", said)


@pages.post(ORGANIZATION + "/{number:int}/remove", Right.KEEP_CONTACTS, again=one)
def remove(desk: Desk, code: str, number: int) -> Response:
    with desk.writing() as sight:
        _organization, contact = _found(sight, code, number)
        remove_contact(sight.session, contact)
        said = _("{name} is told no more.").format(name=contact.name)
    return desk.to(f"/admin/contacts/{code}", said)


@pages.post(ORGANIZATION + "/{number:int}/try-again", Right.KEEP_CONTACTS, again=one)
def let_mail_go_there(desk: Desk, code: str, number: int) -> Response:
    with desk.writing() as sight:
        _organization, contact = _found(sight, code, number)
        said = _("Mail goes to {name} again.").format(name=contact.name)
        if not try_again(
            sight.session, contact, by=desk.person.name, now=sight.now,
            account_id=desk.person.account_id, address=desk.address,
        ):  # fmt: skip
            said = _("Mail goes to {name} already; nothing was changed.").format(name=contact.name)
    return desk.to(f"/admin/contacts/{code}", said)


def _found(sight: Sight, code: str, number: int) -> tuple[Organization, Contact]:
    """A person of this organization.

    Raises:
        NotFound: the organization is not to be seen, or has no such person.
    """
    organization = sight.organization(code)
    absent = NotFound(_("There is no such person in this organization."))
    try:
        contact = contact_numbered(sight.session, number)
    except NotFound:
        raise absent from None
    if contact.organization_id != organization.id:
        raise absent
    return organization, contact


def _roles() -> list[tuple[str, str]]:
    return [(role.value, contact_label(role)) for role in ContactRole]


def _role(desk: Desk) -> ContactRole:
    if (role := desk.text("role")) not in set(ContactRole):
        raise BadInput(_("Choose a role."), field="role")
    return ContactRole(role)
