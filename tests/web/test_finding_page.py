"""The page of a finding: what it says, to whom, and what it costs."""

import re

import pytest

from duban.services.decide_escalation import decide
from models.explanation import CallNote, Explanation
from models.finding import Finding
from models.submission import Evidence
from tests.web.ledger_marks import links, section
from tests.web.queries import counting
from tests.web.seen import set_clock
from tests.web.site import Person, Site
from tests.world import SUPERVISOR, World, at


@pytest.fixture
def late(world: World) -> World:
    """The first is overdue with two proposals; the second was returned and reported again."""
    one, two = world.unit("a", findings=2)
    world.unit("b")
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.submit(two, at("2024-01-20T09:00"))
    world.send_back(two, at("2024-01-22T09:00"))
    world.submit(two, at("2024-01-24T09:00"))
    for day in ("01-19", "01-23", "01-25", "01-27", "02-02", "02-08"):
        world.night(f"2024-{day}")
    with world.database.begin() as session:
        finding = session.get_one(Finding, one)
        finding.remark, finding.requirement = "internal remark", "three meetings"
        session.add(Explanation(finding_id=one, text="flood", said_by="unit",
                                said_at=at("2024-02-05T10:00")))  # fmt: skip
        session.add(CallNote(letter_id=1, spoken_with="Zhang", text="promised Friday",
                             called_at=at("2024-02-06T10:00"), noted_by="li"))  # fmt: skip
        for report, name in ((2, "minutes.pdf"), (None, "draft.pdf")):
            session.add(Evidence(finding_id=two, submission_id=report, name=name, size=2_000,
                                 sha256="ab12cd34" * 8, place="x", uploaded_by="unit",
                                 uploaded_at=at("2024-01-24T08:00")))  # fmt: skip
    set_clock(world, "2024-02-08T08:30")
    return world


def titles(person: Person) -> list[tuple[str, str]]:
    """When and what, from the timeline."""
    found = re.findall(r"<time [^>]*>([^<]+)</time> <strong>([^<]+)</strong>", person.page.text)
    return [(when[5:10], what) for when, what in found]


def test_the_day_and_why_it_is_that_day(site: Site, late: World) -> None:
    person = site.person("li", "clerk")
    person.get("/findings/2023-1-1")
    assert "<title>Finding 2023-1-1 ·" in person.page.text
    assert section(person, "Last day").startswith(
        "Last day Fri 26 Jan 2024 (inclusive) 13 days overdue"
    )
    assert re.findall(r"<li>([^<]+)</li>", person.page.text.partition('class="proof"')[2])[:3] == [
        "Day zero is 26 Dec; it is not counted.", "The period ends on 26 Jan 2024.",
        "Last day: Fri 26 Jan 2024 (inclusive).",
    ]  # fmt: skip
    assert person.page.text.count("<svg ") == 1
    assert " style=" not in person.page.text


def test_everything_that_happened_newest_first(site: Site, late: World) -> None:
    person = site.person("li", "clerk")
    person.get("/findings/2023-1-1")
    assert titles(person) == [
        ("02-08", "proposed: summons"), ("02-06", "telephoned with Zhang"),
        ("02-05", "explained the delay"), ("02-02", "proposed: circular"),
        ("01-27", "told: urging notice"), ("01-27", "became overdue"),
        ("01-25", "told: 1 day before"), ("01-23", "told: 3 days before"),
        ("01-19", "told: 7 days before"), ("12-27", "acknowledged"), ("12-26", "issued"),
    ]  # fmt: skip
    steps = re.findall(r'class="next">(.*?)</ul>', person.page.text, re.S)[0]
    assert re.findall(r"<li>([^<]+)</li>", steps) == [
        "Proposed and not decided yet: circular.", "Proposed and not decided yet: summons.",
        "Mon 2024-02-26: referral is proposed, if nothing is reported until then.",
    ]  # fmt: skip
    assert (
        "Sat 2024-01-27 urging notice told a-contact (to be sent), a-head (to be sent)"
        in section(person, "Reminders")
    )


def test_reports_with_their_evidence_and_decisions(site: Site, late: World) -> None:
    person = site.person("li", "clerk")
    person.get("/findings/2023-1-2")
    newest, first = re.findall(r"<h2>Report of .*?</section>", person.page.text, re.S)
    assert "waits for our review, until Mon 2024-01-29" in newest
    assert "returned on 2024-01-22 00:00 by verifier" in first.replace("09:00", "00:00")
    assert links(person, "minutes.pdf") == ["/evidence/1"]
    assert "minutes.pdf 2 kB ab12cd34 unit 2024-01-24 08:00" in section(person, "Evidence")
    assert "draft.pdf" not in person.page.text


INTERNAL = ("internal remark", "promised Friday", "Zhang", "summons", "proposed:", "/nights/",
            "/mails/", "a-head", "/ledger", "verifier@", "Notice text", "our review")  # fmt: skip


