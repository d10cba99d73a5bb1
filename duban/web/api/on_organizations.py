"""Acts on organizations and the people who are told; what each changes it names as it was seen."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.services.organizations import (
    add_contact,
    add_organization,
    change_contact,
    change_organization,
    remove_contact,
)
from duban.shapes import contact_shape, organization_shape
from duban.web.api.desk import ApiDesk, At, Done
from duban.web.api.operations import Operations
from duban.web.api.organizations import (
    Code,
    ContactShape,
    OrganizationShape,
    organization_called,
)
from duban.web.api.shape import ONE_LINE, Body, Line, MaybeLine, row_number
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from models.errors import BadInput, NotFound
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.queries.contacts import contact_numbered
from models.queries.organizations import commission
from models.rights import Right

operations = Operations("organizations")

CONTACT = "/organizations/{code}/contacts/{number}"
Number = Annotated[str, Path(description="A person's id.", examples=["1"])]
Kind = Literal["committee", "group", "working-committee", "other"]
Language = Literal["zh", "en"]
OwnCode = Annotated[str, Field(max_length=64, pattern=ONE_LINE)]
Group = Annotated[str, Field(max_length=100, pattern=ONE_LINE)]
Phone = Annotated[str, Field(max_length=50, pattern=ONE_LINE)]


class NewOrganizationBody(Body):
    """A new organization; without a code it gets the next free one.

    Without a kind it is told by the end of the name; without ``parent``, a code, it stands below
    the commission.
    """

    name: Line = Field(examples=["区示例局党组"])
    code: OwnCode | None = None
    name_en: MaybeLine = None
    kind: Kind | None = None
    group: Group | None = None
    parent: MaybeLine = Field(default=None, examples=[None])


class OrganizationBody(Body):
    """What changes; an empty English name or group is taken away, what is left out stays."""

    name: MaybeLine = None
    name_en: MaybeLine = None
    kind: Kind | None = None
    group: Group | None = None


class NewContactBody(Body):
    """A person to whom mail goes."""

    name: Line = Field(examples=["张三"])
    role: ContactRole = Field(examples=["contact"])
    email: MaybeLine = Field(default=None, examples=["zhangsan@unit.example"])
    phone: Phone | None = None
    language: Language = "zh"


class ContactBody(Body):
    """What changes; an empty address or telephone is taken away, what is left out stays."""

    name: MaybeLine = None
    role: ContactRole | None = None
    email: MaybeLine = None
    phone: Phone | None = None
    language: Language | None = None


@operations.act("/organizations", OrganizationShape, "Add an organization", seen=False)
def create_organization(desk: At, body: NewOrganizationBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.may(Right.KEEP_CONTACTS)
        parent = _above(sight, body.parent) if body.parent else commission(sight.session)
        made = add_organization(
            sight.session, name=body.name, code=body.code or None, name_en=body.name_en or None,
            kind=OrganizationKind(body.kind) if body.kind else None, group=body.group or None,
            parent=parent, now=sight.now,
        )  # fmt: skip
        return Done(OrganizationShape.model_validate(organization_shape(made)))

    return desk.once(act)


@operations.act(
    "/organizations/{code}", OrganizationShape, "Change its names, kind or group",
    method="PATCH", status=200, keyed=False,
)  # fmt: skip
def mend_organization(desk: At, code: Code, body: OrganizationBody) -> Response:
    with desk.writing() as sight:
        desk.enter(Right.KEEP_CONTACTS, Right.READ)
        organization = organization_called(sight, code)
        desk.may(Right.KEEP_CONTACTS)
        desk.check_tag(tag_of_shape(organization_shape(organization)))
        _must_say_something(body)
        change_organization(
            sight.session, organization, name=body.name, name_en=body.name_en, group=body.group,
            kind=OrganizationKind(body.kind) if body.kind else None,
        )  # fmt: skip
        shape = organization_shape(organization)
    return desk.changed(OrganizationShape.model_validate(shape), tag_of_shape(shape))


@operations.get(CONTACT, ContactShape, "One of its people", tagged=True)
def show_contact(desk: At, code: Code, number: Number) -> Response:
    desk.enter(Right.READ)
    with desk.reading() as sight:
        shape = contact_shape(contact_called(sight, code, number))
        return desk.answer(ContactShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act(
    "/organizations/{code}/contacts", ContactShape, "Add a person who is told", seen=False
)
def create_contact(desk: At, code: Code, body: NewContactBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.KEEP_CONTACTS, Right.READ)
        organization = organization_called(sight, code)
        desk.may(Right.KEEP_CONTACTS)
        made = add_contact(
            sight.session, organization, name=body.name, role=body.role,
            email=body.email or None, language=body.language, phone=body.phone or None,
        )  # fmt: skip
        return Done(ContactShape.model_validate(contact_shape(made)))

    return desk.once(act)


@operations.act(
    CONTACT, ContactShape, "Change a person; who was removed is told again",
    method="PATCH", status=200, keyed=False,
)  # fmt: skip
def mend_contact(desk: At, code: Code, number: Number, body: ContactBody) -> Response:
    with desk.writing() as sight:
        contact = _to_change(desk, sight, code, number)
        _must_say_something(body)
        change_contact(
            sight.session, contact, name=body.name, role=body.role, email=body.email,
            language=body.language, phone=body.phone,
        )  # fmt: skip
        shape = contact_shape(contact)
    return desk.changed(ContactShape.model_validate(shape), tag_of_shape(shape))


@operations.act(
    CONTACT, ContactShape, "Tell a person nothing more; what was sent stays on record",
    method="DELETE", status=200, keyed=False,
)  # fmt: skip
def end_contact(desk: At, code: Code, number: Number) -> Response:
    with desk.writing() as sight:
        contact = _to_change(desk, sight, code, number)
        remove_contact(sight.session, contact)
        shape = contact_shape(contact)
    return desk.changed(ContactShape.model_validate(shape), tag_of_shape(shape))


def contact_called(sight: Sight, code: str, number: str) -> Contact:
    """A person of an organization.

    Raises:
        NotFound: the organization is not to be seen, or has no such person.
    """
    organization = organization_called(sight, code)
    absent = NotFound(_("There is no such person in this organization."))
    try:
        contact = contact_numbered(sight.session, row_number(number))
    except NotFound:
        raise absent from None
    if contact.organization_id != organization.id:
        raise absent
    return contact


def _to_change(desk: ApiDesk, sight: Sight, code: str, number: str) -> Contact:
    desk.enter(Right.KEEP_CONTACTS, Right.READ)
    contact = contact_called(sight, code, number)
    desk.may(Right.KEEP_CONTACTS)
    desk.check_tag(tag_of_shape(contact_shape(contact)))
    return contact


def _above(sight: Sight, code: str) -> Organization:
    try:
        return organization_called(sight, code)
    except NotFound as error:
        raise BadInput(error.message, field="parent") from error


def _must_say_something(body: Body) -> None:
    """Refuse a change that changes nothing.

    Raises:
        BadInput: it says nothing.
    """
    if all(value is None for value in body.model_dump().values()):
        raise BadInput(_("Say what to change."))
