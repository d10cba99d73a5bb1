"""What was done by mistake is taken back by an act of its own with a reason; both stay."""

import re
from html import unescape

from tests.command import duban
from tests.services.counter_acts import approve, withdraw
from tests.web.api import program
from tests.web.queries import counting
from tests.web.seen import set_clock, version
from tests.web.site import Person, Site
from tests.world import World, at

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
LINE = re.compile(r"<li><time[^>]*>[^<]*</time> <strong>(.*?)</strong>(.*?)</li>", re.S)


def do(who: Person, page: str, action: str = "", **typed: str) -> None:
    """Open a page and send the form on it that goes to ``action``, filled in."""
    who.get(page)
    assert who.page.status_code == 200, (page, who.words)
    forms = re.findall(r"<form[^>]*>.*?</form>", who.page.text, flags=re.S)
    (form,) = [one for one in forms if f'action="{action or page}"' in one]
    sent: dict[str, str | list[str]] = {}
    for name, value in HIDDEN.findall(form):
        sent[name] = [*sent.get(name, []), unescape(value)]
    who.post(action or page, {**sent, **typed})
    assert who.page.status_code == 200, (action or page, who.words)


def told(person: Person, reference: str) -> list[tuple[str, str, str]]:
    """The acts of a finding's timeline, the newest first: what, who, in whose words."""
    person.get(f"/findings/{reference}")
    found = []
    for title, rest in LINE.findall(person.page.text):
        said = re.search(r'<div class="user-text">(.*?)</div>', rest, re.S)
        who = re.sub(r"<[^>]+>", " ", rest.split("<div")[0]).split(" · ")
        found.append((title, who[1].strip() if len(who) > 1 else "", said[1] if said else ""))
    return found


def test_eight_mistakes_and_what_took_each_back(site: Site, world: World) -> None:
    for code, findings in (("a", 4), ("b", 1), ("c", 1)):
        world.unit(code, findings=findings)
    set_clock(world, "2023-12-26T17:30")
    clerk, leader = site.person("li", "clerk"), site.person("sun", "supervisor")
    verifier, unit = site.person("he", "verifier"), site.person("wu", "organization", "b")

    # A letter is issued, a withdrawal, and its taking back: each by mistake.
    do(clerk, "/letters/new", "/letters")
    set_clock(world, "2024-01-05T10:00")
    do(leader, "/findings/2023-1-1/withdraw", reason="not theirs")
    do(leader, "/findings/2023-1-1/reinstate", reason="theirs after all")
    assert "Taken back: the withdrawal of 2023-1-1. The organization is told." in leader.words
    set_clock(world, "2024-01-06T10:00")
    do(leader, "/findings/2023-1-1/withdraw", reason="not theirs, asked again")
    assert told(leader, "2023-1-1") == [
        ("withdrawn", "sun", "not theirs, asked again"),
        ("withdrawal taken back", "sun", "theirs after all"),
        ("withdrawn", "sun", "not theirs"),
        ("issued", "li", ""),
    ]

    # A receipt of the wrong letter.
    do(unit, "/letters/2023-2/acknowledge")
    do(clerk, "/findings/2023-2-1/annul-receipt", reason="meant for another letter")
    assert "Taken back: the receipt of 示纪函〔2023〕2号. The organization is told." in clerk.words
    assert told(clerk, "2023-2-1")[:2] == [
        ("receipt taken back", "li", "meant for another letter"), ("acknowledged", "wu", ""),
    ]  # fmt: skip
    set_clock(world, "2024-01-06T11:00")
    do(unit, "/letters/2023-2/acknowledge")
    unit.get("/letters/2023-2/acknowledge")
    assert "2024-01-06 11:00" in unit.words
    assert "2024-01-06 10:00" not in unit.words
    found = world.finding(5)
    assert (found.state, found.sign_by and str(found.sign_by)) == ("acknowledged", "2023-12-28")

    # A report entered for the wrong finding, and an acceptance.
    paper = {"act": "submit", "on": "2024-01-06", "person": "wang", "report": "done"}
    for item in ("2", "3"):
        do(clerk, f"/findings/2023-1-{item}/on-paper", **paper)
    set_clock(world, "2024-01-08T10:00")
    do(verifier, "/reviews/2023-1-2", "/reviews/2023-1-2/return", reason="belongs to item 3")
    do(verifier, "/reviews/2023-1-3", "/reviews/2023-1-3/accept")
    do(leader, "/findings/2023-1-3/reopen", reason="accepted without evidence")
    assert told(leader, "2023-1-2")[:2] == [
        ("returned", "he", "belongs to item 3"), ("submitted", "wang", "on paper, entered by li"),
    ]  # fmt: skip
    assert told(leader, "2023-1-3")[:2] == [
        ("reopened", "sun", "accepted without evidence"), ("accepted and closed", "he", ""),
    ]  # fmt: skip

    # Time granted for the wrong finding.
    world.ask(4, "10wd", at("2024-01-22T09:00"))
    set_clock(world, "2024-01-22T10:00")
    do(leader, "/extensions", "/extensions/1", decision="approve")
    assert str(world.finding(4).last_day) == "2024-02-08"
    do(leader, "/findings/2023-1-4/revoke", reason="asked for another")
    assert "more time for 2023-1-4. The last day is 26 Jan (inclusive) again." in leader.words
    assert told(leader, "2023-1-4")[:2] == [
        ("more time taken back", "sun", "asked for another"), ("extended", "sun", "needs longer"),
    ]  # fmt: skip
    assert "granted, taken back since" in leader.words
    leader.get("/extensions")
    assert "granted, taken back since" in leader.words

    _a_step(leader, world)
    assert [(mail.to, mail.subject) for mail in world.messages("taken-back")] == [
        (f"{who}@{unit}.example", f"[Taken back] Reminder letter 2023-{number}")
        for who, unit, number in (
            ("contact", "a", 1), ("head", "a", 1), ("contact", "b", 2),
            ("contact", "a", 1), ("head", "a", 1), ("head", "c", 3),
        )
    ]  # fmt: skip


