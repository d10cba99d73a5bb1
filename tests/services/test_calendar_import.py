"""A notice arrives: provisional dates move later or stay, never earlier."""

import json
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from duban.services.import_calendar import import_calendar, preview_calendar
from duban.services.issue_letters import Chosen, Terms, issue_letters
from models.deadlines import Rule
from models.errors import BadInput
from models.finding import Finding
from models.letter import Letter
from models.periods import Period
from tests.command import duban
from tests.world import CLERK, SUPERVISOR, World, at

ARRIVED = at("2026-12-01T09:00")


def notice(
    spring: tuple[str, ...], make_up: tuple[str, ...] = (), version: int = 1
) -> dict[str, Any]:
    """A 2027 notice with these Spring Festival days off."""
    single = {
        "元旦": ["2027-01-01"], "清明节": ["2027-04-05"], "劳动节": ["2027-05-01", "2027-05-02"],
        "端午节": ["2027-06-09"], "中秋节": ["2027-09-15"],
        "国庆节": ["2027-10-01", "2027-10-02", "2027-10-03"],
    }  # fmt: skip
    return {
        "year": 2027,
        "version": version,
        "notice": {"number": "国办发明电〔2026〕9号", "date": "2026-11-10"},
        "holidays": [
            {"name": "春节", "off": list(spring), "make_up": list(make_up)},
            *({"name": name, "off": days, "make_up": []} for name, days in single.items()),
        ],
    }


LAW = ("2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08")
LONG = (*LAW, "2027-02-09", "2027-02-10", "2027-02-11")


def arrive(
    world: World, data: dict[str, Any], when: datetime = ARRIVED
) -> list[tuple[int, str, str, bool]]:
    with world.database.begin() as session:
        found = import_calendar(
            session, data, now=when, actor=SUPERVISOR, rules=world.rules(session)
        )
        return [
            (
                item.finding.id or 0,
                str(item.dates.before),
                str(item.dates.present.last_day),
                item.dates.moves,
            )
            for item in found.plan.listed
        ]


@pytest.fixture
def one(world: World) -> int:
    """Issued on 9 November 2026 for three months: 9 February 2027, provisionally."""
    (finding_id,) = world.unit("a")
    world.issue(at("2026-11-09T10:00"), window="P3M")
    return finding_id


def test_uncovered_years_make_provisional_dates_that_every_place_marks(
    world: World, one: int
) -> None:
    found = world.finding(one)
    assert (str(found.last_day), found.provisional) == ("2027-02-09", True)
    with world.database.read() as session:
        letter = session.get_one(Letter, found.letter_id)
        assert (letter.provisional, letter.calendar_version) == (True, "2027-provisional")
    assert [(m.to, "provisional" in m.text) for m in world.messages("issued")] == [
        ("contact@a.example", True), ("head@a.example", True),
    ]  # fmt: skip


def test_a_notice_moves_a_date_later_with_a_mail(world: World, one: int) -> None:
    with world.database.read() as session:
        preview = preview_calendar(session, notice(LONG), world.rules(session))
        assert [(item.finding.id, item.dates.moves) for item in preview.plan.listed] == [
            (one, True)
        ]
    assert str(world.finding(one).last_day) == "2027-02-09"
    assert arrive(world, notice(LONG)) == [(one, "2027-02-09", "2027-02-12", True)]
    found = world.finding(one)
    assert (str(found.last_day), str(found.original_last_day), found.provisional) == (
        "2027-02-12", "2027-02-12", False,
    )  # fmt: skip
    assert [m.to for m in world.messages("deadline-moved")] == [
        "contact@a.example",
        "head@a.example",
    ]
    assert world.history(one)[-1][:2] == ("redate", "issued")


def test_a_notice_never_moves_a_date_earlier(world: World) -> None:
    (finding_id,) = world.unit("a")
    # Provisionally 7 February (a Sunday) rolls to the 9th; a make-up Sunday would be earlier.
    world.issue(at("2026-11-07T10:00"), window="P3M")
    assert str(world.finding(finding_id).last_day) == "2027-02-09"
    short = notice(("2027-02-05", "2027-02-06", "2027-02-08"), make_up=("2027-02-07",))
    with pytest.raises(BadInput):  # the law's own day cannot be worked
        arrive(world, short)
    (saturday,) = world.unit("b")
    world.issue(at("2026-10-13T10:00"), window="P4M")  # Saturday 13 February 2027 rolls to the 15th
    assert str(world.finding(saturday).last_day) == "2027-02-15"
    worked = notice(LAW, make_up=("2027-02-13",))
    assert arrive(world, worked) == [
        (finding_id, "2027-02-09", "2027-02-09", False),
        (saturday, "2027-02-15", "2027-02-15", False),
    ]
    found = world.finding(saturday)
    assert (str(found.last_day), found.provisional) == ("2027-02-15", False)


