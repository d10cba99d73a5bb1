"""Why a rung was not told: the reasons that people read, one history each."""

import pytest

from duban.services.account_run import account_of
from duban.services.explain_finding import explain_ladder
from models.finding import Finding
from models.queries.runs import run_named
from tests.command import duban
from tests.world import World, at

HOLIDAY = at("2024-01-10T10:00")
"""A letter of this day is due on Sunday 18 February, the working day after the holiday."""


def rungs(world: World, finding_id: int, when: str) -> dict[str, tuple[str, str, str]]:
    """(day, fate, reason) of each rung."""
    with world.database.read() as session:
        stories = explain_ladder(
            session, session.get_one(Finding, finding_id), now=at(when), rules=world.rules(session)
        )
        return {s.code: (str(s.day), s.fate.value, s.reason) for s in stories}


def test_a_reminder_that_keeps_off_rest_days_comes_on_the_working_day(world: World) -> None:
    (one,) = world.unit("a")
    world.issue(HOLIDAY)
    world.acknowledge(one, at("2024-01-11T09:00"))
    world.nights("2024-01-11", "2024-02-13")
    # Seven days before is Sunday 11 February, inside the holiday.
    wanted = ("2024-02-18", "upcoming", "rest-day-deferred")
    assert [rungs(world, one, f"2024-02-{day}T09:00")["due-7"] for day in ("09", "13")] == [
        wanted, wanted,
    ]  # fmt: skip
    words = duban("finding", "why", "2024-1-1", "--as-of", "2024-02-13T09:00").out
    assert "Sun 2024-02-18\t7 days before\tto come\tput off to Sun 2024-02-18" in words
    with world.database.read() as session:
        accounts = [
            [(e.outcome, e.reason) for e in account_of(session, run_named(session, f"2024-02-{day}"),
                                                       world.rules(session))]
            for day in ("10", "11", "13")
        ]  # fmt: skip
    assert accounts == [
        [("none", "not-due")], [("none", "rest-day-deferred")], [("none", "rest-day-deferred")],
    ]  # fmt: skip


def test_missed_reminders_of_an_overdue_finding_say_that_no_check_ran(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.nights("2024-01-18", "2024-01-18")
    for day in ("2024-01-27", "2024-01-28"):
        world.night(day)
        told = rungs(world, one, f"{day}T09:00")
        assert [told[code] for code in ("receipt", "due-7", "due-3", "due-1", "urge")] == [
            ("2023-12-29", "not-told", "receipt-was-there"),
            ("2024-01-19", "not-told", "no-check-before-the-end"),
            ("2024-01-23", "not-told", "no-check-before-the-end"),
            ("2024-01-25", "not-told", "no-check-before-the-end"),
            ("2024-01-27", "told", ""),
        ]


def test_without_any_check_the_reminders_are_lost_and_urging_waits(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    told = rungs(world, one, "2024-01-28T09:00")
    assert [told[code][1:] for code in ("receipt", "due-1", "urge")] == [
        ("not-told", "no-check-before-the-end"),
        ("not-told", "no-check-before-the-end"),
        ("not-told", "check-has-not-run"),
    ]


def test_a_period_that_ends_in_rest_days_leaves_no_day_to_remind(world: World) -> None:
    (one,) = world.unit("a")
    # By the rule “natural” the last day is Saturday 10 February, inside the holiday.
    world.issue(HOLIDAY, rule="natural")
    world.acknowledge(one, at("2024-01-11T09:00"))
    world.nights("2024-02-09", "2024-02-11")
    told = rungs(world, one, "2024-02-12T09:00")
    assert (told["due-1"][1:], told["urge"][1]) == (("told", ""), "told")
    (two,) = world.unit("b")
    world.issue(at("2024-01-12T10:00"), rule="natural")  # Monday 12 February
    world.acknowledge(two, at("2024-01-13T09:00"))
    assert rungs(world, two, "2024-02-08T09:00")["due-1"] == (
        "2024-02-18", "not-needed", "too-late-to-remind",
    )  # fmt: skip
    world.nights("2024-02-12", "2024-02-13")
    assert rungs(world, two, "2024-02-19T09:00")["due-1"] == (
        "2024-02-18", "not-told", "too-late-to-remind",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("decided", "reason"),
    [
        ("2024-01-15T17:00", "reviewed-in-time"),
        ("2024-01-15T23:59", "reviewed-in-time"),
        ("2024-01-17T09:00", "reviewed-late"),
    ],
)
def test_a_review_is_measured_by_its_limit(world: World, decided: str, reason: str) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.submit(one, at("2024-01-10T10:00"))  # three working days: Monday 15 January
    world.night("2024-01-15")
    world.accept(one, at(decided))
    world.night("2024-01-18")
    assert rungs(world, one, "2024-01-18T09:00")["review-late"] == (
        "2024-01-16", "not-told", reason,
    )  # fmt: skip


def test_a_mail_that_was_taken_back_is_no_reminder(world: World) -> None:
    from duban.services.send_mail import send_due

    (one,) = world.unit("a", roles=("contact",))
    world.issue()
    world.night("2023-12-29")
    world.acknowledge(one, at("2023-12-29T08:00"))
    send_due(world.database, now=at("2023-12-29T08:30"), settings=world.settings)
    assert rungs(world, one, "2023-12-29T09:00")["receipt"] == (
        "2023-12-29", "not-told", "no-longer-true",
    )  # fmt: skip


def test_what_nights_did_for_an_older_date_tells_nothing_of_the_new_one(world: World) -> None:
    (one,) = world.unit("a", roles=("contact",))
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.night("2024-01-23")  # seven days before is collapsed into three days before
    assert rungs(world, one, "2024-01-23T09:00")["due-7"][1:] == (
        "not-told", "later-reminder-instead",
    )  # fmt: skip
    world.grant(world.ask(one, "10wd", at("2024-01-24T10:00")), at("2024-01-24T11:00"))
    assert rungs(world, one, "2024-01-24T12:00")["due-7"] == ("2024-02-01", "upcoming", "")
