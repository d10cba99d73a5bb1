"""What an organization can rely on (docs/forty-points.md, part B)."""

import re
from html import unescape
from typing import Any

from sqlmodel import SQLModel

from duban.services.seal_receipt import check_receipt, receipt_key
from duban.services.secret_words import house_key
from models.queries.whole_tables import batches_of
from tests.web.mailbox import left, links
from tests.web.mailbox import send as let_leave
from tests.web.seen import set_clock, version
from tests.web.site import PASSWORD, Person, Site
from tests.web.unit import facts, following, hand_in, hidden, write
from tests.world import World, at

VISITS = {"sign_in_delays", "account_events"}
"""Where it is noted that somebody tried to sign in."""


def stored(world: World) -> dict[str, list[Any]]:
    """Everything there is but who tried to sign in."""
    with world.database.read() as session:
        return {
            table.name: [dict(row) for batch in batches_of(session, table) for row in batch]
            for table in SQLModel.metadata.sorted_tables
            if table.name not in VISITS
        }


def press_everything(person: Person, filling: str) -> int:
    """Press each button of the open page, empty fields filled with a word; how many forms."""
    forms = re.findall(r"<form([^>]*)>(.*?)</form>", person.page.text, re.S)
    here = person.page.url.path
    for attributes, inner in forms:
        action = re.search(r'action="([^"]*)"', attributes)
        fields = {
            name: unescape(value) or filling
            for name, value in re.findall(
                r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', inner
            )
        }
        answer = person.client.request(
            "POST" if 'method="post"' in attributes else "GET", action[1] if action else here,
            data=fields, headers={"sec-fetch-site": "same-origin"},
        )  # fmt: skip
        assert answer.status_code < 500
    return len(forms)


def invite(site: Site, role: str, organization: str) -> None:
    """An administrator adds somebody, and every mail that is due leaves."""
    admin = site.person("root", "administrator")
    admin.get("/admin/accounts/new")
    new = {"login": "zhao", "name": "赵", "role": role, "organization": organization,
           "email": "zhao@office.example", "language": "en"}  # fmt: skip
    admin.post("/admin/accounts/new", new)
    let_leave(site)


def test_a_robot_behind_every_mailed_link_changes_nothing(site: Site, world: World) -> None:
    one, two = world.unit("a", findings=2)
    world.issue()
    let_leave(site)
    world.acknowledge(one, at("2023-12-28T09:00"))
    world.submit(one, at("2024-01-20T09:00"))
    world.send_back(one, at("2024-01-22T09:00"))
    world.grant(world.ask(one, "10wd", at("2024-01-23T09:00")), at("2024-01-24T09:00"))
    world.submit(two, at("2024-01-25T09:00"))
    for night in ("2024-01-27", "2024-01-31"):
        world.night(night)
    invite(site, "clerk", "commission")
    mailed = {
        re.sub(r"/welcome/.*", "/welcome/…", link.removeprefix(site.settings.site.base_url)): link
        for mail in left(site)
        for part in mail.walk()
        if part.get_content_maintype() == "text"
        for link in re.findall(r"https?://[^\s\"<>]+", part.get_content())
    }
    assert set(mailed) == {
        "/", "/details/feed", "/letters/2023-1", "/letters/2023-1/acknowledge",
        "/organizations/commission", "/welcome/…",
    }  # fmt: skip
    before = stored(world)
    for link in mailed.values():
        robot = site.nobody()
        for filling in ("", "robot"):
            robot.client.head(link.replace(site.settings.site.base_url, site.address))
            robot.get(link.replace(site.settings.site.base_url, site.address))
            assert (robot.page.status_code, press_everything(robot, filling)) == (200, 1), link
    assert stored(world) == before


