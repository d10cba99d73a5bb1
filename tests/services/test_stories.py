"""Every rung's story agrees with what the tables say, on every day of two histories.

In part: on every fifth, and of the second history until its last summons.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from config.settings import MailSettings, Settings
from duban.demo.walk import set_up, walk
from duban.services.catch_up import catch_up
from duban.services.decide_escalation import decide
from duban.services.reopen import reopen
from duban.services.rules import load_rules
from duban.services.send_mail import send_due
from duban.services.withdraw import withdraw
from models.database import Database
from models.finding import Finding
from tests.services.stories import contradictions
from tests.world import SUPERVISOR, World, at


def days(first: str, last: str) -> list[str]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [str(start + timedelta(days=n)) for n in range((end - start).days + 1)]


@pytest.mark.parametrize("every", [1, 4])
def test_the_demo_month(database: Database, every: int, whole: bool) -> None:
    """With every night run, and with only every fourth."""
    settings = Settings(mail=MailSettings())
    set_up(database, settings)
    found: list[object] = []

    def look(night: date) -> None:
        if night.day % 5 and not whole:
            return
        with database.read() as session:
            now = at(f"{night}T09:00")
            found.extend(contradictions(session, load_rules(session, settings), now))

    walk(
        database, settings, on_night=look,
        run=lambda due_at: catch_up(database, as_of=due_at, settings=settings, via="test")
        if due_at.day % every == 0 else None,
    )  # fmt: skip
    assert found == []


MISSED = {
    "none": [],
    "the receipt, the last day, a week after it": [
        *days("2024-01-12", "2024-01-17"), *days("2024-02-18", "2024-02-25"),
    ],
    "two of three": [day for n, day in enumerate(days("2024-01-11", "2024-04-10")) if n % 3],
}  # fmt: skip


def acts(world: World, unit: dict[str, int]) -> dict[str, Callable[[], object]]:
    """What people do; the letters are due on 18 February, the day after the holiday."""

    def reopened() -> None:
        with world.database.begin() as session:
            reopen(session, [session.get_one(Finding, unit["returned"])], reason="re-check",
                   now=at("2024-03-01T10:00"), actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip

    def withdrawn() -> None:
        with world.database.begin() as session:
            withdraw(session, [session.get_one(Finding, unit["withdrawn"])], reason="error",
                     now=at("2024-02-20T10:00"), actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip

    def decided() -> None:
        with world.database.begin() as session:
            decide(session, [1], True, now=at("2024-03-04T10:00"), actor=SUPERVISOR,
                   rules=world.rules(session))  # fmt: skip

    return {
        "2024-01-16T09:00": lambda: world.acknowledge(unit["late"], at("2024-01-16T09:00")),
        "2024-01-17T09:00": lambda: world.acknowledge(unit["extended"], at("2024-01-17T09:00")),
        "2024-02-07T09:00": lambda: world.submit(unit["returned"], at("2024-02-07T09:00")),
        "2024-02-08T10:00": lambda: world.ask(unit["extended"], "10wd", at("2024-02-08T10:00")),
        "2024-02-09T10:00": lambda: world.grant(1, at("2024-02-09T10:00")),
        "2024-02-17T10:00": lambda: world.ask(unit["asking"], "10wd", at("2024-02-17T10:00")),
        # Before the mail of that night leaves.
        "2024-02-18T08:00": lambda: world.submit(unit["quick"], at("2024-02-18T08:00")),
        "2024-02-19T10:00": lambda: world.send_back(unit["returned"], at("2024-02-19T10:00")),
        "2024-02-20T10:00": withdrawn,
        "2024-02-22T10:00": lambda: world.submit(unit["returned"], at("2024-02-22T10:00")),
        "2024-02-26T10:00": lambda: world.submit(unit["late"], at("2024-02-26T10:00")),
        "2024-02-28T10:00": lambda: world.accept(unit["returned"], at("2024-02-28T10:00")),
        "2024-03-01T10:00": reopened,
        "2024-03-04T10:00": decided,
        "2024-03-05T10:00": lambda: world.accept(unit["late"], at("2024-03-05T10:00")),
    }


LAST, LAST_IN_PART = "2024-04-10", "2024-03-16"


@pytest.mark.parametrize("missed", MISSED)
def test_a_spring_festival_with_missed_nights(world: World, missed: str, whole: bool) -> None:
    unit = {
        code: world.unit(code, roles=() if code == "mute" else ("contact", "head"))[0]
        for code in (
            "silent",
            "late",
            "returned",
            "extended",
            "asking",
            "quick",
            "withdrawn",
            "mute",
        )
    }
    world.issue(at("2024-01-10T10:00"))
    script = acts(world, unit)
    found: list[object] = []
    for day in days("2024-01-11", LAST if whole else LAST_IN_PART):
        if day not in MISSED[missed]:
            world.night(day)
        for when in [when for when in script if when[:10] == day and when[11:] < "08:30"]:
            script[when]()
        send_due(world.database, now=at(f"{day}T08:30"), settings=world.settings)
        for when in [when for when in script if when[:10] == day and when[11:] > "08:30"]:
            script[when]()
        if date.fromisoformat(day).day % 5 and not whole:
            continue
        with world.database.read() as session:
            found += contradictions(session, world.rules(session), at(f"{day}T20:00"))
    assert found == []