def test_the_organization_sees_nothing_internal(site: Site, late: World) -> None:
    person = site.person("zhang", "organization", "a")
    for reference in ("2023-1-1", "2023-1-2"):
        assert person.get(f"/findings/{reference}").status_code == 200
        assert [words for words in INTERNAL if words in person.page.text] == []
    assert "draft.pdf" not in person.page.text
    person.get("/findings/2023-1-1")
    assert ("flood" in person.words, "three meetings" in person.words) == (True, True)
    assert titles(person)[:2] == [
        ("02-05", "explained the delay"),
        ("01-27", "told: urging notice"),
    ]
    with late.database.begin() as session:
        decide(session, [1], True, now=at("2024-02-08T08:00"), actor=SUPERVISOR,
               rules=late.rules(session), reason="hush")  # fmt: skip
    person.get("/findings/2023-1-1")
    assert titles(person)[0] == ("02-08", "approved: circular")
    assert "hush" not in person.page.text


ACTS = {
    "clerk": [
        ["/ledger/urge?finding=1", "/findings/2023-1-1/on-paper",
         "/findings/2023-1-1/annul-receipt", "#call"], ["#call"],
    ],
    "verifier": [[], ["/reviews/2023-1-2"]],
    "supervisor": [
        ["/ledger/urge?finding=1", "/escalations", "/findings/2023-1-1/withdraw", "#call"],
        ["/findings/2023-1-2/withdraw", "#call"],
    ],
    "organization": [
        ["/findings/2023-1-1/report", "/findings/2023-1-1/extend", "/findings/2023-1-1/explain"],
        [],
    ],
}  # fmt: skip


def test_each_sees_the_acts_that_are_open_to_them(site: Site, late: World) -> None:
    seen = {}
    for role in ACTS:
        person = site.person(role, role, "a" if role == "organization" else "commission")
        seen[role] = []
        for reference in ("2023-1-1", "2023-1-2"):
            person.get(f"/findings/{reference}")
            bar = re.search(
                r'<div class="acts">(.*?)</div>', person.page.text.partition("<h1")[2], re.S
            )
            seen[role].append(
                re.findall(r'class="button[^"]*" href="([^"]+)"', bar[1]) if bar else []
            )
    assert seen == ACTS


def test_foreign_and_absent_are_said_alike(site: Site, late: World) -> None:
    late.unit("f")
    site.account("wang", "supervisor", "a")
    for person in (site.person("zhang", "organization", "a"), site.signed_in("wang")):
        said = set()
        for reference in ("2023-2-1", "2023-9-1", "3", "999", "4" if person.client else ""):
            answer = person.get(f"/findings/{reference}")
            said.add((answer.status_code, person.words.replace(reference, "?")))
        assert [status for status, _words in said] == [404]


def test_an_organization_does_not_see_what_no_letter_has_carried(site: Site, late: World) -> None:
    late.unit("g")
    clerk, unit = site.person("li", "clerk"), site.person("zhang", "organization", "g")
    assert clerk.get("/findings/4").status_code == 200
    assert "Not issued yet: it has no due date." in clerk.words
    assert unit.get("/findings/4").status_code == 404


def test_a_call_is_noted_for_the_office(site: Site, late: World) -> None:
    clerk, zhou = site.person("li", "clerk"), site.person("zhou", "verifier")
    clerk.get("/findings/2023-1-1")
    call = {"spoken_with": "Chen", "called_at": "2024-02-08T08:15", "text": "sends it today"}
    clerk.post("/findings/2023-1-1/calls", call)
    assert clerk.page.url.path == "/findings/2023-1-1"
    assert "The call is noted." in clerk.words
    assert titles(clerk)[0] == ("02-08", "telephoned with Chen")
    statuses = {}
    for name, value in (("spoken_with", ""), ("called_at", "2024-02-08T08:31"), ("called_at", "noon"),
                        ("called_at", "2023-12-01T09:00"), ("text", " ")):  # fmt: skip
        answer = clerk.post("/findings/2023-1-1/calls", {**call, "text": "kept", name: value})
        statuses[name, value] = (answer.status_code, f'href="#{name}"' in answer.text)
    assert set(statuses.values()) == {(422, True)}
    zhou.get("/findings/2023-1-1")
    assert ("Chen" in zhou.words, "Note the call" in zhou.words) == (True, False)
    assert zhou.post("/findings/2023-1-1/calls", call).status_code == 404


def test_the_page_asks_few_questions_whatever_happened(site: Site, late: World) -> None:
    clerk, unit = site.person("li", "clerk"), site.person("zhang", "organization", "a")
    counts = {}
    for who, person in (("clerk", clerk), ("unit", unit)):
        for reference in ("2023-1-1", "2023-1-2"):
            with counting() as ran:
                person.get(f"/findings/{reference}")
            counts[who, reference] = len(ran)
    with counting() as ran:
        clerk.get("/findings/2023-2-1")
    counts["clerk", "2023-2-1"] = len(ran)
    assert max(counts.values()) <= 12, counts
    assert len({count for (who, _reference), count in counts.items() if who == "clerk"}) == 1
