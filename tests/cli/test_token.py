"""Tokens of the API, made and revoked at the command line."""

from models.database import Database
from models.queries.accounts import all_tokens
from tests.command import duban
from tests.world import World


def test_a_token_from_beginning_to_end(world: World, database: Database) -> None:
    duban("account", "add", "li", "--name", "Li", "--role", "clerk")
    made = duban(
        "token", "create", "li", "--scope", "read", "--name", "report", "--days", "7", "--json"
    )
    token = made.data["token"]
    assert (made.code, token[:6], made.data["scopes"]) == (0, "duban_", ["read"])
    with database.read() as session:
        ((stored, _owner),) = all_tokens(session)
        assert token not in str(stored.model_dump())
    (listed,) = duban("token", "list", "--json").data["tokens"]
    assert listed == {name: made.data[name] for name in listed}
    assert token not in duban("token", "list").out
    assert duban("token", "revoke", listed["id"], "--by", "Wang").code == 0
    assert duban("token", "list", "--json").data["tokens"][0]["revoked_at"] is not None


def test_what_no_token_is_made_for(world: World) -> None:
    duban("account", "add", "li", "--name", "Li", "--role", "auditor")
    for arguments, code in (
        (("nobody", "--scope", "read"), 6),
        (("li", "--scope", "everything"), 6),
        (("li", "--scope", "clerk"), 1),
        (("li", "--scope", "read", "--days", "400"), 2),
    ):
        assert duban("token", "create", *arguments, "--name", "x").code == code, arguments
    assert duban("token", "revoke", 9).code == 6
