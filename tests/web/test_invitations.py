"""Links that let somebody in: what they say, that they work once, and what is kept of them."""

from datetime import timedelta

import pytest
from sqlmodel import select

from config import clock
from duban.services.invite import send_link
from duban.services.queue_account_mail import HIDDEN, Post
from duban.services.send_mail import send_again
from models.account_event import AccountEvent
from models.errors import RefusedByRule
from models.message import Message, MessageState
from models.one_time_link import OneTimeLink
from models.queries.accounts import account_by_login
from tests.web.mailbox import awaited, left, links, queued, send
from tests.web.site import PASSWORD, Site

NEW = "seven quiet lanterns 88"


def with_address(site: Site, login: str = "li", role: str = "clerk") -> None:
    site.account(login, role)
    with site.database.begin() as session:
        account = account_by_login(session, login)
        assert account is not None
        account.email = f"{login}@commission.example"


def mailed(site: Site, login: str = "li") -> str:
    """The path of a link that is mailed to this account now."""
    before = links(site)
    with site.database.begin() as session:
        account = account_by_login(session, login)
        assert account is not None
        post = Post(site.settings, clock.now())
        send_link(session, account, by="test", now=clock.now(), post=post)
    send(site)
    (new,) = set(links(site)) - set(before)
    return new


def invited(site: Site) -> str:
    """The path of an invitation that an administrator sent by the page."""
    admin = site.person("root", "administrator")
    admin.get("/admin/accounts/new")
    admin.post(
        "/admin/accounts/new",
        {"login": "zhao", "name": "赵", "role": "clerk", "organization": "commission",
         "email": "zhao@commission.example", "language": "en"},
    )  # fmt: skip
    assert "an invitation goes to zhao@commission.example" in admin.words
    send(site)
    (link,) = links(site)
    return link


def test_an_invitation_sets_a_password_once(site: Site) -> None:
    link = invited(site)
    person = site.nobody()
    # Whatever opens the link only looks at it: nothing is set and nobody is signed in.
    for _ in range(2):
        person.get(link)
        assert person.page.status_code == 200
        assert "For 赵; the sign-in name is zhao." in person.words
        assert "duban" not in person.client.cookies
    person.post(link, {"password": NEW, "again": NEW + "x"})
    assert person.page.status_code == 422
    person.post(link, {"password": "zhao zhao zhao", "again": "zhao zhao zhao"})
    assert person.page.status_code == 422
    person.post(link, {"password": NEW, "again": NEW})
    assert person.page.url.path == "/sign-in"
    assert "The password is set; sign in with it." in person.words
    assert (
        person.get(link).status_code,
        site.nobody().post(link, {"password": NEW, "again": NEW}).status_code,
    ) == (404, 404)
    person.post("/sign-in", {"login": "zhao", "password": NEW})
    assert person.get("/me").url.path == "/me"
    assert [message.template for message in queued(site)] == ["invitation"]
    # Whoever may read mails sees that one went, and not the link.
    clerk = site.person("li", "clerk")
    token = link.rpartition("/")[2]
    (sent,) = queued(site)
    for path in ("/mails", f"/mails/{sent.id}"):
        assert (clerk.get(path).status_code, token in clerk.page.text) == (200, False)


def test_what_the_outbox_keeps_of_a_link(site: Site) -> None:
    with_address(site)
    with site.database.begin() as session:
        account = account_by_login(session, "li")
        assert account is not None
        send_link(
            session, account, by="test", now=clock.now(), post=Post(site.settings, clock.now())
        )
    (waiting,) = queued(site)
    send(site)
    (sent,) = queued(site)
    token = links(site)[0].rpartition("/")[2]
    for message in (waiting, sent):
        kept = repr(message.model_dump())
        assert token not in kept
        assert f"/welcome/{HIDDEN}" in message.text
    assert (list(waiting.guard), sent.guard) == (["sealed"], {})
    assert ("li <li@commission.example>", "A new password for Duban") in [
        (mail["To"], mail["Subject"]) for mail in left(site)
    ]
    with site.database.begin() as session:
        stored = session.get_one(Message, sent.id)
        stored.state = MessageState.IN_DOUBT
        session.flush()
        with pytest.raises(RefusedByRule, match="kept no more"):
            send_again(session, stored, clock.now())
    with site.database.read() as session:
        assert token not in str([e.details for e in session.exec(select(AccountEvent))])


def test_an_expired_link_says_so_and_offers_a_new_one(site: Site) -> None:
    with_address(site)
    link = mailed(site)
    with site.database.begin() as session:
        for one in session.exec(select(OneTimeLink)):
            one.expires_at -= timedelta(hours=1)
    person = site.nobody()
    person.get(link)
    assert person.page.status_code == 410
    assert "This link has expired; ask for a new one." in person.words
    assert 'href="/forgotten"' in person.page.text
    person.post(link, {"password": NEW, "again": NEW})
    assert person.page.status_code == 409
    person.get("/welcome/" + "x" * 43)
    assert person.page.status_code == 404


def test_a_new_link_ends_the_one_before(site: Site) -> None:
    with_address(site)
    first, second = mailed(site), mailed(site)
    person = site.nobody()
    assert [person.get(link).status_code for link in (first, second)] == [404, 200]


def test_forgotten_says_the_same_of_everybody(site: Site) -> None:
    with_address(site)
    site.account("wang", "clerk")
    said = []
    for login in ("li", "wang", "nobody"):
        person = site.nobody()
        person.get("/forgotten")
        person.post("/forgotten", {"login": login})
        said.append((person.page.status_code, person.page.text))
    assert said[0] == said[1] == said[2]
    assert [mail.to for mail in awaited(site, "reset")] == ["li@commission.example"]


def test_a_reset_is_mailed_at_most_every_five_minutes(site: Site) -> None:
    with_address(site)
    person = site.nobody()
    for _ in range(3):
        person.post("/forgotten", {"login": "LI"})
    assert len(awaited(site, "reset", 2, tries=25)) == 1
    with site.database.begin() as session:
        for one in session.exec(select(OneTimeLink)):
            one.created_at -= timedelta(minutes=5)
    person.post("/forgotten", {"login": "li"})
    assert len(awaited(site, "reset", 2)) == 2


def test_asking_for_a_reset_does_not_spoil_an_invitation(site: Site) -> None:
    invited(site)
    with site.database.begin() as session:
        for one in session.exec(select(OneTimeLink)):
            one.created_at -= timedelta(minutes=5)
    site.nobody().post("/forgotten", {"login": "zhao"})
    assert len(awaited(site, "invitation", 2)) == 2
    with site.database.read() as session:
        (link,) = session.exec(select(OneTimeLink))
        assert link.expires_at - link.created_at == timedelta(days=7)


def test_the_owner_is_told_of_a_reset(site: Site) -> None:
    with_address(site)
    signed_in = site.signed_in("li")
    person = site.nobody()
    person.post(mailed(site), {"password": NEW, "again": NEW})
    assert signed_in.get("/me").url.path == "/sign-in"
    (told,) = queued(site, "account-changed")
    assert told.text.splitlines()[0] == "Your password was changed."
    assert PASSWORD not in told.text
