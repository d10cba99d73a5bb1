"""Who may sign in, and one's own tokens; no answer holds a password, and one holds a token."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from config.language import _
from duban.services.accounts import add_account, switch
from duban.services.invite import send_link
from duban.services.queue_account_mail import Post
from duban.services.tokens import make_token, revoke_token
from duban.shapes import columns, cut
from duban.web.api.desk import At, Done
from duban.web.api.operations import Operations
from duban.web.api.shape import Body, Cursor, Limit, Line, Listing, MaybeLine, Shape, row_number
from duban.web.api.tags import tag_of_shape
from duban.web.sight import Sight
from duban.web.visitor import Visitor
from models.account import Account
from models.api_token import ApiToken
from models.errors import BadInput, NotAllowed, NotFound
from models.organization import Organization
from models.queries.accounts import account_numbered, accounts_after, tokens_of
from models.queries.numbers import by_number
from models.queries.organizations import organization_by_name
from models.rights import AccountRole, Right, TokenScope

operations = Operations("accounts")

LONGEST_DAYS = 365
UserNumber = Annotated[str, Path(description="An account's id.", examples=["1"])]
TokenNumber = Annotated[str, Path(description="A token's id.", examples=["2000"])]
_SHOWN = {"id", "login", "name", "role", "email", "language", "active", "created_at",
          "signed_in_at"}  # fmt: skip
_WITHOUT = set(Account.model_fields) - _SHOWN


class UserShape(Shape):
    """An account; ``organization_code`` is what it sees."""

    id: int
    login: str
    name: str
    role: AccountRole
    organization_code: str
    email: str | None
    language: str
    active: bool
    has_password: bool
    second_factor: bool
    created_at: datetime
    signed_in_at: datetime | None


class UserBody(Body):
    """A new account; an invitation goes to its address. Without one nobody is invited yet."""

    login: Line = Field(examples=["zhang"])
    name: Line = Field(examples=["张三"])
    role: AccountRole = Field(examples=["clerk"])
    organization: Line = Field(examples=["commission"])
    email: MaybeLine = Field(default=None, examples=["zhangsan@unit.example"])
    language: Literal["zh", "en"] = "zh"


class SwitchBody(Body):
    """Whether the account may come in; every session ends either way."""

    active: bool = Field(examples=[False])


class TokenShape(Shape):
    """A token by its beginning; it is kept as a digest."""

    id: int
    name: str
    beginning: str
    scopes: list[TokenScope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    used_at: datetime | None


class MadeTokenShape(TokenShape):
    """A new token; ``token`` is shown this once."""

    token: str


class TokenBody(Body):
    """What the token is called, for what it may be used, and for how many days."""

    name: Line = Field(examples=["report"])
    scopes: list[TokenScope] = Field(max_length=len(TokenScope), examples=[["read"]])
    days: int = Field(ge=1, le=LONGEST_DAYS, examples=[30])


@operations.get("/users", Listing[UserShape], "Accounts, by id", paged=True)
def list_users(desk: At, limit: Limit = 50, cursor: Cursor = None) -> Response:
    desk.enter(Right.KEEP_ACCOUNTS)
    after = row_number(desk.place(cursor) or "0")
    with desk.reading() as sight:
        found, more = cut(accounts_after(sight.session, after, limit=limit + 1), limit)
        items = [_user(account, organization) for account, organization in found]
        return desk.listing(Listing[UserShape], items, str(found[-1][0].id) if more else None)


@operations.get("/users/{number}", UserShape, "One account", tagged=True)
def show_user(desk: At, number: UserNumber) -> Response:
    desk.enter(Right.KEEP_ACCOUNTS)
    with desk.reading() as sight:
        shape = _user_now(sight, account_numbered(sight.session, row_number(number)))
        return desk.answer(UserShape.model_validate(shape), tag=tag_of_shape(shape))


@operations.act("/users", UserShape, "Add an account and invite who it is for", seen=False)
def invite_user(desk: At, body: UserBody) -> Response:
    def act(sight: Sight) -> Done:
        desk.enter(Right.KEEP_ACCOUNTS)
        by, now = desk.person.name, desk.house.wall_clock()
        account = add_account(
            sight.session, login=body.login, name=body.name, role=body.role,
            organization=_organization(sight, body.organization), email=body.email or None,
            language=body.language, by=by, now=now,
        )  # fmt: skip
        if account.email is not None:
            send_link(sight.session, account, by=by, now=now, post=Post(sight.settings, sight.now))
        return Done(UserShape.model_validate(_user_now(sight, account)))

    return desk.once(act)


@operations.act(
    "/users/{number}", UserShape, "Switch it on or off", method="PATCH", status=200, keyed=False
)
def switch_user(desk: At, number: UserNumber, body: SwitchBody) -> Response:
    with desk.writing() as sight:
        desk.enter(Right.KEEP_ACCOUNTS)
        account = account_numbered(sight.session, row_number(number))
        desk.check_tag(tag_of_shape(_user_now(sight, account)))
        switch(
            sight.session, account, body.active, by=desk.person.name, now=desk.house.wall_clock()
        )
        shape = _user_now(sight, account)
    return desk.changed(UserShape.model_validate(shape), tag_of_shape(shape))


@operations.get("/tokens", Listing[TokenShape], "One's own tokens, the newest first")
def list_tokens(desk: At) -> Response:
    with desk.reading() as sight:
        found = tokens_of(sight.session, desk.person.account_id)
        return desk.listing(Listing[TokenShape], [_token(one) for one in found], None)


@operations.act(
    "/tokens", MadeTokenShape, "Make a token that may no more than this one",
    keyed=False, seen=False,
)  # fmt: skip
def make_own_token(desk: At, body: TokenBody) -> Response:
    person, now = desk.person, desk.house.wall_clock()
    _must_act(person)
    if not person.token_scopes.issuperset(body.scopes):
        raise NotAllowed(_("A token makes no token that may more than itself."))
    ends_at = min(now + timedelta(days=body.days), person.token_ends_at or now)
    with desk.writing() as sight:
        account = sight.session.get_one(Account, person.account_id)
        row, token = make_token(
            sight.session, account, name=body.name, scopes=body.scopes, lasts=ends_at - now, now=now
        )
        made = MadeTokenShape.model_validate({**_token(row), "token": token})
    # Not kept for a repetition, as other answers are: nobody finds the token in the database.
    return Response(made.model_dump_json(), 201, media_type="application/json")


@operations.act(
    "/tokens/{number}", TokenShape, "Revoke one's own token; a second time changes nothing",
    method="DELETE", status=200, keyed=False, seen=False,
)  # fmt: skip
def revoke_own_token(desk: At, number: TokenNumber) -> Response:
    person = desk.person
    with desk.writing() as sight:
        token = by_number(sight.session, ApiToken, row_number(number))
        if token is None or token.account_id != person.account_id:
            raise NotFound(_("There is no token {id}.").format(id=number[:20]))
        _must_act(person)
        revoke_token(sight.session, token, by=person.name, now=desk.house.wall_clock())
        body = TokenShape.model_validate(_token(token))
    return desk.answer(body)


def _must_act(person: Visitor) -> None:
    """Refuse a token that has the scope ``read`` and no other.

    Raises:
        NotAllowed: it has.
    """
    if person.token_scopes <= {TokenScope.READ}:
        raise NotAllowed(_("This token is for looking alone."))


def _user_now(sight: Sight, account: Account) -> dict[str, Any]:
    return _user(account, sight.session.get_one(Organization, account.organization_id))


def _user(account: Account, organization: Organization) -> dict[str, Any]:
    return {
        **columns(account, _WITHOUT),
        "organization_code": organization.code,
        "has_password": account.password_hash is not None,
        "second_factor": account.otp_confirmed_at is not None,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return columns(token, {"account_id", "token_hash"})


def _organization(sight: Sight, name: str) -> Organization:
    found = organization_by_name(sight.session, name)
    if found is None:
        raise BadInput(
            _("There is no organization “{name}”.").format(name=name), field="organization"
        )
    return found
