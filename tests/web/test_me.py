"""One's own account: password, sessions, second factor, tokens, language."""

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from sqlmodel import select

from config import clock
from config.settings import WebSettings
from duban.web.house import House
from models.account import Account
from models.queries.accounts import account_by_login
from tests.web.mailbox import links, queued, send
from tests.web.site import PASSWORD, Person, Site, running
from tests.world import World

NEW = "seven quiet lanterns 88"


def account(site: Site, login: str) -> Account:
    with site.database.read() as session:
        found = account_by_login(session, login)
        assert found is not None
        session.expunge(found)
        return found


class Clock:
    """The service's wall clock, moved on by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self, *_house: object) -> Any:
        return clock.now() + self.ahead


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(House, "wall_clock", lambda house: moved())
    return moved


def code_of(secret: str, wall: Clock) -> str:
    return pyotp.TOTP(secret).at(wall())


def set_up(person: Person, wall: Clock) -> str:
    """A second factor by its page; the secret."""
    person.get("/me/second-factor")
    secret = re.search(r'<code id="secret">([A-Z2-7]+)</code>', person.page.text)
    offer = re.search(r'name="offer" value="([^"]+)"', person.page.text)
    assert secret is not None
    assert offer is not None
    # A picture without a box of its own would be cut off, not made smaller.
    assert re.search(r"<svg[^>]* viewBox=", person.page.text)
    person.post("/me/second-factor", {"offer": offer[1], "code": code_of(secret[1], wall)})
    assert person.page.url.path == "/me"
    return secret[1]


def test_a_new_password_takes_the_old_one_and_ends_other_sessions(site: Site) -> None:
    person = site.person("li", "clerk")
    other = site.signed_in("li")
    said = []
    for present, password, again in (
        ("wrong", NEW, NEW), (PASSWORD, NEW, NEW + "x"), (PASSWORD, "short", "short"),
    ):  # fmt: skip
        person.post("/me/password", {"present": present, "password": password, "again": again})
        said.append((person.page.status_code, re.findall(r'id="(\w+)-error"', person.page.text)))
    assert said == [(422, ["present"]), (422, ["again"]), (422, ["password"])]
    person.post("/me/password", {"present": PASSWORD, "password": NEW, "again": NEW})
    assert person.page.url.path == "/me"
    assert "The password was changed; every other session was ended." in person.words
    assert other.get("/me").url.path == "/sign-in"
    person = site.nobody()
    person.post("/sign-in", {"login": "li", "password": NEW})
    assert person.get("/me").url.path == "/me"


def test_guessing_the_present_password_gets_slow(site: Site) -> None:
    person = site.person("li", "clerk")
    data = {"present": "wrong", "password": NEW, "again": NEW}
    statuses = [person.post("/me/password", data).status_code for _ in range(4)]
    assert statuses == [422, 422, 422, 429]


def test_sessions_are_listed_and_ended(site: Site) -> None:
    person = site.person("li", "clerk")
    second, third = site.signed_in("li"), site.signed_in("li")
    stranger = site.person("wang", "clerk")
    person.get("/me")
    ids = re.findall(r'name="session" value="(\w+)"', person.page.text)
    assert len(ids) == 2
    stranger.post("/me/sessions/end", {"session": ids[0]})
    assert stranger.page.status_code == 404
    person.post("/me/sessions/end", {"session": ids[0]})
    still = [one.get("/me").url.path for one in (second, third)]
    assert sorted(still) == ["/me", "/sign-in"]
    person.post("/me/sessions/end-others")
    assert [one.get("/me").url.path for one in (person, second, third)] == [
        "/me", "/sign-in", "/sign-in",
    ]  # fmt: skip


def test_a_code_works_once(site: Site, wall: Clock) -> None:
    person = site.person("li", "clerk")
    secret = set_up(person, wall)
    assert secret not in str(account(site, "li").otp_secret)
    paths = []
    for ahead in (0, 30, 30, 60):
        wall.ahead = timedelta(seconds=ahead)
        again = site.nobody()
        again.post("/sign-in", {"login": "li", "password": PASSWORD})
        assert again.page.url.path == "/sign-in/code"
        again.get("/sign-in/code")
        again.post("/sign-in/code", {"code": code_of(secret, wall)})
        paths.append(again.get("/me").url.path)
    # That of setting up is used; the next works once; then the next one.
    assert paths == ["/sign-in/code", "/me", "/sign-in/code", "/me"]


def test_who_owes_the_code_cannot_touch_the_factor(site: Site, wall: Clock) -> None:
    set_up(site.person("li", "clerk"), wall)
    half = site.nobody()
    half.post("/sign-in", {"login": "li", "password": PASSWORD})
    half.get("/sign-in/code")
    assert half.get("/me/second-factor").url.path == "/sign-in/code"
    half.post("/me/second-factor/remove", {"present": PASSWORD})
    assert half.page.status_code == 401
    half.post("/me/second-factor", {"offer": "x", "code": "123456"})
    assert half.page.status_code == 401
    assert account(site, "li").otp_confirmed_at is not None


def test_setting_up_ends_other_sessions_and_tells_the_owner(site: Site, wall: Clock) -> None:
    person = site.person("li", "clerk")
    with site.database.begin() as session:
        for one in session.exec(select(Account)):
            one.email = f"{one.login}@commission.example"
    other = site.signed_in("li")
    set_up(person, wall)
    assert other.get("/me").url.path == "/sign-in"
    person.get("/me/second-factor")
    person.post("/me/second-factor/remove", {"present": "wrong"})
    assert person.page.status_code == 422
    person.post("/me/second-factor/remove", {"present": PASSWORD})
    assert account(site, "li").otp_secret is None
    told = [(m.to, m.subject, m.text.splitlines()[0]) for m in queued(site, "account-changed")]
    assert told == [
        ("li@commission.example", "Your account was changed",
         "A second factor was set up for your account."),
        ("li@commission.example", "Your account was changed",
         "The second factor of your account was taken away."),
    ]  # fmt: skip


def test_an_offer_is_good_for_its_account_alone(site: Site, wall: Clock) -> None:
    li, wang = site.person("li", "clerk"), site.person("wang", "clerk")
    li.get("/me/second-factor")
    secret = re.search(r'<code id="secret">([A-Z2-7]+)</code>', li.page.text)
    offer = re.search(r'name="offer" value="([^"]+)"', li.page.text)
    assert secret is not None
    assert offer is not None
    wang.post("/me/second-factor", {"offer": offer[1], "code": code_of(secret[1], wall)})
    assert wang.page.status_code == 422
    assert account(site, "wang").otp_secret is None


def test_where_a_factor_is_required_nothing_else_opens_before_it(world: World, wall: Clock) -> None:
    settings = world.settings.model_copy(update={"web": WebSettings(second_factor="required")})
    with running(world.database, settings) as site:
        person = site.person("li", "clerk")
        assert person.get("/me").url.path == "/me/second-factor"
        person.get("/me/tokens")
        assert person.page.url.path == "/me/second-factor"
        set_up(person, wall)
        assert person.get("/me/tokens").url.path == "/me/tokens"


def test_a_lost_factor_is_recovered_by_the_owner_s_mail(site: Site, wall: Clock) -> None:
    set_up(site.person("li", "clerk"), wall)
    admin = site.person("root", "administrator")
    with site.database.begin() as session:
        li = account_by_login(session, "li")
        assert li is not None
        li.email = "li@commission.example"
        number = li.id
    admin.get(f"/admin/accounts/{number}")
    admin.post(f"/admin/accounts/{number}/recover")
    assert admin.page.status_code == 200
    # The old password works no more: who asked for it cannot come in by it.
    gone = site.nobody()
    gone.post("/sign-in", {"login": "li", "password": PASSWORD})
    assert gone.page.status_code == 422
    send(site)
    (link,) = links(site)
    person = site.nobody()
    person.get(link)
    person.post(link, {"password": NEW, "again": NEW})
    person.post("/sign-in", {"login": "li", "password": NEW})
    assert person.get("/me").url.path == "/me"


def test_a_token_is_shown_once_and_revoked(site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/me/tokens")
    offered = re.findall(r'name="scopes" value="([\w-]+)"', person.page.text)
    assert offered == ["read", "clerk", "ops"]
    person.post("/me/tokens", {"name": "export", "scopes": ["read"], "days": "366"})
    assert person.page.status_code == 422
    person.post("/me/tokens", {"name": "export", "scopes": ["decide"], "days": "30"})
    assert person.page.status_code == 422
    person.post("/me/tokens", {"name": "export", "scopes": ["read"], "days": "30"})
    shown = re.search(r'<code id="made">([\w-]+)</code>', person.page.text)
    assert shown is not None
    assert shown[1] not in person.get("/me/tokens").text
    number = re.findall(r"/me/tokens/(\d+)/revoke", person.page.text)[0]
    stranger = site.person("wang", "clerk")
    stranger.post(f"/me/tokens/{number}/revoke")
    assert stranger.page.status_code == 404
    person.post(f"/me/tokens/{number}/revoke")
    assert "The token works no more." in person.words
    assert "revoked on" in person.words


def test_choices_are_kept(site: Site) -> None:
    person = site.person("li", "clerk")
    person.post("/me/habits", {"language": "zh", "keys_off": "yes"})
    assert 'lang="zh-CN"' in person.page.text[:200]
    assert 'data-keys="off"' in person.page.text
    person.post("/me/habits", {"language": "fr"})
    assert person.page.status_code == 422
    found = account(site, "li")
    assert (found.language, found.keys_off) == ("zh", True)
