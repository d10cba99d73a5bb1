"""Nights on the page: every open finding once, sums that add up, a preview that comes true."""

import re
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from models.account_event import AccountEvent
from models.installation import Installation
from models.queries.runs import runs
from models.transition_log import TransitionRecord
from models.transitions import OPEN_STATES
from tests.web.queries import counting
from tests.web.site import Person, Site
from tests.web.test_query_counts import MOST
from tests.world import World, at

ROW = re.compile(r'<th scope="row"><a href="/findings/([^"]+)"')
SUM = re.compile(
    r"Open (\d+) = became overdue (\d+) \+ told (\d+) \+ held back (\d+) \+ failed (\d+) "
    r"\+ nothing (\d+); mails (\d+), proposals (\d+)"
)
FIRST, NIGHTS = date(2024, 1, 17), 24


def set_clock(world: World, now: datetime) -> None:
    """Make it a demo, whose clock stands still, so that a page has a night to look forward to."""
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, now
        session.add(installation)


def refs(person: Person) -> list[str]:
    return ROW.findall(person.page.text)


def figures(person: Person) -> list[int]:
    found = SUM.search(person.words)
    assert found is not None, person.words
    return [int(one) for one in found.groups()]


def open_at(world: World, instant: datetime) -> list[str]:
    """The findings that were open, by their histories alone."""
    with world.database.read() as session:
        state = {}
        for row in session.exec(select(TransitionRecord).order_by("finding_id", "version")):
            if row.recorded_at <= instant:
                state[row.finding_id] = row.target
    names = {}
    for finding_id, target in state.items():
        finding = world.finding(finding_id)
        if target in OPEN_STATES:
            names[finding.letter_id, finding.item] = f"2023-{finding.letter_id}-{finding.item}"
    return [names[place] for place in sorted(names)]  # type: ignore[type-var]  # both are numbers


@pytest.fixture
def month(world: World) -> World:
    """Three organizations, of which one is silent, one reports and one is sent back."""
    a, b, c = world.unit("a", findings=3), world.unit("b", findings=2), world.unit("c")
    world.issue()
    acts = {
        "2024-01-17": [(world.acknowledge, b[0]), (world.acknowledge, c[0])],
        "2024-01-20": [(world.submit, b[0]), (world.submit, c[0])],
        "2024-01-22": [(world.accept, b[0])],
        "2024-01-30": [(world.send_back, c[0]), (world.submit, a[0])],
        "2024-02-01": [(world.accept, a[0])],
    }
    for day in (FIRST + timedelta(days=n) for n in range(NIGHTS)):
        world.night(str(day))
        for act, finding_id in acts.get(str(day), []):
            act(finding_id, at(f"{day}T09:00"))
    return world


def test_every_open_finding_once_and_the_sums_agree(month: World, site: Site) -> None:
    person = site.person("li", "clerk")
    with month.database.read() as session:
        found = [(run.id, run.as_of, run.counts["open"]) for run in runs(session, 100)]
    assert len(found) == NIGHTS
    for run_id, as_of, counted in found:
        person.get(f"/nights/{run_id}")
        assert (sorted(refs(person)), len(refs(person))) == (sorted(open_at(month, as_of)), counted)
        total, *parts, _mails, _proposals = figures(person)
        assert (total, sum(parts)) == (counted, counted)
        assert "do not add up" not in person.words
        person.get(f"/nights/{run_id}?only=done")
        assert len(refs(person)) == parts[0] + parts[1] + parts[3]


def test_a_sum_that_does_not_hold_is_said(month: World, site: Site) -> None:
    with month.database.begin() as session:
        run = runs(session, 1)[0]
        run.counts = {**run.counts, "none": run.counts["none"] - 1, "changed": 1}
        session.add(run)
        number = run.id
    person = site.person("li", "clerk")
    person.get(f"/nights/{number}")
    assert "These figures do not add up" in person.words


