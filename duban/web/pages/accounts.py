"""Who may sign in: the list, new accounts, changes, links, sessions; never a password."""

from datetime import datetime
from typing import TypedDict

from starlette.responses import Response

from config.language import _
from duban.services.accounts import add_account, switch
from duban.services.change_account import change_account, end_sessions, link_identity
from duban.services.invite import recover, send_link
from duban.services.queue_account_mail import Post
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.sight import Sight
from models.errors import BadInput
from models.organization import Organization
from models.queries.accounts import account_numbered, accounts, sessions_of
from models.queries.organizations import organization_by_name
from models.rights import AccountRole, Right
from models.words import account_role_label

pages = Pages()

ROW = "/admin/accounts/{number:int}"


@pages.get("/admin/accounts", Right.KEEP_ACCOUNTS)
def every_account(desk: Desk) -> Response:
    with desk.reading() as sight:
        return desk.page("accounts.html", sight, rows=accounts(sight.session))


@pages.get("/admin/accounts/new", Right.KEEP_ACCOUNTS)
def new_form(desk: Desk) -> Response:
    with desk.reading() as sight:
        return desk.page("account_new.html", sight, roles=_roles())


@pages.post("/admin/accounts/new", Right.KEEP_ACCOUNTS, again=new_form)
def add(desk: Desk) -> Response:
    with desk.writing() as sight:
        account = add_account(
            sight.session, login=desk.text("login"), name=desk.text("name"), role=_role(desk),
            organization=_organization(desk, sight), **_by(desk),
            email=desk.text("email") or None, language=desk.text("language"),
        )  # fmt: skip
        if account.email is not None:
            post = Post(sight.settings, sight.now)
            send_link(sight.session, account, **_by(desk), post=post)
        said = (
            _("The account was added; an invitation goes to {address}.")
            if account.email
            else _("The account was added. It has no address: “duban account link” gives a link.")
        ).format(address=account.email)
    return desk.to(f"/admin/accounts/{account.id}", said)


@pages.get(ROW, Right.KEEP_ACCOUNTS)
def one(desk: Desk, number: int) -> Response:
    with desk.reading() as sight:
        account = account_numbered(sight.session, number)
        return desk.page(
            "account.html", sight, account=account, roles=_roles(),
            organization=sight.session.get_one(Organization, account.organization_id),
            opened=sessions_of(sight.session, number, desk.house.wall_clock()),
            provider=desk.house.settings.oidc.name if desk.house.settings.oidc.issuer else None,
        )  # fmt: skip


@pages.post(ROW, Right.KEEP_ACCOUNTS, again=one)
def change(desk: Desk, number: int) -> Response:
    with desk.writing() as sight:
        account = account_numbered(sight.session, number)
        change_account(
            sight.session, account, role=_role(desk), organization=_organization(desk, sight),
            email=desk.text("email") or None, **_by(desk), post=Post(sight.settings, sight.now),
        )  # fmt: skip
    return _done(desk, number, _("The account was changed; its sessions were ended."))


@pages.post(ROW + "/link", Right.KEEP_ACCOUNTS, again=one)
def mail_link(desk: Desk, number: int) -> Response:
    with desk.writing() as sight:
        account = account_numbered(sight.session, number)
        post = Post(sight.settings, sight.now)
        message = send_link(sight.session, account, **_by(desk), post=post)
    return _done(desk, number, _("A link goes to {address}.").format(address=message.to))


@pages.post(ROW + "/recover", Right.KEEP_ACCOUNTS, again=one)
def take_away(desk: Desk, number: int) -> Response:
    with desk.writing() as sight:
        account = account_numbered(sight.session, number)
        post = Post(sight.settings, sight.now)
        message = recover(sight.session, account, **_by(desk), post=post)
    said = _("Password and second factor were taken away; a link goes to {address}.")
    return _done(desk, number, said.format(address=message.to))


@pages.post(ROW + "/switch", Right.KEEP_ACCOUNTS, again=one)
def on_or_off(desk: Desk, number: int) -> Response:
    active = desk.text("to") == "on"
    with desk.writing() as sight:
        switch(sight.session, account_numbered(sight.session, number), active, **_by(desk))
    off = _("The account was switched off; its sessions were ended.")
    return _done(desk, number, _("The account was switched on.") if active else off)


@pages.post(ROW + "/sessions/end", Right.KEEP_ACCOUNTS, again=one)
def end_all(desk: Desk, number: int) -> Response:
    with desk.writing() as sight:
        end_sessions(sight.session, account_numbered(sight.session, number), **_by(desk))
    return _done(desk, number, _("Every session of the account was ended."))


@pages.post(ROW + "/identity", Right.KEEP_ACCOUNTS, again=one)
def identity(desk: Desk, number: int) -> Response:
    issuer = desk.house.settings.oidc.issuer
    if issuer is None:
        raise BadInput(_("No identity provider is set."), field="subject")
    with desk.writing() as sight:
        link_identity(
            sight.session, account_numbered(sight.session, number), issuer,
            desk.text("subject") or None, **_by(desk), post=Post(sight.settings, sight.now),
        )  # fmt: skip
    return _done(desk, number, _("How the identity provider knows this account was changed."))


class _By(TypedDict):
    by: str
    now: datetime


def _by(desk: Desk) -> _By:
    """Who acts, by the real clock: accounts know no demo's time."""
    return {"by": desk.person.name, "now": desk.house.wall_clock()}


def _done(desk: Desk, number: int, said: str) -> Response:
    return desk.to(f"/admin/accounts/{number}", said)


def _roles() -> list[tuple[str, str]]:
    return [(role.value, account_role_label(role)) for role in AccountRole]


def _role(desk: Desk) -> AccountRole:
    if (role := desk.text("role")) not in set(AccountRole):
        raise BadInput(_("Choose a role."), field="role")
    return AccountRole(role)


def _organization(desk: Desk, sight: Sight) -> Organization:
    name = desk.text("organization")
    found = organization_by_name(sight.session, name)
    if found is None:
        raise BadInput(
            _("There is no organization “{name}”.").format(name=name), field="organization"
        )
    return found