def _a_step(leader: Person, world: World) -> None:
    """Approved although the report was on its way."""
    world.nights("2024-01-27", "2024-02-02")
    set_clock(world, "2024-02-02T10:00")
    proposal = _proposal(leader, "2023-3-1")
    do(leader, "/escalations", proposal=proposal, decision="approve", reason="late")
    assert (world.finding(6).rung, world.finding(6).escalated) == (2, True)
    set_clock(world, "2024-02-02T11:00")
    do(leader, "/findings/2023-3-1/rescind", proposal=proposal.split(":")[0], reason="on its way")
    assert "Taken back: Circular for 2023-3-1. The head is told." in leader.words
    assert (world.finding(6).rung, world.finding(6).escalated) == (1, False)
    assert told(leader, "2023-3-1")[:3] == [
        ("approved step taken back: circular", "sun", "on its way"),
        ("approved: circular", "sun", "late"),
        ("proposed: circular", "nightly check", ""),
    ]


def _proposal(person: Person, reference: str) -> str:
    person.get("/escalations")
    parts = re.split(r'(?=<input[^>]*name="proposal")', person.page.text)
    (part,) = [one for one in parts if one.startswith("<input") and f">{reference}<" in one]
    found = re.search(r'value="(\d+:\d+)"', part)
    assert found is not None
    return found[1]


