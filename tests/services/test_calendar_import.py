"""A notice arrives: provisional dates move later or stay, never earlier."""

from copy import deepcopy
from typing import Any

import pytest

from duban.services.import_calendar import import_calendar, preview_calendar
from models.errors import BadInput
from models.letter import Letter
from tests.world import SUPERVISOR, World, at

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


def arrive(world: World, data: dict[str, Any]) -> list[tuple[int, str, str, bool]]:
    with world.database.begin() as session:
        found = import_calendar(
            session, data, now=ARRIVED, actor=SUPERVISOR, rules=world.rules(session)
        )
        return [
            (item.finding.id or 0, str(item.before), str(item.deadline.last_day), item.moves)
            for item in found.settled
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
    (contact,) = world.messages("issued")
    assert "provisional" in contact.text


def test_a_notice_moves_a_date_later_with_a_mail(world: World, one: int) -> None:
    with world.database.read() as session:
        preview = preview_calendar(session, notice(LONG), world.rules(session))
        assert [(item.finding.id, item.moves) for item in preview.settled] == [(one, True)]
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
    assert world.history(one)[-1][:2] == ("extend", "issued")


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
        (saturday, "2027-02-15", "2027-02-13", False),
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


def test_a_night_warns_of_provisional_dates(world: World, one: int) -> None:
    assert world.night("2026-12-05").warnings == [
        "Due dates in 2027 are provisional until the holiday notice is imported: "
        "“duban import calendar check FILE”."
    ]
