"""What supervisors ask at any time: status, lists, one finding, why, nights."""

from pathlib import Path

import pytest
from sqlmodel import update

from models.finding import Finding
from tests.command import duban
from tests.world import World, at

SHIPPED = Path(__file__).parents[2] / "config" / "policies" / "default.toml"


@pytest.fixture
def month(world: World) -> World:
    """Three organizations in January 2024: one silent, one working, one that reported."""
    (_silent,), (working,), (reported,) = (world.unit(code) for code in ("a", "b", "c"))
    world.issue()
    world.nights("2023-12-02", "2023-12-26")
    world.acknowledge(working, at("2023-12-27T09:00"))
    world.nights("2023-12-27", "2024-01-05")
    world.submit(reported, at("2024-01-05T09:00"))
    world.nights("2024-01-06", "2024-01-26")
    assert duban("org", "set", "c", "--group", "bureaus").code == 0
    return world


def stopped(world: World) -> None:
    """A policy under which any night stops, and a night that it stopped."""
    Path("policy.toml").write_text(
        SHIPPED.read_text(encoding="utf-8").replace("findings = 50", "findings = 0"),
        encoding="utf-8",
    )
    Path("duban.toml").write_text("[policy]\nfile = 'policy.toml'\n")
    # The last night did not foresee what was settled after it.
    with world.database.begin() as session:
        session.exec(update(Finding).values(settled_at=at("2024-01-26T12:00")))
    assert duban("run", "nightly", "--as-of", "2024-01-27T00:10").code == 7


def test_the_status_says_what_to_do_about_a_stopped_night(month: World) -> None:
    stopped(month)
    asked = ("status", "--as-of", "2024-01-27T09:00")
    sentence = (
        "The brake stopped the night of 2024-01-27: 2 findings to act on, 0 forecast. Look with "
        "duban run preview, then duban run confirm 2024-01-27 --by NAME and "
        "duban run nightly"
    )
    assert sentence in duban(*asked).out.splitlines()
    assert duban(*asked, "--check").err.splitlines() == ["2 findings are overdue.", sentence]
    assert duban(*asked, "--json").data["stopped_night"] == {
        "business_date": "2024-01-27", "planned": 2, "expected": 0, "confirmed_by": None,
    }  # fmt: skip
    assert duban("run", "confirm", "2024-01-27", "--by", " ").code == 1
    first, second = (duban("run", "confirm", "2024-01-27", "--by", who) for who in ("Li", "Wang"))
    following = "The night of 2024-01-27 may go on. Next: duban run nightly"
    assert (first.code, first.out.splitlines()) == (0, [following])
    assert (second.code, second.out.splitlines()) == (
        0, ["Li has let the night of 2024-01-27 go on already.", following],
    )  # fmt: skip
    assert (
        "The night of 2024-01-27 was stopped and Li let it go on; now: duban run nightly"
    ) in duban(*asked).out.splitlines()
    done = duban("run", "nightly", "--as-of", "2024-01-27T10:00", "--json")
    assert (done.code, done.data["counts"]["changed"]) == (0, 2)
    later = duban("status", "--as-of", "2024-01-27T11:00", "--json").data
    assert (later["stopped_night"], later["missed_nights"]) == (None, [])


def test_a_check_by_hand_makes_up_for_every_missed_night(month: World) -> None:
    asked = ("--as-of", "2024-01-29T09:00", "--json")
    assert duban("status", *asked).data["missed_nights"] == [
        "2024-01-27",
        "2024-01-28",
        "2024-01-29",
    ]
    done = duban("run", "nightly", *asked).data
    assert (done["business_date"], done["made_up_for"], done["counts"]["changed"]) == (
        "2024-01-29", ["2024-01-27", "2024-01-28"], 2,
    )  # fmt: skip
    assert duban("status", *asked).data["missed_nights"] == []
    one = duban(
        "run", "nightly", "--night", "2024-01-31", "--as-of", "2024-01-31T09:00", "--json"
    ).data
    assert (one["business_date"], one["made_up_for"]) == ("2024-01-31", [])
    assert duban("status", "--as-of", "2024-01-31T09:00", "--json").data["missed_nights"] == [
        "2024-01-30"
    ]


def test_organizations_that_no_mail_can_reach(month: World) -> None:
    asked = ("status", "--as-of", "2024-01-26T09:00")
    assert duban(*asked, "--json").data["unreachable_organizations"] == []
    for number in (3, 4):
        assert duban("org", "contact", "remove", number).code == 0
    sentence = (
        "1 organization with open findings cannot be reached by mail: duban org list --unreachable"
    )
    assert sentence in duban(*asked).out.splitlines()
    assert duban(*asked, "--check").err.splitlines() == [sentence]
    assert duban(*asked, "--json").data["unreachable_organizations"] == ["a"]
    assert [
        one["code"] for one in duban("org", "list", "--unreachable", "--json").data["organizations"]
    ] == ["a"]
    assert duban("org", "contact", "set", 4, "--email", "new@a.example").code == 0
    assert duban(*asked, "--json").data["unreachable_organizations"] == []


