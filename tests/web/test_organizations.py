"""Organizations as the commission sees them: figures, people, findings, what was said."""

import re
from html import unescape
from urllib.parse import parse_qs

import pytest
from sqlmodel import col, select

from duban.web.house import House
from models.explanation import CallNote, Explanation
from models.message import Message, MessageState
from models.organization import Contact
from models.queries.organization_card import last_mails, said_by
from models.queries.organizations import organization_named
from models.queries.scope import Scope
from models.ranking import OnTime
from tests.web.district import NOW, below, live_a_month, rows_of
from tests.web.site import Person, Site
from tests.world import World, at


@pytest.fixture
def month(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small district on 6 February 2024; two of its organizations are in groups."""
    live_a_month(world)
    with world.database.begin() as session:
        organization_named(session, "a").ranking_group = "towns"
        organization_named(session, "c").ranking_group = "bureaus"
    monkeypatch.setattr(House, "wall_clock", lambda _house: NOW)
    return world


def table(person: Person) -> list[list[str]]:
    """The rows of all tables of organizations, cell by cell."""
    rows = re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", person.page.text, re.S)
    return [
        [" ".join(re.sub(r"<[^>]+>", " ", cell).split())
         for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in rows
    ]  # fmt: skip


def test_the_table_of_all_by_group(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/organizations")
    assert re.findall(r"<h2>([^<]+)</h2>", person.page.text) == ["bureaus", "towns", "no group"]
    small = "sample too small, not ranked"
    assert table(person) == [
        ["Unit c", "2", "0", "2", "0", "0/2", "0.0%", small],
        ["Unit a", "3", "3", "0", "0", "0/3", "0.0%", small],
        ["Unit b", "1", "0", "0", "0", "–", "–", "–"],
        ["Unit d", "0", "0", "0", "1", "1/1", "100.0%", small],
        ["Unit idle", "0", "0", "0", "0", "–", "–", "–"],
    ]
    links = re.findall(r'<a href="(/ledger[^"]+)">(\d+)</a>', person.page.text)
    assert len(links) == 9
    assert [str(rows_of(month, unescape(href))) for href, _n in links] == [n for _href, n in links]


def test_one_group_and_who_cannot_be_reached(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    person.get("/organizations?group=towns")
    assert [row[0] for row in table(person)] == ["Unit a"]
    person.get("/organizations?group=elsewhere")
    assert (table(person), "No organization fits." in person.words) == ([], True)
    with month.database.begin() as session:
        for contact in session.exec(select(Contact)):
            if contact.name.startswith("b-"):
                contact.email = None
    person.get("/dashboard")
    assert "1 organization cannot be reached by mail" in person.words
    person.get("/organizations?unreachable=yes")
    assert [row[0] for row in table(person)] == ["Unit b"]


def test_many_stand_on_pages(month: World, site: Site) -> None:
    for n in range(100, 150):
        below(month, "commission", f"x{n}")
    person = site.person("li", "clerk")
    seen = []
    for number in (1, 2, 3):
        assert f"page {min(number, 2)} of 2" in person.get(f"/organizations?page={number}").text
        seen.append([row[0] for row in table(person)])
    assert ([len(one) for one in seen], seen[1] == seen[2]) == ([50, 5, 5], True)
    assert len({*seen[0], *seen[1]}) == 55


def test_a_card_with_five_figures(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    text = person.get("/organizations/a").text
    found = re.findall(
        r'<li class="figure[^"]*"><a href="([^"]+)">([^<]+)<strong>([^<]+)</strong></a><small>([^<]+)',
        text,
    )
    assert [(name.strip(), n, of) for _href, name, n, of in found] == [
        ("Open", "3", "of 3 issued"), ("Overdue", "3", "of 3 open"),
        ("Awaiting review", "0", "of 3 open"), ("Closed", "0", "of 3 issued"),
        ("On time", "0/3", "sample too small, not ranked"),
    ]  # fmt: skip
    assert [rows_of(month, unescape(href)) for href, *_rest in found[:4]] == [3, 3, 0, 0]
    references = re.findall(r'<th scope="row"><a href="/findings/([^"]+)">', text)
    assert references == ["2023-1-1", "2023-1-2", "2023-1-3"] * 2
    assert "11 days overdue" in person.words
    assert 'href="/letters/2023-1"' in text
    letters = re.search(r'href="/ledger\?([^"]+)">Findings of 2023-1<', text)
    assert letters is not None
    assert parse_qs(unescape(letters[1])) == {"state": ["all"], "letter": ["2023-1"]}


def test_what_was_said_and_who_was_told(month: World, site: Site) -> None:
    with month.database.begin() as session:
        session.add(Explanation(finding_id=1, text="the roof <b>", said_at=at("2024-02-01"),
                                said_by="unit"))  # fmt: skip
        session.add(CallNote(letter_id=1, spoken_with="Zhao", text="soon", noted_by="li",
                             called_at=at("2024-02-03")))  # fmt: skip
        session.add(CallNote(letter_id=2, spoken_with="Qian", text="of b", noted_by="li",
                             called_at=at("2024-02-03")))  # fmt: skip
    with month.database.read() as session:
        number = organization_named(session, "a").id or 0
        said = said_by(session, number, limit=9)
        assert [(one.kind, one.reference, one.by, one.text, one.granted) for one in said] == [
            ("request", "2023-1-1", "unit", "needs longer", None),
            ("call", "2023-1", "li", "soon", None),
            ("explanation", "2023-1-1", "unit", "the roof <b>", None),
        ]
        newest = {
            mail.contact_id: mail.id
            for mail in session.exec(select(Message).order_by(col(Message.queued_at)))
            if mail.organization_id == number
        }
        mails = last_mails(session, number)
        assert {contact: mail.id for contact, mail in mails.items()} == newest
        assert {mail.state for mail in mails.values()} == {MessageState.QUEUED}
    person = site.person("li", "clerk")
    text = person.get("/organizations/a").text
    assert "the roof &lt;b&gt;" in text
    assert "Call with Zhao" in person.words
    assert "Qian" not in person.words
    assert [row[:4] for row in table(person)][:2] == [
        ["a-contact", "contact person", "–", "contact@a.example"],
        ["a-head", "head", "–", "head@a.example"],
    ]
    assert "to be sent" in person.words


def test_outside_ones_scope_there_is_nothing(month: World, site: Site) -> None:
    below(month, "a", "a1")
    person = site.person("sun", "supervisor", "a")
    person.get("/organizations")
    assert [row[0] for row in table(person)] == ["Unit a", "Unit a1"]
    links = re.findall(r'<a href="(/ledger[^"]+)">(\d+)</a>', person.page.text)
    with month.database.read() as session:
        scope = Scope(path=organization_named(session, "a").path)
    assert [rows_of(month, unescape(href), scope) for href, _n in links] == [3] * 4
    assert person.get("/organizations/a1").status_code == 200
    foreign, absent = person.get("/organizations/b"), person.get("/organizations/b-not-there")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert foreign.text == absent.text.replace("b-not-there", "b")


def test_shares_add_up() -> None:
    assert OnTime(1, 2, 3) + OnTime(4, 5, 6) == OnTime(5, 7, 9)
    assert (OnTime(1, 1, 1).percent, OnTime(1, 1, 1).words) == ("33.3%", "1/3")
