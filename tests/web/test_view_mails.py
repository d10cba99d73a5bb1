"""Saved views by mail: on the chosen days, to whoever chose them, as each may see them."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from config import clock
from duban.services.send_mail import send_due
from duban.services.send_report import SendReport
from models.calendar import civil_date, start_of_day
from models.installation import Installation
from models.queries.accounts import account_by_login
from models.rights import AccountRole
from tests.notifications.servers import Postbox, smtp_server
from tests.services.test_send_mail import by_smtp
from tests.web.ledger_marks import references
from tests.web.mailbox import left, queued
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import World, at

MONDAY = "2024-01-22T07:00"


def known(site: Site, login: str, **changes: Any) -> None:
    """Change an account; without more it gets an address."""
    with site.database.begin() as session:
        account = account_by_login(session, login)
        assert account is not None
        for name, value in (changes or {"email": f"{login}@office.example"}).items():
            setattr(account, name, value)
        session.add(account)


def reader(site: Site, login: str, role: str, organization: str = "commission") -> Person:
    """Somebody with an address."""
    person = site.person(login, role, organization)
    known(site, login)
    return person


def save(person: Person, name: str, query: str, **more: str) -> None:
    person.get("/views")
    person.post("/views", {"name": name, "query": query, **more})


def choose(person: Person, view: int, *days: int) -> int:
    """Tick these days at a view and keep them; the status of the answer."""
    person.get("/views")
    return person.post(f"/views/{view}/days", {"day": [str(day) for day in days]}).status_code


def send(world: World, when: str) -> SendReport:
    return send_due(world.database, now=at(when), settings=world.settings)


def of_views(mail: EmailMessage) -> tuple[str, str, list[str]]:
    """To whom, the subject, and what the text says of each view."""
    body = mail.get_body(("plain",))
    assert body is not None
    lines = body.get_content().replace(" (sign in first)", "").splitlines()
    blocks = "\n".join(lines).split("\n\n")
    return mail["to"].addresses[0].username, mail["subject"], blocks[1:-2]


@pytest.fixture
def district(world: World) -> World:
    """Three findings of one organization and one of another, all due on 26 January."""
    world.without_office()
    world.unit("a", findings=3, roles=("contact",))
    world.unit("b", roles=("contact",))
    world.issue()
    send(world, "2023-12-26T17:30")
    world.night("2024-01-22")
    set_clock(world, MONDAY)
    return world


def test_a_shared_view_comes_on_the_chosen_days_and_no_other(district: World, site: Site) -> None:
    li, zhou = reader(site, "li", "clerk"), reader(site, "zhou", "verifier")
    save(li, "A", "state=all&org=a", shared="yes")
    save(li, "mine", "org=b&text=finding+text")
    assert choose(zhou, 1, 1, 3, 5) == 200
    assert "The view “A” comes by mail on Mon, Wed, Fri." in zhou.words
    assert re.findall(r'value="(\d)" checked', zhou.page.text) == ["1", "3", "5"]
    choose(li, 1, 6)
    choose(li, 2, 6, 7)
    came, told = {}, set()
    for day in range(22, 30):
        zhou.get("/nights")
        zhou.post("/demo/clock", {"to": "day"})
        assert f"It is 2024-01-{day} 08:30" in zhou.words
        new = [mail for mail in left(site) if mail["message-id"] not in told]
        told |= {mail["message-id"] for mail in new}
        if mails := [of_views(mail) for mail in new if "@office.example" in mail["to"]]:
            (came[day],) = mails
        if day == 27:
            choose(zhou, 1)
            assert "The view “A” comes by mail no more." in zhou.words
    link = f"Open: {site.settings.site.base_url}/views"
    running = f"A\n3 findings · Awaiting receipt 3\nOverdue: 0 · due within 7 days: 3\n{link}/1"
    late = f"A\n3 findings · Overdue 3\nOverdue: 3 · due within 7 days: 0\n{link}/1"
    mine = f"mine\n1 finding · Overdue 1\nOverdue: 1 · due within 7 days: 0\n{link}/2"
    assert came == {
        22: ("zhou", "[Saved views] 22 Jan: 0 overdue, 3 due within 7 days", [running]),
        24: ("zhou", "[Saved views] 24 Jan: 0 overdue, 3 due within 7 days", [running]),
        26: ("zhou", "[Saved views] 26 Jan: 0 overdue, 3 due within 7 days", [running]),
        27: ("li", "[Saved views] 27 Jan: 2 views", [late, mine]),
        28: ("li", "[Saved views] 28 Jan: 1 overdue, 0 due within 7 days", [mine]),
    }
    assert zhou.get("/views/1").status_code == 200
    assert references(zhou) == ["2023-1-1", "2023-1-2", "2023-1-3"]
    assert [zhou.get(f"/views/{view}").status_code for view in ("2", "99", "x")] == [404, 404, 404]


def test_who_may_not_see_a_view_has_no_mail_of_it(district: World, site: Site) -> None:
    li, bare = reader(site, "li", "clerk"), site.person("bare", "clerk")
    for name, query in (("A", "org=a"), ("B", "org=b"), ("all", "state=all"), ("gone", "")):
        save(li, name, query, shared="yes")
    subtree = reader(site, "subtree", "supervisor", "a")
    people = {name: reader(site, name, "clerk") for name in ("off", "moved", "mute", "deleted")}
    assert {choose(subtree, view, 1) for view in (1, 2, 3)} == {200}
    assert {choose(one, 4 if name == "deleted" else 3, 1) for name, one in people.items()} == {200}
    known(site, "off", active=False)
    known(site, "moved", role=AccountRole.ADMINISTRATOR)
    known(site, "mute", email=None)
    li.post("/views/4/delete")
    assert (choose(bare, 1, 1), "needs an address on your account" in bare.words) == (409, True)
    bare.get("/views")
    assert ('type="checkbox"' in bare.page.text, "needs an address" in bare.words) == (False, True)
    assert [choose(li, 1, 8), choose(li, 99, 1)] == [422, 404]
    sent = [send(district, f"2024-01-22T{time}").sent for time in ("08:29", "08:30")]
    assert sent == [0, 3]  # the night's reminders and one mail about views
    (mail,) = queued(site, "views")
    assert [mail.to, mail.state.value] == ["subtree@office.example", "accepted"]
    assert [block.splitlines()[:2] for block in mail.text.split("\n\n")[1:-2]] == [
        ["A", "3 findings · Awaiting receipt 3"],
        ["B", "Its filters fit no longer; open it to see which."],
        ["all", "3 findings · Awaiting receipt 3"],
    ]
    assert send(district, "2024-01-22T18:00") == SendReport()
    known(site, "off", active=True, language="zh")
    assert send(district, "2024-01-29T08:30") == SendReport(sent=2)
    (again,) = [mail.text for mail in queued(site, "views") if mail.to == "off@office.example"]
    assert "已逾期 4\n" in again


def test_a_mail_that_did_not_leave_on_its_day_never_leaves(world: World, site: Site) -> None:
    world.without_office()
    li = reader(site, "li", "clerk")
    save(li, "all", "text=secret")
    choose(li, 1, *range(1, 8))
    first = start_of_day(civil_date(clock.now())) + timedelta(days=1, hours=8, minutes=30)
    with smtp_server(Postbox(data="451 later")) as box:
        by_smtp(world, box.port)

        def send_on(day: int) -> SendReport:
            return send_due(
                world.database, now=first + timedelta(days=day), settings=world.settings
            )

        assert send_on(0).failed == 1
        box.data = "250 taken"
        assert [send_on(1), send_on(1)] == [SendReport(sent=1, cancelled=1), SendReport()]
        with world.database.begin() as session:
            session.get_one(Installation, 1).rehearsal = True
        assert send_on(2) == SendReport(rehearsed=1)
    (sent,) = box.envelopes
    mail = message_from_bytes(sent.original_content or b"", policy=policy.default)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    said = "".join(part.get_content() for part in mail.walk() if not part.is_multipart())
    address = f"{site.settings.site.base_url}/views"
    assert (said.count(f"{address}/1"), said.count("secret")) == (3, 0)
    assert f"Other days, or no such mail any more: {address} (sign in first)" in " ".join(
        said.split()
    )