def test_every_act_has_a_receipt_that_can_be_kept(site: Site, world: World) -> None:
    world.unit("a", findings=2)
    world.issue()
    set_clock(world, "2024-01-22T10:00")
    zhang = site.person("zhang", "organization", "a")
    kept: dict[str, tuple[str, str]] = {}
    times: list[str] = []
    key = receipt_key(house_key(world.settings.data_dir))

    def receipt() -> None:
        """Keep what the page says and hold the saved text to it."""
        number = facts(zhang).get("Receipt number", "")
        heading = re.findall(r"<h1>([^<]+)</h1>", zhang.page.text)[0]
        kept[heading] = (number, following(zhang).split(";")[0])
        times.append(facts(zhang)["Time"])
        said = facts(zhang) | {"What happens next": following(zhang)}
        (saved,) = re.findall(r'href="([^"]+)">Download receipt', zhang.page.text)
        answer = zhang.client.get(unescape(saved))
        assert answer.headers["content-disposition"].startswith("attachment")
        assert check_receipt(answer.content, key).fault is None
        lines = answer.content.decode("utf-8-sig").splitlines()
        assert [f"{name}: {value}" for name, value in said.items()] == [
            line for line in lines if line.partition(": ")[0] in said
        ]

    zhang.get("/letters/2023-1/acknowledge")
    zhang.post("/letters/2023-1/acknowledge", {"seen": hidden(zhang, "seen")})
    receipt()
    zhang.get("/findings/2023-1-1/extend")
    zhang.post("/findings/2023-1-1/extend",
               {"version": version(zhang), "days": "10", "reason": "bids"})  # fmt: skip
    receipt()
    write(zhang, "2023-1-2", "four lessons")
    hand_in(zhang, "2023-1")
    receipt()
    set_clock(world, "2024-01-29T10:00")
    zhang.get("/findings/2023-1-1/explain")
    zhang.post("/findings/2023-1-1/explain", {"version": version(zhang), "text": "rain"})
    receipt()
    zhang.get("/details")
    (person,) = re.findall(r"/details/contacts/\d+", zhang.page.text)
    zhang.post(person, {"name": "Liu", "email": "liu@a.example", "phone": "1", "language": "zh"})
    receipt()
    assert kept == {
        "The receipt of the letter was confirmed": (
            "2023-1-1/2", "Submit the report by 26 Jan (inclusive)",
        ),
        "More time was asked for": ("E-1", "A supervisor decides"),
        "The report was submitted": (
            "2023-1-2/3", "The commission reviews it by 25 Jan (inclusive)",
        ),
        "A delay was explained": (
            "X-1", "Whoever decides on the next step reads it. The due date does not change, and "
            "the report is still needed.",
        ),
        "The contact person was changed": (
            "C-3", "From now on mail about your letters goes to the new address.",
        ),
    }  # fmt: skip
    assert times[:4] == ["2024-01-22 10:00"] * 3 + ["2024-01-29 10:00"]


def test_what_is_returned_stands_on_top_with_its_reason_and_its_text(
    site: Site, world: World
) -> None:
    world.unit("z")
    world.issue(at("2023-12-20T09:00"))
    world.unit("a", findings=3)
    world.issue()
    set_clock(world, "2024-01-15T10:00")
    zhang, zhou = site.person("zhang", "organization", "a"), site.person("zhou", "verifier")
    for item in (1, 2, 3):
        write(zhang, f"2023-2-{item}", f"report {item}")
    hand_in(zhang, "2023-2")
    for item in (1, 3):
        zhou.get(f"/reviews/2023-2-{item}")
        zhou.post(f"/reviews/2023-2-{item}/return",
                  {"version": version(zhou), "reason": f"minutes of lesson {item}"})  # fmt: skip
    zhang.get("/todo")
    top = re.search(r'<section class="warning".*?</section>', zhang.page.text, re.S)
    assert top is not None
    assert zhang.page.text.index(top[0]) < zhang.page.text.index('<section class="panel"')
    assert re.findall(
        r"Report on finding ([\d-]+)</a>.*?<p class=\"user-text\"[^>]*>([^<]+)</p>", top[0], re.S
    ) == [("2023-2-1", "minutes of lesson 1"), ("2023-2-3", "minutes of lesson 3")]
    for item in (1, 3):
        zhang.get(f"/findings/2023-2-{item}/report")
        assert f"minutes of lesson {item}" in zhang.words
        assert f"report {item}</textarea>" in zhang.page.text


def test_a_newcomer_confirms_a_letter_in_five_steps(site: Site, world: World) -> None:
    """Open the invitation, choose a password, sign in, take the first task, confirm."""
    (one,) = world.unit("a")
    world.issue()
    invite(site, "organization", "a")
    (link,) = links(site)
    person = site.nobody()
    person.get(link)
    person.post(link, {"password": PASSWORD, "again": PASSWORD})
    person.post("/sign-in", {"login": "zhao", "password": PASSWORD})
    assert person.page.url.path == "/todo"
    (task,) = re.findall(r'<a class="button" href="([^"]+)"', person.page.text)
    person.get(task)
    person.post(task, {"seen": hidden(person, "seen")})
    assert facts(person)["Done by"] == "赵"
    assert world.finding(one).acknowledged_at is not None
