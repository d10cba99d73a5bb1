"""The API as a program meets it: a token for each account, and acts with what they need."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

import httpx

from config import clock
from duban.services.accounts import add_account
from duban.services.tokens import make_token
from models.queries.accounts import account_by_login
from models.queries.organizations import organization_named
from models.rights import AccountRole, TokenScope
from tests.web.site import Site
from tests.world import INSTALLED

EVERY_SCOPE = tuple(TokenScope)
_keys = count(1)


class Program:
    """One client of the API with one token."""

    def __init__(self, site: Site, token: str) -> None:
        self.token = token
        self.client = httpx.Client(
            base_url=site.address + "/api/v1",
            headers={"authorization": f"Bearer {token}", "accept-language": "en"},
            timeout=30,
        )
        site.people.append(self.client)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask."""
        return self.client.get(path, **options)

    def act(
        self,
        path: str,
        body: Any = None,
        *,
        seen: str | None = None,
        key: str | None = None,
        method: str = "POST",
        **options: Any,
    ) -> httpx.Response:
        """Act once, on the version of ``seen`` (an address), with a new key unless one is given."""
        headers = {"idempotency-key": key or f"key-{next(_keys)}"}
        if seen is not None:
            headers["if-match"] = self.get(seen).headers["etag"]
        headers |= options.pop("headers", {})
        return self.client.request(method, path, json=body, headers=headers, **options)


def program(
    site: Site,
    login: str,
    role: str,
    organization: str = "commission",
    scopes: Iterable[TokenScope] = EVERY_SCOPE,
) -> Program:
    """A new account, which nobody can sign in with, and a program that acts for it."""
    with site.database.begin() as session:
        add_account(
            session, login=login, name=login, role=AccountRole(role), by="test", now=INSTALLED,
            organization=organization_named(session, organization),
        )  # fmt: skip
    return Program(site, token_of(site, login, scopes))


def token_of(
    site: Site,
    login: str,
    scopes: Iterable[TokenScope] = EVERY_SCOPE,
    lasts: timedelta = timedelta(days=1),
) -> str:
    """A new token of an account."""
    with site.database.begin() as session:
        account = account_by_login(session, login)
        assert account is not None
        _row, token = make_token(
            session, account, name="test", scopes=list(scopes), lasts=lasts, now=clock.now()
        )
    return token