def test_the_preview_is_what_the_run_then_does(world: World, site: Site) -> None:
    world.unit("a", findings=3)
    b = world.unit("b", findings=2)
    world.issue()
    world.night("2024-01-17")
    person = site.person("li", "clerk")
    world.acknowledge(b[0], at("2024-01-17T09:00"))
    acted = []
    for day in ("2024-01-18", "2024-01-19", "2024-01-27", "2024-02-02", "2024-02-08"):
        before = at(day) - timedelta(hours=1)
        with world.database.read() as session:
            last = runs(session, 1)[0].business_date
        world.nights(str(last + timedelta(days=1)), str((before).date()))
        set_clock(world, before)
        person.get("/nights/preview")
        foreseen, named = figures(person), refs(person)
        set_clock(world, at(day))
        person.post("/nights")
        assert figures(person) == foreseen
        person.get(str(person.page.url) + "?only=done")
        assert set(refs(person)) <= set(named)
        acted.append(len(refs(person)))
    assert sum(acted) > 5


def test_a_second_press_changes_nothing_and_says_so(world: World, site: Site) -> None:
    world.unit("a")
    world.issue()
    set_clock(world, at("2024-01-27T09:00"))
    person = site.person("li", "clerk")
    person.get("/nights")
    person.post("/nights")
    assert "The check ran: 1 became overdue, 0 told, 2 mails." in person.words
    assert "It makes up for 56 earlier nights that were missed." in person.words
    mails = len(world.messages())
    person.post("/nights")
    assert "The check ran: no change." in person.words
    assert len(world.messages()) == mails
    with world.database.read() as session:
        events = session.exec(select(AccountEvent).where(AccountEvent.what == "night.run")).all()
        assert [event.by for event in events] == ["li", "li"]


def test_the_strip_tells_the_nights_that_nobody_ran(world: World, site: Site) -> None:
    world.unit("a")
    world.issue()
    world.nights("2023-12-02", "2023-12-31")
    set_clock(world, at("2024-01-03T09:00"))
    person = site.person("li", "clerk")
    person.get("/nights")
    assert "Of the last 30 nights 27 were checked on time." in person.words
    assert person.page.text.count(">–</text>") == 3
    assert "The nightly check of 2024-01-03 00:10 has not been done." in person.words
    person.post("/nights")
    assert "has not been done" not in person.words
    person.get("/nights")
    assert person.page.text.count(">▷</text>") == 2


def test_a_night_that_the_brake_stopped_waits_for_a_supervisor(world: World, site: Site) -> None:
    world.unit("a", findings=60)
    world.issue()
    set_clock(world, at("2024-01-27T09:00"))
    clerk, boss = site.person("li", "clerk"), site.person("wang", "supervisor")
    with counting() as asked:
        clerk.get("/nights/preview")
    assert "The brake would stop it before any change: 60 findings" in clerk.words
    assert (len(asked) <= MOST, figures(clerk)[:2]) == (True, [60, 60])
    clerk.post("/nights")
    path = clerk.page.url.path
    assert "stopped by the brake" in clerk.words
    assert "Let this night go on" not in clerk.words
    assert clerk.post(f"{path}/confirm").status_code == 404
    boss.get(path)
    assert "Let this night go on with 60 findings" in boss.words
    boss.post(f"{path}/confirm")
    assert "may go on; run the check again" in boss.words
    boss.post("/nights")
    assert figures(boss)[:2] == [60, 60]
    assert boss.post(f"{boss.page.url.path}/confirm").status_code == 409


def test_long_accounts_are_paged(world: World, site: Site) -> None:
    world.unit("a", findings=130)
    world.issue()
    world.night("2023-12-27")
    person = site.person("li", "clerk")
    person.get("/nights/1")
    first = refs(person)
    follow = re.search(r'rel="next" href="([^"]+)"', person.page.text)
    assert follow is not None
    person.get(follow[1])
    assert [*first, *refs(person)] == [f"2023-1-{n}" for n in range(1, 131)]


def test_who_sees_a_part_sees_a_part(month: World, site: Site) -> None:
    person = site.person("zhao", "supervisor", "a")
    person.get("/nights/1")
    assert refs(person) == ["2023-1-1", "2023-1-2", "2023-1-3"]
    assert SUM.search(person.words) is None
    for path in ("/nights/preview", "/nights/999", "/nights/x"):
        assert person.get(path).status_code == 404
    assert person.post("/nights").status_code == 404
    unit = site.person("unit", "organization", "a")
    assert unit.get("/nights").status_code == 404
