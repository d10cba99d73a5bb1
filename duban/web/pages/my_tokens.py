"""One's own tokens of the API: made, shown once, revoked."""

from datetime import timedelta

from starlette.responses import Response

from config.language import _
from duban.services.tokens import make_token, revoke_token
from duban.web.desk import Desk
from duban.web.doors import Open, Pages
from models.account import Account
from models.account_words import token_scope_label
from models.api_token import ApiToken
from models.errors import BadInput, NotFound
from models.queries.accounts import tokens_of
from models.queries.numbers import by_number
from models.rights import TokenScope, rights_of_token

pages = Pages()

LONGEST_DAYS = 365


@pages.get("/me/tokens", Open.TO_SIGNED_IN)
def tokens(desk: Desk, made: str = "") -> Response:
    with desk.reading() as sight:
        return desk.page(
            "my_tokens.html", sight, tokens=tokens_of(sight.session, desk.person.account_id),
            scopes=_scopes(desk), label=token_scope_label, wall=desk.house.wall_clock(),
            chosen=desk.texts("scopes"), made=made, most=LONGEST_DAYS,
        )  # fmt: skip


@pages.post("/me/tokens", Open.TO_SIGNED_IN, again=tokens)
def make(desk: Desk) -> Response:
    scopes = [scope for scope in _scopes(desk) if scope in desk.texts("scopes")]
    if not scopes:
        raise BadInput(_("Choose what the token may be used for."), field="scopes")
    with desk.writing() as sight:
        account = sight.session.get_one(Account, desk.person.account_id)
        _row, secret = make_token(
            sight.session, account, name=desk.text("name"), scopes=scopes,
            lasts=timedelta(days=_days(desk)), now=desk.house.wall_clock(),
        )  # fmt: skip
    return tokens(desk, secret)


@pages.post("/me/tokens/{number:int}/revoke", Open.TO_SIGNED_IN)
def revoke(desk: Desk, number: int) -> Response:
    person = desk.person
    with desk.writing() as sight:
        token = by_number(sight.session, ApiToken, number)
        if token is None or token.account_id != person.account_id:
            raise NotFound(_("There is no token {id}.").format(id=number))
        revoke_token(sight.session, token, by=person.name, now=desk.house.wall_clock())
    return desk.to("/me/tokens", _("The token works no more."))


def _scopes(desk: Desk) -> list[TokenScope]:
    """What the visitor's role can use a token for at all."""
    return [s for s in TokenScope if rights_of_token(desk.person.role, frozenset({s}))]


def _days(desk: Desk) -> int:
    text = desk.text("days")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= LONGEST_DAYS):
        raise BadInput(_("A token lasts 1 to {most} days.").format(most=LONGEST_DAYS), field="days")
    return int(text)
