"""``duban token``: what programs sign in to the API with."""

from datetime import timedelta
from typing import Annotated

import typer

from config import clock
from config.language import _
from duban.cli.app import App
from duban.cli.output import emit, say, table
from duban.cli.session import actor, reading, writing
from duban.services.tokens import make_token, revoke_token
from duban.shapes import columns
from models.account import Account
from models.api_token import ApiToken
from models.day_words import local_minute
from models.errors import NotFound
from models.queries.accounts import account_by_login, all_tokens
from models.queries.numbers import by_number
from models.rights import TokenScope
from models.transitions import Role

app = App()

By = Annotated[str | None, typer.Option("--by", help=_("Who acts; else the system's user."))]
SECRET = {"token_hash"}


@app.verb(help=_("Make a token for an account and print it; it is shown this once."))
def create(
    login: Annotated[str, typer.Argument(help=_("The sign-in name."))],
    scope: Annotated[
        list[str],
        typer.Option(help=_("What it may do: read, unit, clerk, decide, ops; may be repeated.")),
    ],
    name: Annotated[str, typer.Option(help=_("What it is for."))],
    days: Annotated[int, typer.Option(min=1, max=366, help=_("How long it works."))] = 90,
) -> None:  # fmt: skip
    with writing() as desk:
        account = account_by_login(desk.session, login)
        if account is None:
            raise NotFound(_("There is no account “{name}”.").format(name=login))
        token, secret = make_token(
            desk.session, account, name=name, scopes=[_scope(one) for one in scope],
            lasts=timedelta(days=days), now=clock.now(),
        )  # fmt: skip

        def words() -> None:
            say(_("Keep this token; it is not shown again: {token}").format(token=secret))
            say(_("It works until {when}.").format(when=local_minute(token.expires_at)))

        emit(_shape(token, account) | {"token": secret}, words)


@app.verb(
    "list", help=_("Every token, the newest first; the tokens themselves are stored nowhere.")
)
def list_tokens() -> None:
    with reading() as desk:
        found = all_tokens(desk.session)
        data = {"count": len(found), "tokens": [_shape(token, owner) for token, owner in found]}
        headings = (_("Token"), _("Account"), _("For"), _("Scopes"), _("Beginning"), _("Until"),
                    _("Last used"), _("Revoked"))  # fmt: skip
        rows = [
            (str(token.id), owner.login, token.name, " ".join(token.scopes), token.beginning,
             local_minute(token.expires_at), local_minute(token.used_at) if token.used_at else "–",
             local_minute(token.revoked_at) if token.revoked_at else "")
            for token, owner in found
        ]  # fmt: skip
        emit(data, lambda: table(headings, rows))


@app.verb(help=_("Let a token work no more."))
def revoke(
    number: Annotated[int, typer.Argument(help=_("The token's number; see duban token list."))],
    by: By = None,
) -> None:
    with writing() as desk:
        token = by_number(desk.session, ApiToken, number)
        if token is None:
            raise NotFound(_("There is no token {id}; see “duban token list”.").format(id=number))
        revoke_token(desk.session, token, by=actor(by, Role.CLERK).name, now=clock.now())
        owner = desk.session.get_one(Account, token.account_id)
        emit(_shape(token, owner), lambda: say(_("Token {id} works no more.").format(id=number)))


def _shape(token: ApiToken, owner: Account) -> dict[str, object]:
    return {"login": owner.login, **columns(token, SECRET)}


def _scope(name: str) -> TokenScope:
    try:
        return TokenScope(name)
    except ValueError as error:
        raise NotFound(
            _("There is no scope “{name}”; there are: {known}.").format(
                name=name, known=", ".join(TokenScope)
            )
        ) from error
