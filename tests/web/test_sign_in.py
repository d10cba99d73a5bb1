"""Coming in: what it takes, what it costs to guess, and what ends a session."""

from datetime import timedelta

from sqlmodel import select

from duban.services.accounts import set_password, switch
from models.account_event import AccountEvent
from models.queries.accounts import account_by_login
from models.sign_in import SignIn
from tests.web.site import PASSWORD, Site
from tests.world import INSTALLED, World


def test_in_and_out(site: Site) -> None:
    person = site.person("li", "clerk")
    assert person.page.status_code == 200
    cookie = person.client.cookies["duban"]
    person.post("/sign-out")
    person.client.cookies.set("duban", cookie)
    assert person.get("/me").url.path == "/sign-in"


def test_a_cookie_is_not_what_is_stored(site: Site, world: World) -> None:
    person = site.person("li", "clerk")
    with world.database.read() as session:
        stored = [row.token_hash for row in session.exec(select(SignIn))]
    assert len(stored) == 1
    assert person.client.cookies["duban"] not in stored


def test_unknown_and_wrong_are_said_alike(site: Site) -> None:
    site.account("li", "clerk")
    said = []
    for login in ("li", "nobody"):
        person = site.nobody()
        person.post("/sign-in", {"login": login, "password": "wrong"})
        said.append((person.page.status_code, person.words))
    assert said[0] == said[1]
    assert said[0][0] == 422


def test_guessing_gets_slow_for_the_name_and_for_the_address(site: Site) -> None:
    site.account("li", "clerk")
    statuses = []
    for _ in range(5):
        person = site.nobody()
        person.post("/sign-in", {"login": "li", "password": "wrong"})
        statuses.append(person.page.status_code)
    assert statuses == [422, 422, 422, 429, 429]
    right = site.nobody()
    right.post("/sign-in", {"login": "li", "password": PASSWORD})
    assert right.page.status_code == 429
    assert right.page.headers["retry-after"] == "1"


def test_what_ends_every_session(site: Site, world: World) -> None:
    for act in ("off", "password"):
        person = site.person(act, "clerk")
        with world.database.begin() as session:
            account = account_by_login(session, act)
            assert account is not None
            if act == "off":
                switch(session, account, False, by="test", now=INSTALLED)
            else:
                set_password(session, account, PASSWORD + "!", by="test", now=INSTALLED)
        assert person.get("/me").url.path == "/sign-in"


def test_age_and_idleness_end_a_session(site: Site, world: World) -> None:
    for column, back in (("ends_at", timedelta(hours=11)), ("seen_at", timedelta(minutes=31))):
        person = site.person(column.replace("_", "-"), "clerk")
        with world.database.begin() as session:
            for row in session.exec(select(SignIn)):
                setattr(row, column, getattr(row, column) - back)
        assert person.get("/me").url.path == "/sign-in"


def test_a_form_from_elsewhere_does_nothing(site: Site) -> None:
    person = site.person("li", "clerk")
    foreign = (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {},
    )
    for headers in foreign:
        answer = person.client.post("/sign-out", data={"csrf": person.csrf}, headers=headers)
        assert answer.status_code == 422
    without = person.client.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
    assert without.status_code == 422
    assert person.get("/me").url.path == "/me"


def test_only_our_own_pages_follow(site: Site) -> None:
    site.account("li", "clerk")
    for wanted in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        person = site.nobody()
        data = {"login": "li", "password": PASSWORD, "next": wanted}
        answer = person.client.post("/sign-in", data=data, headers={"sec-fetch-site": "none"})
        assert answer.headers["location"] == "/dashboard"


def test_the_log_names_what_happened_and_nothing_secret(site: Site, world: World) -> None:
    site.person("li", "clerk")
    person = site.nobody()
    person.post("/sign-in", {"login": "li", "password": "wrong"})
    with world.database.read() as session:
        events = list(session.exec(select(AccountEvent).order_by(AccountEvent.id)))  # type: ignore[arg-type]  # a column
        assert [event.what for event in events] == ["account.added", "sign-in", "sign-in.refused"]
        assert PASSWORD not in str([event.details for event in events])
