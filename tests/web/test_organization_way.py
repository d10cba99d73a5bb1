"""The whole way of an organization: a letter comes, is received, reported, returned, closed."""

import re

from sqlmodel import select

from models.submission import Evidence
from tests.web.evidence_files import PDF, png
from tests.web.queries import counting
from tests.web.seen import set_clock
from tests.web.site import PASSWORD, Site
from tests.web.unit import facts, following, hand_in, hidden, refusal, send, write
from tests.world import World, at


def test_from_the_mail_to_the_receipt_in_three_steps(site: Site, world: World) -> None:
    """Open the link, sign in, confirm."""
    ids = world.unit("a", findings=3)
    world.issue()
    set_clock(world, "2023-12-27T09:12")
    site.account("zhang", "organization", "a")
    (mail,) = [one for one in world.messages("issued") if one.to == "contact@a.example"]
    link = re.findall(r"http\S+", mail.text)[0]
    person = site.nobody()
    person.get(link.replace(site.settings.site.base_url, site.address))
    following_page = re.search(r'name="next" value="([^"]*)"', person.page.text)
    assert following_page is not None
    person.post("/sign-in", {"login": "zhang", "password": PASSWORD, "next": following_page[1]})
    assert "I confirm receipt of letter 示纪函〔2023〕1号 (3 findings)." in person.words
    assert "This does not change the due date: Fri 26 Jan 2024 (inclusive)." in person.words
    person.csrf = hidden(person, "csrf")
    person.post("/letters/2023-1/acknowledge", {"seen": hidden(person, "seen")})
    assert facts(person) == {
        "Receipt number": "2023-1-1/2",
        "Letter": "示纪函〔2023〕1号",
        "Organization": "Unit a",
        "About": "3 findings: 2023-1-1, 2023-1-2, 2023-1-3",
        "Time": "2023-12-27 09:12",
        "Done by": "zhang",
    }
    assert following(person) == (
        "Submit the report by 26 Jan (inclusive); this receipt does not change that day."
    )
    assert [world.history(one)[-1] for one in ids] == [
        ("acknowledge", "acknowledged", "2023-12-27T09:12")
    ] * 3


