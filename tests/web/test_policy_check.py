"""A policy's file before it is put in place: what differs, what the next night would do by it."""

import hashlib
import re
from pathlib import Path

import pytest

from config.policy_file import policy_file
from duban.services.record_run import confirm_night
from models.installation import Installation
from models.nightly_run import RunState
from tests.web.access_world import rows_of
from tests.web.conftest import Rented
from tests.web.site import Person, Site
from tests.world import World, at

SHIPPED = Path(__file__).parents[2] / "config" / "policies" / "default.toml"
TEXT = SHIPPED.read_text(encoding="utf-8")
AGAIN = """
[[rung]]
code = "urge-again"
level = 1
kind = "notice"
counts = "due"
at = "+4d"
to = ["head"]
"""
CHANGED = (
    TEXT.replace('window = "P1M"', 'window = "15d"')
    .replace("findings = 50", "findings = 1")
    .replace('code = "summons"', 'code = "talk"')
    .replace("+10wd", "+2wd")
) + AGAIN
"""Another window, a narrower brake, an earlier talk under a new code, and a second notice."""


@pytest.fixture
def late(world: World) -> list[int]:
    """Three findings that were due on Friday and told of on Saturday; it is Tuesday."""
    ids = world.unit("a", findings=2) + world.unit("b")
    world.issue()
    for night in ("2024-01-27", "2024-01-30"):
        world.night(night)
    with world.database.begin() as session:
        installation = session.get_one(Installation, 1)
        installation.demo, installation.demo_now = True, at("2024-01-30T09:00")
    return ids


def checked(person: Person, content: bytes) -> int:
    """The status of the check of such a file."""
    person.get("/admin/rules/policy")
    return person.post("/admin/rules/policy", files={"file": ("new.toml", content)}).status_code


def table(person: Person, caption: str) -> list[tuple[str, ...]]:
    """The rows of a table, by the beginning of its caption."""
    found = re.search(rf"<caption>{caption}.*?<tbody>(.*?)</tbody>", person.page.text, re.S)
    assert found is not None
    cells = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in found[1].split("</tr>"))
    bare = (tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in row) for row in cells)
    return [row for row in bare if row]


def installed(world: World, text: str) -> Path:
    """The file in its place, as the operator puts it there."""
    file = Path("policy.toml").absolute()
    file.write_text(text, encoding="utf-8")
    policy = world.settings.policy.model_copy(update={"file": file})
    world.settings = world.settings.model_copy(update={"policy": policy})
    return file


def test_what_differs_in_words_while_nothing_is_saved(
    site: Site, world: World, late: list[int]
) -> None:
    person = site.person("li", "clerk")
    before = rows_of(world)
    person.get("/admin/rules")
    assert 'href="/admin/rules/policy"' in person.page.text
    assert checked(person, CHANGED.encode()) == 200
    digest, in_force = (hashlib.sha256(text.encode()).hexdigest() for text in (CHANGED, TEXT))
    version = policy_file().policy().version
    assert f"File new.toml SHA-256 {digest} Version" in person.words
    assert (
        f"SHA-256 of the file in force {in_force} Version in force {version} "
        "Checked by li Checked at 2024-01-30 09:00"
    ) in person.words
    assert table(person, "Limits and steps that differ") == [
        ("To rectify", "one month; a rest day moves it to the next working day",
         "15 days; a rest day moves it to the next working day"),
        ("Brake of the night", "more than 50 findings and 5% beyond the forecast",
         "more than 1 findings and 5% beyond the forecast"),
        ("Step summons (summons)",
         "10 working days after, counted from the last day; proposal, decided by a person; "
         "level 3; told: head", "no such step"),
        ("Step talk (talk)", "no such step",
         "2 working days after, counted from the last day; proposal, decided by a person; "
         "level 3; told: head"),
        ("Step urge-again (urge-again)", "no such step",
         "4 days after, counted from the last day; notice, also on rest days; level 1; told: head"),
    ]  # fmt: skip
    assert checked(person, TEXT.replace("# The follow-up", "# A follow-up").encode()) == 200
    assert "The file says what the rules in force say" in person.words
    assert checked(person, TEXT.replace('"-7d"', '"-P7D"').encode()) == 200
    assert "It says the same in another form" in person.words
    assert "What it says differently" not in person.words
    assert rows_of(world) == before


