"""How many questions each page and each question of the API asks its database.

Whatever is kept from one request to the next is forgotten before each.
"""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from duban.services.record_run import confirm_night
from duban.web.api.service import ADDRESS
from models.nightly_run import RunState
from tests.web.access_table import TABLE
from tests.web.access_table_api import API_TABLE
from tests.web.access_world import LETTER_OF, OWN, Names, names_of
from tests.web.api import program
from tests.web.one_of_each import one_of_each, report_with_file
from tests.web.queries import counting
from tests.web.seen import set_clock
from tests.web.site import Site
from tests.world import World, at

MOST = 12
NOT_SHOWN = {
    "/", "/imports", "/views/{number}", "/sign-in/oidc", "/sign-in/oidc/back",
    "/letters/{reference}/closing-slip", "/escalations/circulars/{day}",
    "/letters/new/{code}/document",
}  # fmt: skip
"""What leads elsewhere, the doors to a provider, of whom this world has none, and papers about
what has not come here."""


def live(world: World, rows: int) -> Names:
    """So many rows of everything, the first finding asked about and one reported with a file."""
    ids = world.unit(OWN, findings=3 * rows)
    world.issue(at("2024-01-02T09:00"))
    world.acknowledge(ids[0], at("2024-01-03T09:00"))
    for one in ids[:rows]:
        world.ask(one, "5wd", at("2024-01-20T09:00"))
    report_with_file(world, ids[rows], "2024-01-20T09:00")
    for one in ids[rows + 1 : 2 * rows]:
        world.submit(one, at("2024-01-20T09:00"))
    for n in range(rows):
        world.unit(f"more-{n}")
    report = world.night("2024-02-20")
    if report.state is RunState.STOPPED:
        with world.database.begin() as session:
            confirm_night(session, report.business_date, by="supervisor")
        report = world.night("2024-02-20")
    return replace(names_of(world, OWN), run=report.run_id)


def readers(site: Site) -> dict[str, httpx.Client]:
    """A signed-in browser and a program of each role, and a browser of nobody."""
    found = {"nobody": site.nobody().client}
    for role in LETTER_OF.values():
        organization = OWN if role == "organization" else "commission"
        found[role] = site.person(role, role, organization).client
        found[f"api {role}"] = program(site, f"api-{role}", role, organization).client
    return found


def questions() -> Iterator[tuple[str, str]]:
    """Who asks for what: the first who may."""
    for method, path, who in (line.split() for line in TABLE.split("\n") if line):
        if method == "GET":
            yield LETTER_OF.get(who[0], "nobody" if who == "*" else "clerk"), path
    for line in filter(None, API_TABLE.split("\n")):
        method, path, does, *_rest = line.split()
        if method == "GET":
            yield f"api {LETTER_OF[does[0]]}", ADDRESS + path


@pytest.mark.parametrize("rows", [1, 50])
def test_few_questions_whatever_the_rows(site: Site, world: World, rows: int) -> None:
    own, clients = live(world, rows), readers(site)
    reported = replace(own, finding=f"{own.letter}-{rows + 1}")
    made = one_of_each(world, OWN, "2024-02-20T08:00", rows)
    too_many, not_shown = [], set()
    for minute, (who, path) in enumerate(questions()):
        set_clock(world, f"2024-02-20T{9 + minute // 60:02}:{minute % 60:02}")
        names = reported if path.startswith("/reviews/") else own
        question = "?from=2024-01-12" if path.endswith("/due") else ""
        there = made.get(path) or address(names, path) + question
        with counting() as asked:
            answer = clients[who].get(site.address + there)
        if len(asked) > MOST:
            too_many.append((path, len(asked)))
        if answer.status_code != 200:
            not_shown.add(path)
    assert too_many == []
    assert not_shown == NOT_SHOWN


def address(names: Names, path: str) -> str:
    """What a path means; letters are called the same under the API."""
    start = ADDRESS if path.startswith(ADDRESS) else ""
    return start + names.fill(path.removeprefix(start))
