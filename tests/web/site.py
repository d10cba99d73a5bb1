"""The service as a browser meets it: a real server on loopback and one client a person."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any

import httpx

from config import clock
from config.settings import Settings
from duban.services.accounts import add_account
from duban.services.passwords import hash_password
from duban.services.sign_in import open_session
from duban.web.serve import served
from models.database import Database
from models.queries.accounts import account_by_login
from models.queries.organizations import organization_named
from models.rights import AccountRole
from tests.world import INSTALLED

PASSWORD = "lantern river 42 maple"


@cache
def _stored() -> str:
    return hash_password(PASSWORD)


@dataclass
class Person:
    """One browser: cookies, the form's token, and what a page says."""

    client: httpx.Client
    csrf: str = ""
    page: httpx.Response = field(default=None)  # type: ignore[assignment]  # filled by the first visit

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page, following where it leads; its forms' token is kept."""
        self.page = self.client.get(path, follow_redirects=True, **options)
        if token := re.search(r'name="csrf" value="([^"]+)"', self.page.text):
            self.csrf = token[1]
        return self.page

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a form as its page would, and follow where it leads."""
        headers = {"sec-fetch-site": "same-origin"}
        self.page = self.client.post(
            path, data={"csrf": self.csrf, **(data or {})}, headers=headers,
            follow_redirects=True, **options,
        )  # fmt: skip
        return self.page

    @property
    def words(self) -> str:
        """What the page says, without its tags."""
        bare = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", self.page.text, flags=re.S)
        return " ".join(unescape(bare).split())


@dataclass
class Site:
    """A running service over a test's database."""

    address: str
    database: Database
    settings: Settings
    people: list[httpx.Client] = field(default_factory=list)

    def account(
        self, login: str, role: str, organization: str = "commission", language: str = "en"
    ) -> None:
        """Somebody who can sign in; the name others see is the sign-in name."""
        with self.database.begin() as session:
            account = add_account(
                session, login=login, name=login, role=AccountRole(role), by="test",
                organization=organization_named(session, organization), now=INSTALLED,
                language=language,
            )  # fmt: skip
            account.password_hash = _stored()
            session.add(account)

    def nobody(self) -> Person:
        """A browser in which nobody has signed in; it prefers English."""
        client = httpx.Client(base_url=self.address, headers={"accept-language": "en"}, timeout=30)
        self.people.append(client)
        return Person(client)

    def signed_in(self, login: str) -> Person:
        """A browser in which somebody has, without the half second that a password costs."""
        person = self.nobody()
        with self.database.begin() as session:
            account = account_by_login(session, login)
            assert account is not None
            token = open_session(
                session, account, settings=self.settings.web, address="127.0.0.1", browser="test",
                now=clock.now(),
            )  # fmt: skip
        person.client.cookies.set("duban", token)
        person.get("/me")
        return person

    def person(self, login: str, role: str, organization: str = "commission") -> Person:
        """Both at once: a new account, and its browser."""
        self.account(login, role, organization)
        return self.signed_in(login)


@contextmanager
def running(database: Database, settings: Settings) -> Iterator[Site]:
    """A service of these settings on a free port for as long as the block lasts."""
    with served(settings, port=0) as service, visited(service.address, database, settings) as site:
        yield site


@contextmanager
def visited(address: str, database: Database, settings: Settings) -> Iterator[Site]:
    """What answers at ``address``; every browser is closed at the end."""
    site = Site(address, database, settings)
    try:
        yield site
    finally:
        for client in site.people:
            client.close()