def test_a_second_receipt_is_no_error(site: Site, world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    set_clock(world, "2023-12-28T10:00")
    person = site.person("zhang", "organization", "a")
    person.get("/letters/2023-1/acknowledge")
    seen = hidden(person, "seen")
    world.acknowledge(finding, at("2023-12-28T09:00"))
    person.post("/letters/2023-1/acknowledge", {"seen": seen})
    assert person.page.status_code == 200
    assert "unit confirmed the receipt of this letter on 2023-12-28 09:00" in person.words
    assert len(world.history(finding)) == 2


def test_what_was_not_seen_is_not_confirmed(site: Site, world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    set_clock(world, "2024-01-22T10:00")
    person = site.person("zhang", "organization", "a")
    person.get("/letters/2023-1/acknowledge")
    seen = hidden(person, "seen")
    world.grant(world.ask(finding, "10wd", at("2024-01-22T09:00")), at("2024-01-22T09:30"))
    person.post("/letters/2023-1/acknowledge", {"seen": seen})
    assert person.page.status_code == 409
    assert "This does not change the due date: Thu 8 Feb 2024 (inclusive)." in person.words


def test_reports_with_evidence_until_closed(site: Site, world: World) -> None:
    first, second = world.unit("a", findings=2)
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    person = site.person("zhang", "organization", "a")
    write(person, "2023-1-1", "four lessons\r\nfor all", ("a.pdf", PDF), ("b.png", png(9, 9)))
    assert "The draft is saved with 2 new files." in person.words
    person.get("/todo")
    assert "1 of 2 written" in person.words
    hand_in(person, "2023-1")
    assert facts(person)["About"] == "1 finding: 2023-1-1"
    assert following(person).startswith("The commission reviews it by 18 Jan (inclusive);")
    assert world.finding(first).state == "submitted"
    assert world.finding(second).state == "issued"
    with world.database.read() as session:
        files = session.exec(select(Evidence)).all()
        assert [(one.name, one.size, one.submission_id) for one in files] == [
            ("a.pdf", len(PDF), 1), ("b.png", len(png(9, 9)), 1),
        ]  # fmt: skip
        digest = files[0].sha256
    text = person.get(person.page.url.path + "?as=txt").content.decode("utf-8-sig")
    assert f"SHA-256 {digest}" in text
    assert len(world.messages("submitted")) == 1

    world.send_back(first, at("2024-01-16T09:00"))
    set_clock(world, "2024-01-16T10:00")
    person.get("/todo")
    returned = person.words.index("Returned: these reports need more")
    assert returned < person.words.index("Confirm the receipt")
    assert "incomplete" in person.words
    person.get("/findings/2023-1-1/report")
    assert "incomplete" in person.words
    assert "four lessons\nfor all</textarea>" in person.page.text
    person.get("/letters/2023-1/submit")
    assert 'name="declared"' not in person.page.text
    write(person, "2023-1-1", "five lessons")
    hand_in(person, "2023-1")
    world.accept(first, at("2024-01-17T09:00"))
    person.get("/letters/2023-1/receipts")
    assert re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d (\w+(?: and closed)?)", person.words) == [
        "accepted and closed", "submitted", "returned", "submitted", "issued",
    ]  # fmt: skip


def test_a_report_is_declared_and_is_the_one_that_was_seen(site: Site, world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    person = site.person("zhang", "organization", "a")
    write(person, "2023-1-1", "one")
    hand_in(person, "2023-1", declared="")
    assert refusal(person).startswith("Only the head of the organization can approve it;")
    hand_in(person, "2023-1", finding="")
    assert refusal(person) == "Tick at least one report that is written."
    person.get("/letters/2023-1/submit")
    seen = hidden(person, "seen")
    write(person, "2023-1-1", "two")
    hand_in(person, "2023-1", seen=seen)
    assert person.page.status_code == 409
    assert world.finding(finding).state == "issued"


def test_two_writers_lose_nothing(site: Site, world: World) -> None:
    world.unit("a")
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    one = site.person("zhang", "organization", "a")
    other = site.person("wang", "organization", "a")
    one.get("/findings/2023-1-1/report")
    write(other, "2023-1-1", "what wang wrote")
    send(one, "2023-1-1", "what zhang wrote")
    assert one.page.status_code == 409
    assert "what zhang wrote</textarea>" in one.page.text
    assert "what wang wrote" in one.words


def test_what_was_submitted_cannot_be_changed(site: Site, world: World) -> None:
    (finding,) = world.unit("a")
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    person = site.person("zhang", "organization", "a")
    person.get("/findings/2023-1-1/report")
    world.submit(finding, at("2024-01-15T09:00"))
    send(person, "2023-1-1", "too late", ("a.pdf", PDF))
    assert person.page.status_code == 409
    with world.database.read() as session:
        assert session.exec(select(Evidence)).all() == []


def test_what_is_not_ours_is_not_there(site: Site, world: World) -> None:
    world.unit("a")
    world.unit("b")
    world.issue()
    draft = world.unit("c")[0]
    set_clock(world, "2024-01-29T10:00")
    person, clerk = site.person("zhang", "organization", "a"), site.person("li", "clerk")
    own = site.person("zhao", "organization", "c")
    for path in ("report", "extend", "explain"):
        answers = [
            person.get(f"/findings/{reference}/{path}").text.replace(reference, "X")
            for reference in ("2023-2-1", "2023-9-9")
        ]
        assert answers[0] == answers[1]
        assert person.page.status_code == 404
        assert clerk.get(f"/findings/2023-1-1/{path}").status_code == 404
        assert own.get(f"/findings/{draft}/{path}").status_code == 404
    for path in ("acknowledge", "submit", "receipts"):
        answers = [
            person.get(f"/letters/{reference}/{path}").text.replace(reference, "X")
            for reference in ("2023-2", "2023-9")
        ]
        assert answers[0] == answers[1]
        assert person.page.status_code == 404
    for path in ("/receipts/2023-2-1/1", "/receipts/2023-1-1/9", "/receipts/2023-1-1/x"):
        assert person.get(path).status_code == 404


def test_a_page_asks_as_much_for_fifty_as_for_one(site: Site, world: World) -> None:
    ids = world.unit("a", findings=1)
    world.unit("b", findings=50)
    world.issue()
    set_clock(world, "2024-01-29T10:00")
    one, many = site.person("zhang", "organization", "a"), site.person("wang", "organization", "b")
    write(one, "2023-1-1", "x")
    write(many, "2023-2-7", "x")
    paths = ("/todo", "/letters/{}/acknowledge", "/letters/{}/submit", "/letters/{}/receipts",
             "/findings/{}-1/report", "/findings/{}-1/extend", "/receipts/{}-1/1")  # fmt: skip
    for path in paths:
        asked = []
        for person, letter in ((one, "2023-1"), (many, "2023-2")):
            with counting() as statements:
                assert person.get(path.format(letter)).status_code == 200, path
            asked.append(len(statements))
        assert asked[0] == asked[1] <= 12, (path, asked)
    assert ids == [1]
