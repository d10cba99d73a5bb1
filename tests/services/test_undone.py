"""Counter-acts: where a finding comes back to, and what the nights after make of it."""

from datetime import datetime

import pytest

from duban.services.acknowledge import acknowledge_letter
from models.errors import DubanError, IllegalTransition, RefusedByRule
from models.letter import Letter
from tests.services.counter_acts import annul, approve, reinstate, rescind, revoke, withdraw
from tests.services.counts import differences
from tests.services.stories import contradictions
from tests.services.test_calendar_import import LONG, arrive, notice
from tests.world import UNIT, World, at


def stands(world: World, finding_id: int) -> tuple[str, str, str, bool, int]:
    """State, phase, last day, whether a proposal stands, and the level."""
    found = world.finding(finding_id)
    return found.state, found.phase, str(found.last_day), found.escalated, found.rung


def is_right(world: World, now: datetime) -> bool:
    """Whether counts, figures and the reasons of every rung are what the rows say."""
    with world.database.read() as session:
        assert differences(session, now) == []
        assert contradictions(session, world.rules(session), now) == []
    return True


def test_a_finding_comes_back_to_where_it_was(world: World) -> None:
    waiting, received, reported, late, ran_out = (
        world.unit(code)[0] for code in ("a", "b", "c", "d", "e")
    )
    world.issue()
    world.acknowledge(received, at("2024-01-03T09:00"))
    world.submit(reported, at("2024-01-20T09:00"))
    review_by = world.finding(reported).review_by
    for one in (waiting, received, ran_out):
        withdraw(world, one, at("2024-01-22T10:00"))
    for one in (waiting, received):
        reinstate(world, one, at("2024-01-23T10:00"))
    assert stands(world, waiting) == ("issued", "issued", "2024-01-26", False, 0)
    assert stands(world, received) == ("acknowledged", "acknowledged", "2024-01-26", False, 0)
    world.nights("2024-01-24", "2024-02-02")
    for one in (reported, late):
        withdraw(world, one, at("2024-02-02T10:00"))
    assert stands(world, late)[3] is False
    world.night("2024-02-05")
    # Nothing was asked while it was withdrawn, so the day that passed meanwhile is no lateness.
    for one in (reported, late, ran_out):
        reinstate(world, one, at("2024-02-05T10:00"))
    assert stands(world, ran_out) == ("issued", "issued", "2024-03-05", False, 0)
    assert (world.finding(ran_out).overdue_at, world.history(ran_out)[-1][0]) == (None, "reinstate")
    found = world.finding(reported)
    assert (found.state, found.review_by, found.withdrawn_at) == ("submitted", review_by, None)
    # What was proposed before the withdrawal waits for a decision again.
    assert stands(world, late) == ("overdue", "issued", "2024-01-26", True, 1)
    assert is_right(world, at("2024-02-05T11:00"))
    before = world.proposals()
    world.nights("2024-02-06", "2024-02-09")
    after = [one for one in world.proposals() if one not in before]
    assert {(finding, rung) for finding, _due, rung, _day in after} == {
        (one, "summons") for one in (waiting, received, late)
    }
    assert is_right(world, at("2024-02-09T11:00"))
    with pytest.raises(IllegalTransition):
        reinstate(world, late, at("2024-02-09T12:00"))


def test_granted_time_goes_back_by_the_record(world: World) -> None:
    one, other = world.unit("a", findings=2)
    world.issue()
    first = world.ask(one, "5wd", at("2024-01-15T09:00"))
    world.grant(first, at("2024-01-15T10:00"))
    second = world.ask(one, "10wd", at("2024-01-16T09:00"))
    world.grant(second, at("2024-01-16T10:00"))
    world.grant(world.ask(other, "10wd", at("2024-01-16T09:00")), at("2024-01-16T11:00"))
    days = [stands(world, one)[2]]
    for hour in ("09", "10"):
        revoke(world, one, at(f"2024-01-22T{hour}:00"))
        days.append(stands(world, one)[2])
    assert days == ["2024-02-21", "2024-02-02", "2024-01-26"]
    assert is_right(world, at("2024-01-22T11:00"))
    with pytest.raises(DubanError):  # none is left
        revoke(world, one, at("2024-01-22T11:00"))
    world.nights("2024-01-23", "2024-01-27")
    told = [(rung, due) for finding, due, rung, who in world.notices() if finding == one]
    assert sorted(set(told)) == [
        ("due-1", "2024-01-26"), ("due-3", "2024-01-26"), ("receipt-again", "2023-12-28"),
        ("urge", "2024-01-26"),
    ]  # fmt: skip
    # The other's former day has passed: what is taken back makes nobody overdue.
    with pytest.raises(RefusedByRule, match="The former last day, Fri 26 Jan 2024"):
        revoke(world, other, at("2024-01-27T10:00"))
    assert (stands(world, one)[0], stands(world, other)[0]) == ("overdue", "issued")
    assert is_right(world, at("2024-01-27T11:00"))