def test_a_submitted_finding_keeps_its_state_and_gets_the_date(world: World, one: int) -> None:
    world.submit(one, at("2026-11-20T10:00"))
    arrive(world, notice(LONG))
    found = world.finding(one)
    assert (found.state, str(found.last_day), found.provisional) == (
        "submitted", "2027-02-12", False,
    )  # fmt: skip


def test_a_file_that_contradicts_itself_or_is_not_newer_is_refused(world: World, one: int) -> None:
    bad = deepcopy(notice(LONG))
    bad["holidays"][0]["make_up"] = ["2027-02-16"]  # a Tuesday
    with pytest.raises(BadInput, match="2027-02-16 is not a Saturday or Sunday"):
        arrive(world, bad)
    arrive(world, notice(LONG))
    with pytest.raises(BadInput, match="loaded already as version 1"):
        arrive(world, notice(LONG))
    assert arrive(world, notice(LONG, version=2)) == []


def test_a_notice_counts_the_whole_chain_anew_and_a_letter_keeps_one_date(world: World) -> None:
    first, extended, submitted = world.unit("a", findings=3)
    world.issue(at("2026-11-09T10:00"), window="P3M")
    world.grant(world.ask(extended, "1wd", at("2026-11-12T10:00")), at("2026-11-13T10:00"))
    world.submit(submitted, at("2026-11-20T10:00"))
    assert arrive(world, notice(LONG)) == [
        (first, "2027-02-09", "2027-02-12", True),
        # One working day after the 12th, a Friday, is Monday the 15th.
        (extended, "2027-02-10", "2027-02-15", True),
        (submitted, "2027-02-09", "2027-02-12", True),
    ]
    found = [world.finding(one) for one in (first, extended, submitted)]
    assert [(str(f.original_last_day), str(f.last_day), f.provisional, f.state) for f in found] == [
        ("2027-02-12", "2027-02-12", False, "issued"),
        ("2027-02-12", "2027-02-15", False, "issued"),
        ("2027-02-12", "2027-02-12", False, "submitted"),
    ]
    assert [world.history(one)[-1][0] for one in (first, extended, submitted)] == ["redate"] * 3
    with world.database.read() as session:
        letter = session.get_one(Letter, found[0].letter_id)
        assert (str(letter.last_day), str(letter.present_last_day), letter.provisional) == (
            "2027-02-09", "2027-02-12", False,
        )  # fmt: skip
    assert sorted((m.to, *m.text.splitlines()[2:4]) for m in world.messages("deadline-moved")) == [
        (f"{who}@a.example", f"New last day: {new} (inclusive)", f"Old last day: {old} (inclusive)")
        for who in ("contact", "head")
        for new, old in (
            ("Fri 12 Feb 2027", "Tue 9 Feb 2027"),
            ("Mon 15 Feb 2027", "Wed 10 Feb 2027"),
        )
    ]


def test_every_place_names_the_settled_date(world: World, one: int) -> None:
    arrive(world, notice(LONG))
    shown = duban("letter", "show", "1").out
    assert "Finish by Fri 12 Feb 2027 (inclusive)" in shown
    assert "provisional" not in shown.casefold()
    why = duban("finding", "why", "1-1", "--as-of", "2026-12-02").out
    assert why.splitlines()[1] == "Last day: Fri 12 Feb 2027 (inclusive), 72 days left"
    history = duban("finding", "show", "1-1", "--json").data["history"]
    assert [(row["event"], row["actor"], row["reason"]) for row in history] == [
        ("issue", "clerk", ""),
        ("redate", "supervisor", "holiday notice 国办发明电〔2026〕9号"),
    ]


