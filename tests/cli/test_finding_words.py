"""What people read of one finding and one letter: dates, lateness, requests and notices."""

import pytest

from tests.command import duban
from tests.world import World, at


@pytest.fixture
def three(world: World) -> World:
    """Due on 26 January: one reported in time, one four days late, one silent."""
    in_time, late, _silent = (world.unit(code)[0] for code in ("a", "b", "c"))
    world.issue()
    world.submit(in_time, at("2024-01-26T10:00"))
    world.nights("2024-01-26", "2024-01-27")
    world.submit(late, at("2024-01-30T10:00"))
    return world


def lateness(*options: str) -> dict[str, str]:
    """The column “How late” of the list, by finding."""
    _headings, *lines = duban("finding", "list", *options).out.splitlines()
    rows = [line.split("\t") for line in lines]
    return {row[0]: row[4] for row in rows}


def dates(reference: str, when: str = "2024-02-10T09:00") -> list[str]:
    """The lines about the last day that ``show`` and ``why`` share."""
    shown, why = (
        duban("finding", verb, reference, "--as-of", when).out for verb in ("show", "why")
    )
    (line,) = [one for one in shown.splitlines() if one.startswith("Last day:")]
    assert line == why.splitlines()[1]
    return [line, *(one for one in shown.splitlines() if one.startswith("Rectified"))]


def test_nothing_that_waits_for_us_or_is_closed_grows_late(three: World) -> None:
    three.accept(1, at("2024-02-05T10:00"))
    assert dates("1-1") == [
        "Last day: Fri 26 Jan 2024 (inclusive), reported on 2024-01-26, on time",
        "Rectified on time.",
    ]
    assert dates("2-1") == [
        "Last day: Fri 26 Jan 2024 (inclusive), reported on 2024-01-30, 4 days late"
    ]
    assert dates("3-1") == ["Last day: Fri 26 Jan 2024 (inclusive), 15 days overdue"]
    assert lateness("--state", "all", "--as-of", "2024-02-10T09:00") == {
        "2023-1-1": "on time", "2023-2-1": "4 days late", "2023-3-1": "15 days overdue",
    }  # fmt: skip
    found = duban("finding", "list", "--state", "all", "--as-of", "2024-02-10T09:00", "--json")
    assert [(f["days_left"], f["reported_days_late"]) for f in found.data["findings"]] == [
        (None, 0), (None, 4), (-15, None),
    ]  # fmt: skip


def test_a_withdrawn_finding_is_neither_late_nor_in_time(three: World) -> None:
    assert (
        duban("finding", "withdraw", "3-1", "--reason", "twice", "--at", "2024-02-08T09:00").code
        == 0
    )
    assert dates("3-1") == ["Last day: Fri 26 Jan 2024 (inclusive)"]
    assert lateness("--state", "withdrawn") == {"2023-3-1": ""}


def test_words_show_requests_and_notices(three: World) -> None:
    three.grant(three.ask(3, "10wd", at("2024-01-27T10:00")), at("2024-01-28T10:00"))
    three.ask(3, "5wd", at("2024-01-29T10:00"))
    lines = duban("finding", "show", "3-1").out.splitlines()
    requests = lines.index(
        "Request for more time\tWho\tLast day before\tLast day after\tDecision\tReason"
    )
    assert lines[requests + 1 : requests + 3] == [
        "2024-01-27 10:00\tunit\tFri 2024-01-26\tThu 2024-02-08\tgranted\tneeds longer",
        "2024-01-29 10:00\tunit\tThu 2024-02-08\tWed 2024-02-21\tundecided\tneeds longer",
    ]
    notices = lines.index("Rung\tFor the last day\tAddressee\tMail")
    assert lines[notices + 1 :] == [
        "receipt missing, second time\tThu 2023-12-28\tc-contact\tto be sent",
        "1 day before\tFri 2024-01-26\tc-contact\tto be sent",
        "1 day before\tFri 2024-01-26\tc-head\tto be sent",
        "urging notice\tFri 2024-01-26\tc-contact\tto be sent",
        "urging notice\tFri 2024-01-26\tc-head\tto be sent",
    ]


def test_a_letter_proves_its_date_and_names_the_findings_that_moved(world: World) -> None:
    _first, second = world.unit("a", findings=2)
    world.issue()
    world.grant(world.ask(second, "10wd", at("2024-01-22T10:00")), at("2024-01-23T10:00"))
    lines = duban("letter", "show", "1").out.splitlines()
    assert lines[2:] == [
        "Receipt by Thu 28 Dec 2023 (inclusive)",
        "Finish by Fri 26 Jan 2024 (inclusive)",
        "  Day zero is 26 Dec; it is not counted.",
        "  The period ends on 26 Jan 2024.",
        "  Last day: Fri 26 Jan 2024 (inclusive).",
        "",
        "No.\tState\tLast day\tFinding",
        "2023-1-1\tOverdue\t\tfinding text a 1",
        "2023-1-2\tOverdue\tThu 2024-02-08\tfinding text a 2",
    ]


def test_why_says_period_and_rule_in_words(world: World) -> None:
    world.unit("a")
    world.issue(at("2024-01-12T10:00"))
    lines = duban("finding", "why", "1-1", "--as-of", "2024-01-13T09:00").out.splitlines()
    assert lines[3:9] == [
        "issued on 2024-01-12 10:00 by clerk (one month; a rest day moves it to the next working "
        "day; calendar 2024-v1):",
        "  Day zero is 12 Jan; it is not counted.",
        "  The period ends on 12 Feb.",
        "  12 Feb to 17 Feb are rest days (Spring Festival): on to the next day.",
        "  18 Feb is a make-up working day (Spring Festival): the period stops here.",
        "  Last day: Sun 18 Feb 2024 (inclusive).",
    ]


def test_a_dropped_proposal_is_told_as_such(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.nights("2024-01-27", "2024-02-02")
    world.submit(one, at("2024-02-03T10:00"))
    world.accept(one, at("2024-02-04T10:00"))
    words = duban("finding", "why", "1-1", "--as-of", "2024-02-05").out
    assert "Fri 2024-02-02\tcircular\tno longer needed\t" in words


def test_a_plan_and_an_account_say_what_happens(world: World) -> None:
    world.unit("a")
    world.issue()
    told, over, proposed = (
        duban("run", "preview", "--as-of", f"{night}T00:10").out.splitlines()[-1].split("\t")[2]
        for night in ("2024-01-25", "2024-01-27", "2024-02-02")
        if [world.night("2024-01-27") if night == "2024-02-02" else None]
    )
    assert (told, over, proposed) == ("be told", "become overdue", "be proposed")
    world.night("2024-02-02")
    shown = duban("run", "show", "2024-02-02").out.splitlines()[-1]
    assert shown.split("\t")[2:] == ["proposed", "circular", ""]
