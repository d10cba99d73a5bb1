"""What a ledger tells of findings narrows every list, whoever asks and in whichever way."""

import re
from html import unescape
from urllib.parse import parse_qsl

from sqlalchemy import update

from models.finding import Finding
from tests.command import duban
from tests.web.api import program
from tests.web.ledger_marks import references
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World, at

NOW = "2024-02-08T08:30"
QUESTIONS = {
    "category=discipline": ["2023-1-1", "2023-2-1"], "source=50%25": ["2023-1-2"],
    "meeting=2023-12-20": ["2023-1-1", "2023-1-2", "2023-2-1"], "person=one": ["2023-1-1"],
    "person=two": ["2023-2-1"], "extended=asked": ["2023-1-2"], "extended=yes": ["2023-2-1"],
    "explained=yes": [], "explained=no": ["2023-1-1", "2023-1-2", "2023-2-1"],
    "category=discipline&explained=no&extended=yes": ["2023-2-1"],
}  # fmt: skip
"""What each lists; organization a has the letter 2023-1."""


def live(world: World) -> None:
    """Two organizations, late, with what a ledger tells of their findings."""
    one, two = world.unit("a", findings=2)
    (three,) = world.unit("b")
    told = {
        one: {"category": "discipline", "owner": "owner one", "escalated": True},
        two: {"source": "50% of a review"},
        three: {"category": "discipline", "lead": "lead two", "source": "500"},
    }  # fmt: skip
    with world.database.begin() as session:
        for finding_id, values in told.items():
            session.exec(update(Finding).where(Finding.id == finding_id).values(**values))
    world.issue(meeting_on=at("2023-12-20T09:00").date())
    world.grant(world.ask(three, "5wd", at("2024-01-10T09:00")), at("2024-01-10T10:00"))
    world.ask(two, "5wd", at("2024-02-01T09:00"))
    set_clock(world, NOW)


def test_pages_programs_and_commands_list_the_same(site: Site, world: World) -> None:
    live(world)
    person = site.person("li", "clerk")
    office, unit = program(site, "office", "clerk"), program(site, "unit", "organization", "a")
    for question, wanted in QUESTIONS.items():
        person.get(f"/ledger?{question}")
        assert references(person) == wanted, question
        options = [f"--{name}={value}" for name, value in parse_qsl(question)]
        said = duban("finding", "list", *options, "--as-of", NOW, "--json=reference").data
        assert [one["reference"] for one in said["findings"]] == wanted, question
        own = [reference for reference in wanted if reference.startswith("2023-1-")]
        for client, seen in ((office, wanted), (unit, own)):
            body = client.get(f"/findings?{question}&fields=id").json()
            assert [one["reference"] for one in body["items"]] == seen, question
            assert body["total_estimate"] is None, question  # nobody counts them


def test_commands_know_every_filter_of_the_pages(world: World) -> None:
    live(world)
    found = {}
    for options in (("--due-within", "7"), ("--escalated",), ()):
        said = duban("finding", "list", *options, "--as-of", "2024-01-30", "--json=reference").data
        found[options] = [one["reference"] for one in said["findings"]]
    assert found == {
        ("--due-within", "7"): ["2023-2-1"], ("--escalated",): ["2023-1-1"],
        (): ["2023-1-1", "2023-1-2", "2023-2-1"],
    }  # fmt: skip


def test_what_fits_no_particular_is_refused(site: Site, world: World) -> None:
    live(world)
    unit = program(site, "unit", "organization", "a")
    wrong = ("extended=no", "explained=perhaps", "meeting=2023", "category=", "person=" + "x" * 201)
    answers = [unit.get(f"/findings?{question}") for question in wrong]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (422, "validation")
    ] * len(wrong)
    refused = duban("finding", "list", "--extended", "perhaps", "--json")
    assert (refused.code, refused.problem["detail"]) == (
        1, "“perhaps” does not fit here; there are: yes, asked."
    )  # fmt: skip


def test_they_are_said_in_words(site: Site, world: World) -> None:
    live(world)
    person = site.person("li", "clerk")
    question = (
        "category=discipline&source=a&meeting=2023-12-20&person=one&extended=yes&explained=no"
    )
    words = ["Category: discipline", "Source: a", "Meeting: 2023-12-20", "In charge: one",
             "More time granted", "Delay not explained"]  # fmt: skip
    person.get(f"/ledger?{question}")
    listed = re.search(r'<ul class="chips".*?</ul>', person.page.text, re.S)
    assert listed is not None
    assert re.findall(r"</span>([^<]+)</a>", unescape(listed[0])) == words
    person.get(f"/ledger/print?{question}")
    assert " · ".join(words) in person.words


def test_what_is_seldom_used_is_shown_where_it_is_set(site: Site, world: World) -> None:
    live(world)
    person = site.person("li", "clerk")
    opened = {}
    for question in ("category=discipline", "overdue_to=2024-02-01", "explained=no"):
        person.get(f"/ledger?{question}")
        opened[question] = "<details open>" in person.page.text
    assert opened == {
        "category=discipline": False, "overdue_to=2024-02-01": True, "explained=no": True,
    }  # fmt: skip
    offered = re.search(r'<datalist id="categories">(.*?)</datalist>', person.page.text)
    assert offered is not None
    assert re.findall('value="([^"]+)"', offered[1]) == ["discipline"]