def test_an_amended_notice_is_a_proposal_until_it_is_applied(world: World) -> None:
    arrive(world, notice(LAW))
    moving, staying = world.unit("a")[0], world.unit("b")[0]
    with world.database.begin() as session:
        organizations = [session.get_one(Finding, f).organization_id for f in (moving, staying)]
        for organization, rule in zip(
            organizations, (Rule.NEXT_WORKDAY, Rule.NATURAL), strict=True
        ):
            issue_letters(session, now=at("2026-12-09T10:00"), actor=CLERK,
                          rules=world.rules(session), terms=Terms(Period.parse("P2M"), rule=rule),
                          chosen=Chosen(organizations=(organization,)))  # fmt: skip
    amended = notice(LONG, version=2)
    with world.database.read() as session:
        found = preview_calendar(session, amended, world.rules(session)).plan.listed
        listed = [(i.finding.id, str(i.dates.before), str(i.dates.present.last_day), i.dates.moves,
                   i.dates.now_rest_day) for i in found]  # fmt: skip
    assert listed == [
        (moving, "2027-02-09", "2027-02-12", True, False),
        (staying, "2027-02-09", "2027-02-09", False, True),
    ]
    assert str(world.finding(moving).last_day) == "2027-02-09"
    arrive(world, amended, at("2026-12-20T09:00"))
    assert [str(world.finding(one).last_day) for one in (moving, staying)] == [
        "2027-02-12", "2027-02-09",
    ]  # fmt: skip
    assert [m.to for m in world.messages("deadline-moved")] == [
        "contact@a.example", "head@a.example",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arrival", "state", "overdue_at"),
    [("2027-02-11T09:00", "issued", None), ("2027-02-13T09:00", "overdue", "2027-02-13T00:00")],
)
def test_who_was_overdue_is_so_no_longer_where_the_moved_date_lies_ahead(
    world: World, one: int, arrival: str, state: str, overdue_at: str | None
) -> None:
    world.nights("2027-02-10", "2027-02-10")
    assert world.finding(one).state == "overdue"
    arrive(world, notice(LONG), at(arrival))
    found = world.finding(one)
    assert (found.state, found.overdue_at) == (state, at(overdue_at) if overdue_at else None)
    assert world.history(one)[-1] == ("redate", state, arrival)


def test_a_report_is_judged_by_the_moved_date(world: World, one: int) -> None:
    world.submit(one, at("2027-02-10T10:00"))
    assert world.finding(one).overdue_at == at("2027-02-10T00:00")
    arrive(world, notice(LONG), at("2027-02-10T12:00"))
    assert world.finding(one).overdue_at is None
    (report,) = duban("finding", "show", "1-1", "--json").data["submissions"]
    assert report["on_time"] is True
    world.accept(one, at("2027-02-16T10:00"))
    assert (world.finding(one).on_time, world.finding(one).on_time_original) == (True, True)


def test_a_night_warns_of_provisional_dates(world: World, one: int) -> None:
    assert world.night("2026-12-05").warnings == [
        "Due dates in 2027 are provisional until the holiday notice is imported: "
        "“duban import calendar check FILE”."
    ]


def test_the_check_lists_every_date_before_and_after_and_writes_nothing(
    world: World, one: int, folder: Path
) -> None:
    (staying,) = world.unit("b")
    world.issue(at("2026-11-12T10:00"), window="P3M")  # Friday 12 February 2027 either way
    (folder / "2027.json").write_text(json.dumps(notice(LONG)), encoding="utf-8")
    said = [
        "Open due dates that it concerns: 2, of which move later: 1",
        "No.\tOrganization\tLast day before\tLast day after\tWhat becomes of it",
        "2026-1-1\tUnit a\tTue 2027-02-09\tFri 2027-02-12\tmoves later",
        "2026-2-1\tUnit b\tFri 2027-02-12\tFri 2027-02-12\tstays",
    ]
    checked = duban("import", "calendar", "check", "2027.json")
    assert (checked.code, checked.out.splitlines()[1:]) == (0, said)
    assert (world.finding(one).provisional, world.finding(staying).provisional) == (True, True)
    applied = duban("import", "calendar", "apply", "2027.json", "--by", "supervisor")
    assert applied.out.splitlines()[1:] == [*said, "The year 2027 is loaded."]
    assert (world.finding(one).provisional, world.finding(staying).provisional) == (False, False)
    assert [world.history(finding)[-1][0] for finding in (one, staying)] == ["redate", "redate"]


def test_the_list_is_as_long_as_asked_and_everything_is_counted(world: World, folder: Path) -> None:
    world.unit("a", findings=3)
    world.issue(at("2026-11-09T10:00"), window="P3M")
    (folder / "2027.json").write_text(json.dumps(notice(LONG)), encoding="utf-8")
    said = duban("import", "calendar", "check", "2027.json", "--limit", "2")
    assert (said.out.splitlines()[1:2], len(said.out.splitlines()[3:]), said.err.splitlines()) == (
        ["Open due dates that it concerns: 3, of which move later: 3"],
        2,
        ["Only the first 2 are shown; there are more: raise --limit."],
    )
    data = duban("import", "calendar", "apply", "2027.json", "--limit", "1", "--json").data
    assert {name: data[name] for name in ("count", "truncated", "concerned", "moving")} == {
        "count": 1, "truncated": True, "concerned": 3, "moving": 3,
    }  # fmt: skip