def listed(*options: str) -> list[str]:
    findings = duban("finding", "list", *options, "--json").data["findings"]
    return sorted(finding["reference"] for finding in findings)


def test_a_stopped_check_never_makes_the_status_lie(month: World) -> None:
    data = duban("status", "--as-of", "2024-01-29T09:00", "--json").data
    assert {k: data[k] for k in ("open", "overdue", "waiting_for_us")} == {
        "open": 3, "overdue": 2, "waiting_for_us": 1,
    }  # fmt: skip
    assert data["missed_nights"] == ["2024-01-27", "2024-01-28", "2024-01-29"]
    assert month.finding(1).state == "issued"
    assert listed("--as-of", "2024-01-29T09:00", "--state", "overdue") == ["2023-1-1", "2023-2-1"]
    before, after = (
        duban("status", "--as-of", f"2024-01-{when}", "--json").data["overdue"]
        for when in ("26T23:59:59", "27T00:00:00")
    )
    assert (before, after) == (0, 2)


def test_check_exits_with_3_when_something_needs_attention(month: World) -> None:
    fine = duban("status", "--check", "--as-of", "2024-01-26T09:00", "--quiet")
    late = duban("status", "--check", "--as-of", "2024-01-27T09:00")
    assert (fine.code, late.code) == (0, 3)
    assert late.err.splitlines() == [
        "2 findings are overdue.",
        "The nightly check did not run for: 2024-01-27.",
    ]


def test_status_is_one_screen(month: World) -> None:
    lines = duban("status", "--as-of", "2024-01-27T09:00").out.splitlines()
    assert len(lines) <= 24
    assert lines[1] == "Open 3   overdue 2   due within 7 days 0   waiting for us 1   escalated 0"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), ["2023-1-1", "2023-2-1", "2023-3-1"]),
        (("--state", "acknowledged"), ["2023-2-1"]),
        (("--state", "submitted", "--state", "issued"), ["2023-1-1", "2023-3-1"]),
        (("--org", "a"), ["2023-1-1"]),
        (("--org", "单位b"), ["2023-2-1"]),
        (("--letter", "3"), ["2023-3-1"]),
        (("--due-from", "2024-01-27"), []),
        (("--due-to", "2024-01-26"), ["2023-1-1", "2023-2-1", "2023-3-1"]),
        (("--group", "bureaus"), ["2023-3-1"]),
        (("--text", "finding text b"), ["2023-2-1"]),
    ],
)
def test_findings_by_filter(month: World, options: tuple[str, ...], found: list[str]) -> None:
    assert listed("--as-of", "2024-01-26T09:00", *options) == found


def test_findings_by_rung_and_by_when_they_became_overdue(month: World) -> None:
    month.night("2024-01-27")
    assert listed("--rung", "1") == ["2023-1-1", "2023-2-1"]
    assert listed("--overdue-from", "2024-01-27", "--overdue-to", "2024-01-27") == [
        "2023-1-1", "2023-2-1",
    ]  # fmt: skip
    assert listed("--overdue-from", "2024-01-28") == []


def test_a_list_goes_on_where_a_page_ended(month: World) -> None:
    asked = ("finding", "list", "--as-of", "2024-01-26T09:00", "--limit", "2")
    first = duban(*asked, "--json").data
    assert [one["reference"] for one in first["findings"]] == ["2023-1-1", "2023-2-1"]
    rest = duban(*asked, "--json", "--after", first["next"]).data
    assert ([one["reference"] for one in rest["findings"]], rest["next"], rest["truncated"]) == (
        ["2023-3-1"], None, False,
    )  # fmt: skip
    told = duban(*asked).err.splitlines()
    assert told[-1] == f"The next page: --after {first['next']}"
    for place in ("x", "é", "MQ", first["next"][:-4], first["next"] + "AAAA"):
        refused = duban(*asked, "--after", place, "--json")
        assert (refused.code, refused.problem["code"]) == (1, "validation"), place
    drafted = month.unit("d", findings=3)
    pages = [duban(*asked, "--state", "draft", "--json").data]
    pages.append(duban(*asked, "--state", "draft", "--json", "--after", pages[0]["next"]).data)
    assert [one["id"] for page in pages for one in page["findings"]] == drafted


def test_how_the_organizations_stand(month: World) -> None:
    asked = ("status", "--by-organization", "--as-of", "2024-01-29T09:00")
    assert duban(*asked).out.splitlines() == [
        "Organization\tOpen\tOverdue\tAwaiting receipt\tIn progress\tAwaiting review\tClosed",
        "Unit a\t1\t1\t0\t0\t0\t0",
        "Unit b\t1\t1\t0\t0\t0\t0",
        "Unit c\t1\t0\t0\t0\t1\t0",
    ]
    data = duban(*asked, "--json").data
    assert (data["count"], data["organizations"][2]) == (
        3,
        {"code": "c", "name": "单位c", "group": "bureaus", "open": 1, "draft": 0, "issued": 0,
         "acknowledged": 0, "submitted": 1, "overdue": 0, "rectified": 0, "withdrawn": 0},
    )  # fmt: skip
    assert duban(*asked, "--check").code == 3