def test_what_cannot_be_taken_back_says_why_before_and_after(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    world.unit("b")
    world.issue()
    world.acknowledge(1, at("2024-01-03T09:00"))
    world.grant(world.ask(1, "10wd", at("2024-01-22T09:00")), at("2024-01-22T10:00"))
    world.submit(2, at("2024-01-23T09:00"))
    withdraw(world, 3, at("2024-01-20T10:00"))
    set_clock(world, "2024-01-29T10:00")
    leader, clerk = site.person("sun", "supervisor"), site.person("li", "clerk")
    passed = "The former last day, Fri 26 Jan 2024 (inclusive), has passed, and nobody becomes"
    for person, act, why in (
        (leader, "reinstate", "“take back the withdrawal” is not possible in the state"),
        (leader, "revoke", passed),
        (leader, "rescind", "No step of this finding is approved; there is nothing to take back."),
        (clerk, "annul-receipt", "A report on 2023-1-2 was handed in, so the letter was received"),
    ):
        person.get(f"/findings/2023-1-1/{act}")
        assert (why in person.words, "Why it is taken back" in person.words) == (True, False)
        sent = {"version": str(world.finding(1).version), "reason": "x", "proposal": "1"}
        person.post(f"/findings/2023-1-1/{act}", sent)
        assert (person.page.status_code, why in person.words) == (409, True), act
    path = "/findings/2023-2-1/reinstate"
    with counting() as statements:
        leader.get(path)
    assert len(statements) <= 14, statements
    assert (
        "Its last day passed while it was withdrawn, so a new period begins today: until "
        "Thu 29 Feb 2024 (inclusive)." in leader.words
    )
    seen = version(leader)
    leader.post(path, {"version": seen, "reason": " "})
    assert leader.page.status_code == 422
    assert '<a href="#reason">Taking back needs a reason.</a>' in leader.page.text
    leader.post(path, {"version": "9", "reason": "kept words"})
    assert (leader.page.status_code, "kept words" in leader.page.text) == (409, True)
    assert world.finding(3).state == "withdrawn"


def test_programs_and_commands_take_back_too(site: Site, world: World) -> None:
    for code in ("a", "b"):
        world.unit(code)
    world.issue()
    world.acknowledge(1, at("2024-01-03T09:00"))
    set_clock(world, "2024-01-22T11:00")
    leader, clerk = program(site, "sun", "supervisor"), program(site, "li", "clerk")
    reason = {"reason": "a mistake"}
    annulled = clerk.act("/letters/2023-1/annul-receipt", reason, seen="/letters/2023-1")
    assert (annulled.status_code, annulled.json()["reference"]) == (200, "2023-1")
    world.grant(world.ask(1, "10wd", at("2024-01-22T09:00")), at("2024-01-22T10:00"))
    revoked = leader.act("/extensions/1/revoke", reason, seen="/extensions/1")
    granted = (True, "supervisor", True)
    assert _decision(revoked.json()) == _decision(leader.get("/extensions/1").json()) == granted
    decided = leader.get("/extensions?state=decided").json()["items"]
    ours = leader.get("/findings/2023-1-1/extensions").json()["items"]
    assert [_decision(one) for one in (*decided, *ours)] == [granted, granted]
    withdraw(world, 1, at("2024-01-22T11:00"))
    back = leader.act("/findings/2023-1-1/reinstatements", reason, seen="/findings/2023-1-1")
    assert (back.status_code, back.json()["state"]) == (201, "issued")
    refused = leader.act("/findings/2023-1-1/reinstatements", reason, seen="/findings/2023-1-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal-transition")
    events = leader.get("/findings/2023-1-1/events").json()["items"]
    assert [(one["event"], one["actor"], one["reason"]) for one in events[-5:]] == [
        ("annul", "li", "a mistake"), ("extend", "supervisor", "needs longer"),
        ("revoke", "sun", "a mistake"), ("withdraw", "supervisor", "a mistake"),
        ("reinstate", "sun", "a mistake"),
    ]  # fmt: skip

    world.nights("2024-01-27", "2024-02-02")
    approve(world, 1, at("2024-02-02T09:00"))
    set_clock(world, "2024-02-02T11:00")
    rescinded = leader.act("/escalations/1/rescind", reason, seen="/escalations/1")
    assert (rescinded.json()["state"], rescinded.json()["decided_by"]) == (
        "rescinded", "supervisor",
    )  # fmt: skip

    approve(world, 2, at("2024-02-02T09:00"))
    world.acknowledge(2, at("2024-02-02T09:00"))
    why = ("--reason", "a mistake", "--by", "sun", "--json")
    step = duban("escalation", "rescind", "2", *why).data["proposals"]
    assert [(one["id"], one["state"]) for one in step] == [(2, "rescinded")]
    assert duban("letter", "annul", "2023-2", *why).data["annulled"] == 1
    assert duban("finding", "withdraw", "2023-2-1", *why).code == 0
    (found,) = duban("finding", "reinstate", "2023-2-1", *why).data["findings"]
    assert (found["state"], found["last_day"]) == ("overdue", "2024-01-26")
    world.grant(world.ask(2, "10wd", at("2024-02-02T11:00")), at("2024-02-02T11:00"))
    late = duban("extension", "revoke", "2", *why)
    assert (late.code, "The former last day, Fri 26 Jan 2024" in late.err) == (7, True)
    shown = duban("finding", "show", "2023-1-1").out
    assert "more time taken back" in shown and "granted, taken back since" in shown
    assert "granted, taken back since" in duban("extension", "list", "--all").out


def _decision(request: dict[str, object]) -> tuple[object, object, object]:
    return request["granted"], request["decided_by"], request["revoked"]
