"""What an organization can see and change about itself: contact person, calendar."""

from starlette.responses import Response

from config.language import LANGUAGES, _
from duban.services.change_contact_person import change_contact_person
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.organization import Contact, ContactRole, Organization
from models.queries.contacts import contacts
from models.queries.feed import feed_in_use
from models.rights import Right

pages = Pages()


@pages.get("/details", Right.REPORT)
def details(desk: Desk) -> Response:
    with desk.reading() as sight:
        own = desk.person.organization_id
        people = [one for one in contacts(sight.session, own) if one.active]
        return desk.page(
            "details.html",
            sight,
            organization=sight.session.get_one(Organization, own),
            people=people,
            has_contact=any(one.role is ContactRole.CONTACT for one in people),
            feed=feed_in_use(sight.session, own),
        )


@pages.get("/details/contacts/{number}", Right.REPORT)
def contact_form(desk: Desk, number: str) -> Response:
    with desk.reading() as sight:
        contact = _contact(desk, sight, number)
        return desk.page("details_contact.html", sight, contact=contact)


@pages.post("/details/contacts/{number}", Right.REPORT, again=contact_form)
def change_contact(desk: Desk, number: str) -> Response:
    with desk.writing() as sight:
        contact = _contact(desk, sight, number)
        language = desk.text("language")
        if language not in LANGUAGES:
            raise BadInput(_("Choose Chinese or English."), field="language")
        event = change_contact_person(
            sight.session,
            sight.session.get_one(Organization, desk.person.organization_id),
            contact,
            name=desk.text("name"),
            email=desk.text("email"),
            phone=desk.text("phone"),
            language=language,
            account_id=desk.person.account_id,
            by=desk.person.name,
            address=desk.address,
            now=desk.house.wall_clock(),
        )
        path = f"/receipts/contacts/{event.id}"
    return desk.to(path, _("The contact person is changed."))


def _contact(desk: Desk, sight: Sight, number: str) -> Contact | None:
    """A contact person of the visitor's own organization; none for a ``new`` one.

    Raises:
        NotFound: there is none of this number, or it is another organization's.
    """
    if number == "new":
        return None
    for one in contacts(sight.session, desk.person.organization_id):
        if str(one.id) == number and one.active and one.role is ContactRole.CONTACT:
            return one
    raise NotFound(_("There is no such contact person."))