def test_the_night_does_what_the_check_foresaw(site: Site, world: World, late: list[int]) -> None:
    person = site.person("li", "clerk")
    assert checked(person, CHANGED.encode()) == 200
    assert "3 open findings: the next night looks at all of them anew" in person.words
    assert table(person, "The check of 2024-01-31 00:10") == [
        ("Become overdue", "0", "0"),
        ("talk", "0", "3"),
        ("urge-again", "0", "3"),
        ("Held back", "0", "0"),
        ("Proposals for a person to decide", "0", "3"),
        ("Mails", "0", "2"),
    ]
    assert (
        "The brake by the rules in force lets the night go on "
        "The brake by the file stops the night: 3 findings to act on, 0 forecast"
    ) in person.words
    told = [world.finding(one).last_day for one in late]
    mails, proposals = len(world.messages()), len(world.proposals())
    installed(world, CHANGED)
    assert world.night("2024-01-31").state is RunState.STOPPED
    with world.database.begin() as session:
        confirm_night(session, at("2024-01-31").date(), by="wang")
    assert world.night("2024-01-31").state is RunState.COMPLETED
    assert len(world.messages()) == mails + 2
    assert [rung for _id, _due, rung, _on in world.proposals()[proposals:]] == ["talk"] * 3
    assert [world.finding(one).last_day for one in late] == told
    (new,) = world.unit("c")
    world.issue(at("2024-01-31T09:00"))
    # The fifteenth day is 15 February; the days off of the Spring Festival last until the 17th.
    assert str(world.finding(new).last_day) == "2024-02-18"


def test_only_who_operates_sees_where_the_file_is(
    site: Site, world: World, rented: tuple[Rented, str]
) -> None:
    file = installed(world, CHANGED)
    rented[0].move_in(world.settings, world.database)
    operator, clerk = site.person("root", "administrator"), site.person("li", "clerk")
    operator.get("/admin")
    digest = hashlib.sha256(CHANGED.encode()).hexdigest()
    assert f"Policy file {file} SHA-256 of the policy file {digest}" in operator.words
    assert checked(clerk, TEXT.encode()) == 200
    assert f"SHA-256 of the file in force {digest}" in clerk.words
    assert "puts the file in the place of the one in force" in clerk.words
    assert str(file.parent) not in clerk.page.text


def test_a_file_that_cannot_be_used_is_refused_as_the_command_line_does(site: Site) -> None:
    person = site.person("li", "clerk")
    rung = '[[rung]]\ncode="x"\nlevel=1\nkind="notice"\ncounts="due"\nat="{at}"\nto=["head"]\n'
    fits = rung.format(at="+1d")
    for content, words in (
        (b"", "new.toml: the key “rung” is missing."),
        (b"\xff", "The file new.toml is not valid TOML"),
        (b"a=" + b"[" * 5000, "The file new.toml is not valid TOML"),
        (b"a=" + b"9" * 5000, "The file new.toml is not valid TOML"),
        (rung.format(at="soon").encode(), "new.toml: x: “soon” is not an offset"),
        (f'{fits}[deadline]\nwindow="P0M"\n'.encode(),
         "new.toml: “deadline.window”: “P0M” is not a period"),
        (f"{fits}[brakes]\nfindings=1\n".encode(),
         "new.toml: there is no key “brakes”. Did you mean “brake”?"),
        (f"{fits}[brake]\npercent=nan\n".encode(),
         "new.toml: “brake.percent” cannot be nan: at most 100.0 is possible."),
        (b"#" * 70_000, "A policy is smaller than this file."),
    ):  # fmt: skip
        assert (checked(person, content), words in person.words) == (422, True), words
        assert "SHA-256" not in person.words
    assert person.post("/admin/rules/policy").status_code == 422
    assert "Select a file." in person.words