def test_a_receipt_taken_back_is_waited_for_again(world: World) -> None:
    one, other = world.unit("a", findings=2)
    world.issue()
    world.acknowledge(one, at("2023-12-27T09:00"))
    world.nights("2023-12-28", "2024-01-03")
    assert world.notices() == []
    annul(world, one, at("2024-01-03T10:00"))
    assert stands(world, other) == ("issued", "issued", "2024-01-26", False, 0)
    assert is_right(world, at("2024-01-03T11:00"))
    world.night("2024-01-04")
    assert {(finding, rung) for finding, _due, rung, _who in world.notices()} == {
        (one, "receipt-again"), (other, "receipt-again"),
    }  # fmt: skip
    # The right receipt, signed on paper before the wrong one was recorded.
    with world.database.begin() as session:
        letter = session.get_one(Letter, world.finding(one).letter_id)
        acknowledge_letter(session, letter, now=at("2024-01-04T10:00"), actor=UNIT,
                           at=at("2023-12-27T08:00"), rules=world.rules(session))  # fmt: skip
    assert world.finding(one).acknowledged_at == at("2023-12-27T08:00")
    assert is_right(world, at("2024-01-04T11:00"))
    world.night("2024-01-27")
    annul(world, one, at("2024-01-27T10:00"))
    assert stands(world, one)[:2] == ("overdue", "issued")
    assert is_right(world, at("2024-01-27T11:00"))
    world.submit(other, at("2024-01-27T12:00"))
    with pytest.raises(RefusedByRule, match="A report on 2023-1-2 was handed in"):
        annul(world, one, at("2024-01-27T13:00"))


def test_a_step_taken_back_leaves_the_level_below(world: World) -> None:
    (one,) = world.unit("a")
    world.issue()
    world.nights("2024-01-27", "2024-02-09")
    levels = []
    for act in (approve, approve, rescind, rescind):  # the summons first, as it is the newer
        act(world, one, at("2024-02-09T10:00"))
        levels.append((world.finding(one).rung, world.finding(one).escalated))
    assert levels == [(3, True), (3, True), (2, True), (1, False)]
    assert is_right(world, at("2024-02-09T11:00"))
    before = world.proposals()
    world.night("2024-02-18")
    assert world.proposals() == before  # nothing is proposed a second time for one last day
    world.submit(one, at("2024-02-18T09:00"))
    world.accept(one, at("2024-02-18T10:00"))
    assert is_right(world, at("2024-02-18T11:00"))


def test_a_notice_that_came_meanwhile_counts_too(world: World) -> None:
    one, other = world.unit("a", findings=2)
    world.issue(at("2026-11-09T10:00"), window="P3M")
    withdraw(world, one, at("2026-11-10T10:00"))
    world.grant(world.ask(other, "5wd", at("2026-11-10T10:00")), at("2026-11-10T11:00"))
    arrive(world, notice(LONG), at("2026-12-01T09:00"))
    reinstate(world, one, at("2026-12-02T10:00"))
    revoke(world, other, at("2026-12-02T10:00"))
    for finding_id in (one, other):
        found = world.finding(finding_id)
        assert (str(found.last_day), found.provisional) == ("2027-02-12", False)
        assert found.last_day == found.original_last_day
    assert is_right(world, at("2026-12-02T11:00"))
    # A second notice counts both anew, as it does every other.
    arrive(world, notice((*LONG, "2027-02-12"), version=2), at("2026-12-03T09:00"))
    assert {stands(world, n)[2] for n in (one, other)} == {"2027-02-15"}
