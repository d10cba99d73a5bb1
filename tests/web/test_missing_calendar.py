"""The next year's holiday notice is missing: told from the first of November, before it is felt."""

from models.installation import Installation
from tests.command import duban
from tests.web.site import Site
from tests.world import World, at

IN_THE_STATUS = "A date in 2027 or later is provisional until its notice is imported."
TOLD = (
    "The holiday notice for 2027 is missing; it concerns letters issued from Tue 2026-12-01. "
    "It is published in November; a clerk loads it, a supervisor approves it."
)


def test_it_is_told_before_the_first_letter_that_needs_it(world: World, site: Site) -> None:
    asked = {day: duban("status", "--as-of", f"2026-{day}T09:00") for day in ("10-31", "11-01")}
    assert {day: IN_THE_STATUS in answer.out.splitlines() for day, answer in asked.items()} == {
        "10-31": False, "11-01": True,
    }  # fmt: skip
    assert duban("status", "--as-of", "2026-11-01T09:00", "--json=calendar_missing").data == {
        "calendar_missing": 2027
    }
    assert [duban("calendar", "due", day).code for day in ("2026-11-30", "2026-12-01")] == [0, 7]
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2026-11-01T09:00")
        session.add(installation)
    clerk = site.person("li", "clerk")
    clerk.get("/admin")
    assert TOLD in clerk.words
    world.unit("a")
    assert world.issue(at("2026-12-01T09:00")) == ["示纪函〔2026〕1号"]
    assert world.finding(1).provisional is True
