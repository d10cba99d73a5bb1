"""``duban account``: who may sign in; the first administrator is made here."""

import sys
from typing import Annotated

import typer
from sqlmodel import Session

from config import clock
from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import actor, reading, writing
from duban.services.accounts import add_account, make_link, switch
from duban.shapes import columns
from models.account import Account
from models.day_words import local_minute
from models.errors import NotFound
from models.one_time_link import LinkPurpose
from models.queries.accounts import account_by_login, accounts
from models.queries.organizations import organization_named
from models.rights import AccountRole
from models.transitions import Role
from models.words import account_role_label, organization_label

app = App()

Login = Annotated[str, typer.Argument(help=_("The sign-in name."))]
By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
SECRET = {"password_hash", "otp_secret", "otp_step", "oidc_issuer", "oidc_subject"}


@app.verb("list", help=_("Every account, by role."))
def list_accounts() -> None:
    with reading() as desk:
        found = accounts(desk.session)
        data = {
            "count": len(found),
            "accounts": [columns(a, SECRET) | {"organization": o.name} for a, o in found],
        }
        headings = (_("Sign-in name"), _("Name"), _("Role"), _("Organization"), _("Last sign-in"))
        rows = [
            (a.login, a.name, account_role_label(a.role), organization_label(o),
             local_minute(a.signed_in_at) if a.signed_in_at else "–")
            for a, o in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(
    help=_("Add an account and print its invitation; or read a password from standard input.")
)
def add(
    login: Login,
    name: Annotated[str, typer.Option(help=_("The name that others and the history see."))],
    role: Annotated[str, typer.Option(help=", ".join(AccountRole))],
    org: Annotated[str, typer.Option(help=_("An organization's code or name."))] = "commission",
    email: Annotated[str | None, typer.Option(help=_("For invitations and resets."))] = None,
    language: Annotated[str, typer.Option(help="zh, en")] = "zh",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help=_("Read the password from standard input."))
    ] = False,
    by: By = None,
) -> None:
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    with writing() as desk:
        account = add_account(
            desk.session, login=login, name=name, role=_role(role),
            organization=organization_named(desk.session, org), by=actor(by, Role.CLERK).name,
            now=clock.now(), email=email, language=language, password=password,
        )  # fmt: skip
        link = None
        if password is None:
            token = make_link(desk.session, account, LinkPurpose.INVITATION, now=clock.now())
            link = f"{desk.settings.site.base_url}/welcome/{token}"
        _answer(account, link)


@app.verb(help=_("A new invitation or reset link, printed once, for who cannot be mailed to."))
def link(login: Login, by: By = None) -> None:
    with writing() as desk:
        account = _account(desk.session, login)
        token = make_link(desk.session, account, LinkPurpose.RESET, now=clock.now())
        _answer(account, f"{desk.settings.site.base_url}/welcome/{token}")


@app.verb(help=_("Keep somebody out; every session of theirs ends."))
def off(login: Login, by: By = None) -> None:
    _switch(login, False, by)


@app.verb(help=_("Let somebody in again."))
def on(login: Login, by: By = None) -> None:
    _switch(login, True, by)


def _switch(login: str, active: bool, by: str | None) -> None:
    with writing() as desk:
        account = _account(desk.session, login)
        switch(desk.session, account, active, by=actor(by, Role.CLERK).name, now=clock.now())
        _answer(account, None)


def _answer(account: Account, link: str | None) -> None:
    def words() -> None:
        say(f"{account.login}  {account.name}  {account_role_label(account.role)}")
        if link is not None:
            say(_("Give this link to its owner; it works once: {link}").format(link=link))

    emit(columns(account, SECRET) | ({"link": link} if link else {}), words)


def _role(name: str) -> AccountRole:
    try:
        return AccountRole(name)
    except ValueError as error:
        raise NotFound(
            _("There is no role “{name}”; there are: {known}.").format(
                name=name, known=", ".join(AccountRole)
            )
        ) from error


def _account(session: Session, login: str) -> Account:
    found = account_by_login(session, login)
    if found is None:
        raise NotFound(_("There is no account “{name}”.").format(name=login))
    return found