def test_an_escalation_that_was_declined_or_dropped_is_none(month: World) -> None:
    month.nights("2024-01-27", "2024-02-08")

    def escalated() -> tuple[int, int]:
        data = duban("status", "--as-of", "2024-02-09T09:00", "--json").data
        return data["escalated"], data["proposals"]

    waiting = [one["id"] for one in duban("escalation", "list", "--json").data["proposals"]]
    assert (escalated(), len(waiting)) == ((2, 4), 4)
    month.grant(month.ask(2, "20wd", at("2024-02-08T09:00")), at("2024-02-08T10:00"))
    assert escalated() == (1, 2)
    left = [one["id"] for one in duban("escalation", "list", "--json").data["proposals"]]
    for number, expected in zip(left, ((1, 1), (0, 0)), strict=True):
        assert duban("escalation", "decline", number, "--reason", "new facts").code == 0
        assert escalated() == expected


def test_why_proves_the_date_and_accounts_for_every_rung(month: World) -> None:
    month.night("2024-01-27")
    month.grant(month.ask(2, "10wd", at("2024-01-27T10:00")), at("2024-01-28T10:00"))
    data = duban("finding", "why", "2-1", "--as-of", "2024-01-29", "--json").data
    assert [(d["event"], d["day_zero"], d["nominal_last_day"], d["last_day"]) for d in data["deadlines"]] == [
        ("issue", "2023-12-26", "2024-01-26", "2024-01-26"),
        ("extend", "2024-01-26", "2024-02-08", "2024-02-08"),
    ]  # fmt: skip
    silent = duban("finding", "why", "1-1", "--as-of", "2024-01-29", "--json").data
    assert [(r["rung"], r["day"], r["fate"], [to["name"] for to in r["to"]]) for r in silent["rungs"]] == [
        ("receipt", "2023-12-29", "told", ["a-contact"]),
        ("receipt-again", "2024-01-03", "told", ["a-contact"]),
        ("due-7", "2024-01-19", "told", ["a-contact"]),
        ("due-3", "2024-01-23", "told", ["a-contact", "a-head"]),
        ("due-1", "2024-01-25", "told", ["a-contact", "a-head"]),
        ("urge", "2024-01-27", "told", ["a-contact", "a-head"]),
        ("circular", "2024-02-02", "upcoming", []),
        ("summons", "2024-02-08", "upcoming", []),
        ("referral", "2024-02-26", "upcoming", []),
    ]  # fmt: skip
    reported = duban("finding", "why", "3-1", "--as-of", "2024-01-29", "--json").data
    assert {(r["rung"], r["fate"], r["reason"]) for r in reported["rungs"]} >= {
        ("receipt", "told", ""),
        ("due-7", "not-told", "report-was-there"),
        ("review-late", "told", ""),
    }
    words = duban("finding", "why", "2-1", "--as-of", "2024-01-29").out
    assert "10 working days" in words or "10wd" in words


def test_a_finding_shows_all_that_was_done(month: World) -> None:
    month.send_back(3, at("2024-01-26T10:00"))
    data = duban("finding", "show", "3-1", "--json").data
    assert [row["event"] for row in data["history"]] == ["issue", "submit", "return"]
    assert [s["decision"] for s in data["submissions"]] == ["returned"]
    assert {notice["rung"] for notice in data["notices"]} == {
        "receipt",
        "receipt-again",
        "review-late",
    }


def test_nights_are_listed_and_shown_with_reasons(month: World) -> None:
    (newest,) = duban("run", "list", "--limit", "1", "--json").data["runs"]
    assert (newest["business_date"], newest["state"], newest["counts"]["open"]) == (
        "2024-01-26", "completed", 3,
    )  # fmt: skip
    items = duban("run", "show", "2024-01-25", "--json").data["items"]
    assert [(i["reference"], i["outcome"], i["reason"], i["rungs"]) for i in items] == [
        ("2023-1-1", "noticed", None, ["due-1"]),
        ("2023-2-1", "noticed", None, ["due-1"]),
        ("2023-3-1", "none", "awaiting-our-review", []),
    ]  # fmt: skip


def test_a_preview_can_say_that_nothing_would_be_done(month: World) -> None:
    assert duban("run", "preview", "--expect-none", "--as-of", "2024-01-26T12:00").code == 0
    due = duban("run", "preview", "--expect-none", "--as-of", "2024-01-27T00:10", "--json")
    assert (due.code, due.data["count"]) == (3, 2)


def test_chosen_fields_of_an_answer(month: World) -> None:
    assert set(duban("status", "--json=open,overdue").data) == {"open", "overdue"}
    assert duban("status", "--json=opne").code == 2
