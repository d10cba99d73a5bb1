"""Coming in through a district's identity provider: what is asked, verified and refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from config import clock
from config.settings import OidcSettings
from duban.services.change_account import link_identity
from duban.services.queue_account_mail import Post
from models.account import Account
from models.queries.accounts import account_by_login, account_events
from tests.web.provider import IdentityProvider, identity_provider
from tests.web.site import Person, Site, running
from tests.world import World


@pytest.fixture(scope="module")
def shared() -> Iterator[IdentityProvider]:
    with identity_provider() as opened:
        yield opened


@pytest.fixture
def provider(shared: IdentityProvider) -> IdentityProvider:
    """The module's one, as it was at first."""
    fresh = {"claims": {}, "algorithm": "RS256", "discovery": {}, "redirect": False, "huge": False,
             "subject": "subject-1", "came": []}  # fmt: skip
    for name, value in fresh.items():
        setattr(shared, name, value)
    return shared


@pytest.fixture
def linked(world: World, provider: IdentityProvider, tmp_path: Path) -> Iterator[Site]:
    """The service with this provider; the clerk li is linked with its subject."""
    secret = tmp_path / "client-secret"
    secret.write_text("s%cret+")
    secret.chmod(0o600)
    oidc = OidcSettings(
        issuer=provider.issuer, client_id="duban", client_secret_file=secret, name="区统一认证"
    )
    with running(world.database, world.settings.model_copy(update={"oidc": oidc})) as site:
        site.account("li", "clerk")
        with world.database.begin() as session:
            link_identity(
                session, named(session, "li"), provider.issuer, "subject-1", by="test",
                now=clock.now(), post=Post(site.settings, clock.now()),
            )  # fmt: skip
        yield site


def named(session: Session, login: str) -> Account:
    """The account that signs in so."""
    found = account_by_login(session, login)
    assert found is not None
    return found


def begun(site: Site, provider: IdentityProvider) -> tuple[Person, dict[str, str]]:
    """A browser that went to the provider, and what it asked there."""
    person = site.nobody()
    answer = person.client.get("/sign-in/oidc")
    assert answer.status_code == 303
    return person, provider.authorize(answer.headers["location"])


def come_back(person: Person, asked: dict[str, str], **changes: str) -> int:
    """The browser comes back with a code; the status of where it ends."""
    query: dict[str, Any] = {"code": "c", "state": asked["state"], **changes}
    person.get("/sign-in/oidc/back", params=query)
    return person.page.status_code


def test_in_through_the_provider(linked: Site, provider: IdentityProvider) -> None:
    assert 'href="/sign-in/oidc"' in linked.nobody().get("/sign-in").text
    for algorithm in ("RS256", "ES256"):
        provider.algorithm = algorithm
        person, asked = begun(linked, provider)
        assert {k: v for k, v in asked.items() if k not in ("state", "nonce", "code_challenge")} == {
            "response_type": "code", "client_id": "duban", "scope": "openid",
            "code_challenge_method": "S256",
            "redirect_uri": linked.settings.site.base_url + "/sign-in/oidc/back",
        }  # fmt: skip
        come_back(person, asked)
        assert person.get("/me").url.path == "/me"
    # The secret goes form-encoded in the header, never in the body.
    assert [(form["authorization"], "client_secret" in form) for form in provider.came] == [
        ("Basic ZHViYW46cyUyNWNyZXQlMkI=", False)
    ] * 2


WRONG: list[dict[str, Any]] = [
    {"algorithm": "none"}, {"algorithm": "HS256"}, {"algorithm": "RS384"},
    {"algorithm": "stranger"},
    {"claims": {"iss": "https://evil.example"}}, {"claims": {"aud": "other"}},
    {"claims": {"aud": ["duban", "other"]}}, {"claims": {"azp": "other"}},
    {"claims": {"nonce": "another"}}, {"claims": {"nonce": None}},
    {"claims": {"exp": 1}}, {"claims": {"exp": None}}, {"claims": {"sub": None}},
    {"claims": {"sub": 7}}, {"claims": {"iat": 99_999_999_999}},
    {"challenge": "another verifier's"},
]  # fmt: skip


def test_a_token_that_is_not_right_lets_nobody_in(linked: Site, provider: IdentityProvider) -> None:
    let_in = []
    for change in WRONG:
        person, asked = begun(linked, provider)
        provider.algorithm, provider.claims = "RS256", {}
        for name, value in change.items():
            setattr(provider, name, value)
        if come_back(person, asked) != 503 or "duban" in person.client.cookies:
            let_in.append(change)
    assert let_in == []


def test_only_the_browser_that_began_comes_back(linked: Site, provider: IdentityProvider) -> None:
    _victim, asked = begun(linked, provider)
    stranger = linked.nobody()
    assert come_back(stranger, asked) == 422
    person, asked = begun(linked, provider)
    assert come_back(person, asked, state="other") == 422
    assert come_back(person, asked, iss="https://evil.example") == 422
    assert come_back(person, asked, code="") == 403
    assert provider.came == []


def test_a_provider_that_says_something_else_is_not_followed(
    linked: Site, provider: IdentityProvider
) -> None:
    for change in (
        {"discovery": {"issuer": "https://evil.example"}},
        {"discovery": {"authorization_endpoint": "javascript:alert(1)"}},
        {"redirect": True}, {"huge": True},
    ):  # fmt: skip
        for name, value in change.items():
            setattr(provider, name, value)
        assert linked.nobody().get("/sign-in/oidc").status_code == 503
        provider.discovery, provider.redirect, provider.huge = {}, False, False


def test_an_unknown_identity_gets_no_account(linked: Site, provider: IdentityProvider) -> None:
    provider.subject = "subject-2"
    person, asked = begun(linked, provider)
    assert come_back(person, asked) == 403
    assert "No account here is linked with this identity" in person.words
    with linked.database.read() as session:
        assert sorted(a.login for a in session.exec(select(Account))) == ["li"]
        assert account_events(session, limit=1)[0].what == "sign-in.refused"


def test_one_identity_is_one_account_s(linked: Site, provider: IdentityProvider) -> None:
    linked.account("wang", "clerk")
    admin = linked.person("root", "administrator")
    with linked.database.read() as session:
        number = named(session, "wang").id
    admin.get(f"/admin/accounts/{number}")
    admin.post(f"/admin/accounts/{number}/identity", {"subject": "subject-1"})
    assert admin.page.status_code == 422
    assert "li is known by this identity already." in admin.words
    admin.post(f"/admin/accounts/{number}/identity", {"subject": "subject-2"})
    assert admin.page.status_code == 200
    with linked.database.read() as session:
        known = named(session, "wang")
        assert (known.oidc_issuer, known.oidc_subject) == (provider.issuer, "subject-2")


def test_a_second_factor_is_still_asked_for(linked: Site, provider: IdentityProvider) -> None:
    with linked.database.begin() as session:
        found = named(session, "li")
        found.otp_secret, found.otp_confirmed_at = "sealed", clock.now()
    person, asked = begun(linked, provider)
    come_back(person, asked)
    assert person.page.url.path == "/sign-in/code"


def test_without_a_provider_there_is_no_such_door(site: Site) -> None:
    person = site.nobody()
    assert [person.get(path).status_code for path in ("/sign-in/oidc", "/sign-in/oidc/back")] == [
        404, 404,
    ]  # fmt: skip
