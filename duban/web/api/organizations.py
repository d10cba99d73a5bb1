"""Organizations, the people who are told, and how each stands."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Path, Query
from starlette.responses import Response

from config.language import _
from duban.shapes import contact_shape, cut, organization_shape
from duban.web.api.desk import At
from duban.web.api.operations import Operations
from duban.web.api.shape import Cursor, Limit, Listing, Shape
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.errors import NotFound
from models.organization import ContactRole, Organization, OrganizationKind
from models.queries.contacts import contacts
from models.queries.organizations import organizations_after
from models.queries.organizations import unreachable as silent
from models.queries.scope import Scope
from models.queries.status import by_organization
from models.rights import Right
from models.transitions import State

operations = Operations("organizations")

Code = Annotated[str, Path(description="The organization's code.", examples=["zjj"])]
Silent = Annotated[
    Literal["yes"] | None,
    Query(description="Only those with open findings and nobody whom mail reaches."),
]


class OrganizationShape(Shape):
    """A body that receives letters, or the commission; ``path`` is its place in the tree."""

    id: int
    code: str
    name: str
    name_en: str | None
    kind: OrganizationKind
    parent_id: int | None
    path: str
    ranking_group: str | None
    created_at: datetime


class ContactShape(Shape):
    """A person to whom mail goes."""

    id: int
    name: str
    role: ContactRole
    email: str | None
    phone: str | None
    language: str
    active: bool
    undeliverable_at: datetime | None
    """Since when mail to the present address is known not to arrive."""
    undeliverable_why: str | None


class StandingShape(Shape):
    """How many findings of an organization are in each state as of an instant."""

    code: str
    name: str
    as_of: datetime
    open: int
    states: dict[State, int]


def organization_called(sight: Sight, code: str) -> Organization:
    """The organization with this code.

    Raises:
        NotFound: there is none, or it is not to be seen.
    """
    if not code.isprintable():
        raise NotFound(_("There is no organization “{name}”.").format(name=code))
    return sight.organization(code)


@operations.get("/organizations", Listing[OrganizationShape], "Organizations", paged=True)
def list_organizations(
    desk: At, limit: Limit = 50, cursor: Cursor = None, unreachable: Silent = None
) -> Response:
    desk.enter(Right.READ)
    after = desk.place(cursor) or ""
    with desk.reading() as sight:
        if unreachable == "yes":
            listed = silent(sight.session, sight.scope, after=after, limit=limit + 1)
        else:
            listed = organizations_after(sight.session, after, scope=sight.scope, limit=limit + 1)
        found, more = cut(listed, limit)
        items = [organization_shape(one) for one in found]
        return desk.listing(Listing[OrganizationShape], items, found[-1].path if more else None)


@operations.get("/organizations/{code}", OrganizationShape, "One organization", tagged=True)
def show_organization(desk: At, code: Code) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        shape = organization_shape(organization_called(sight, code))
        return desk.answer(OrganizationShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.get("/organizations/{code}/contacts", Listing[ContactShape], "Its people")
def list_contacts(desk: At, code: Code) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        people = contacts(sight.session, organization_called(sight, code).id or 0)
        return desk.listing(Listing[ContactShape], [contact_shape(one) for one in people], None)


@operations.get("/organizations/{code}/stats", StandingShape, "How it stands")
def count_findings_of_organization(desk: At, code: Code) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        organization = organization_called(sight, code)
        alone = Scope(organization=organization.id)
        found = by_organization(sight.session, sight.now, alone)
        states = found[0].states if found else {}
        shown = {state: states.get(state, 0) for state in State}
        if not desk.person.of_office:
            shown[State.DRAFT] = 0
        body = {
            "code": organization.code,
            "name": organization.name,
            "as_of": sight.now,
            "open": found[0].open if found else 0,
            "states": shown,
        }
        return desk.answer(StandingShape.model_validate(body))
