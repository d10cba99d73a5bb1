"""Urging by hand: counts before, one mail a day after, and what was skipped and why."""

import re

import pytest

from models.message import URGED
from tests.web.ledger_marks import section
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import World, at


@pytest.fixture
def late(world: World) -> World:
    """One and two are overdue, three waits for review, four is closed, five has no address."""
    world.unit("a", findings=2)
    (reported,), (closed,) = world.unit("b"), world.unit("c")
    world.unit("d", roles=())
    world.issue()
    for one in (reported, closed):
        world.submit(one, at("2024-01-20T09:00"))
    world.accept(closed, at("2024-01-22T09:00"))
    world.unit("e")
    set_clock(world, "2024-02-08T08:30")
    return world


def urge(person: Person, *ids: int) -> str:
    """Tick, look, and send; what the result says."""
    person.get("/ledger/urge", params=[("finding", str(one)) for one in ids])
    person.post("/ledger/urge", {"finding": [str(one) for one in ids]})
    return person.words


def told(world: World) -> list[tuple[str, str, str]]:
    return sorted((m.to, m.subject, m.step_key.rpartition(":")[0]) for m in world.messages(URGED))


def skipped(person: Person) -> dict[str, str]:
    """Why each was not urged, as the page says."""
    found = re.findall(
        r'data-label="No\."><a href="/findings/([^"]+)".*?data-label="Why not">([^<]+)<',
        person.page.text, re.S,
    )  # fmt: skip
    return dict(found)


def test_the_button_says_how_many_and_nothing_is_sent_before(site: Site, late: World) -> None:
    person = site.person("li", "clerk")
    person.get("/ledger/urge?finding=1&finding=2&finding=3&finding=4&finding=5&finding=6")
    assert "Urge now (organizations: 1, findings: 2, mails: 2)" in person.words
    reasons = {
        "2023-2-1": "waits for our review", "2023-3-1": "closed or withdrawn",
        "2023-4-1": "no working address; telephone", "6": "not issued yet",
    }  # fmt: skip
    assert skipped(person) == reasons
    assert told(late) == []
    person.post("/ledger/urge", {"finding": ["1", "2", "3", "4", "5", "6"]})
    assert "Urged (organizations: 1, findings: 2, mails: 2)." in person.words
    assert skipped(person) == reasons
    subject, step = "[Urging notice] Reminder letter 2023-1", "urged:1:2024-02-08"
    assert told(late) == [("contact@a.example", subject, step), ("head@a.example", subject, step)]


def test_a_second_time_the_same_day_mails_nobody(site: Site, late: World) -> None:
    li, wang = site.person("li", "clerk"), site.person("wang", "supervisor")
    urge(li, 1)
    assert "Nothing was urged." in urge(wang, 1, 2)
    why = "its letter was urged today already"
    assert skipped(wang) == {"2023-1-1": why, "2023-1-2": why}
    assert len(told(late)) == 2
    set_clock(late, "2024-02-09T08:30")
    urge(wang, 2)
    assert len(told(late)) == 4


def test_what_the_night_urged_is_not_urged_again_that_day(site: Site, late: World) -> None:
    late.nights("2024-02-08", "2024-02-08")
    person = site.person("li", "clerk")
    person.get("/ledger/urge?finding=1")
    assert skipped(person) == {"2023-1-1": "the nightly check urged today already"}


def test_the_mail_names_number_count_day_and_no_text(site: Site, late: World) -> None:
    person = site.person("li", "clerk")
    urge(person, 1, 2)
    text = late.messages(URGED)[0].text
    assert text.startswith(
        "Act now: Letter 2023-1, 2 findings are not reported yet.\n\n"
        "Last day: Fri 26 Jan 2024 (inclusive)\nThe last day has passed.\n"
    )
    assert "finding text" not in text


def test_the_finding_shows_who_urged(site: Site, late: World) -> None:
    li, zhang = site.person("li", "clerk"), site.person("zhang", "organization", "a")
    urge(li, 1)
    li.get("/findings/2023-1-1")
    wanted = "2024-02-08 08:30 urged by hand · li ✉ a-contact: to be sent ✉ a-head: to be sent"
    assert wanted in section(li, "Timeline")
    li.get("/findings/2023-1-2")
    assert "urged by hand" not in section(li, "Timeline")
    zhang.get("/findings/2023-1-1")
    assert "2024-02-08 08:30 urged by hand · commission 2" in section(zhang, "Timeline")


def test_who_may_urge_and_whom(site: Site, late: World) -> None:
    site.account("wang", "supervisor", "a")
    wang, zhou = site.signed_in("wang"), site.person("zhou", "verifier")
    statuses = {}
    for path in (
        "/ledger/urge?finding=3",
        "/ledger/urge?finding=99",
        "/ledger/urge?finding=1&finding=x",
    ):
        statuses[path] = (
            wang.get(path).status_code,
            "One of these findings is not there" in wang.words,
        )
    assert set(statuses.values()) == {(404, True)}
    assert wang.post("/ledger/urge", {"finding": ["1", "3"]}).status_code == 404
    assert wang.post("/ledger/urge").status_code == 422
    assert zhou.post("/ledger/urge", {"finding": ["1"]}).status_code == 404
    zhou.get("/ledger")
    assert 'name="finding"' not in zhou.page.text
    assert told(late) == []
