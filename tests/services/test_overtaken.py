"""A person who is faster than a night, between what it read and what it writes."""

from threading import Thread
from typing import Any

from sqlalchemy import event
from sqlmodel import select

from models.look_again import LookAgain
from tests.services.counts import differences
from tests.world import World, at

NIGHT = "2024-01-27"
PEOPLE = ("a-contact", "a-head")
PATIENCE = 1.0
"""Seconds that the night waits; on SQLite the act then comes after it, as it must."""


def test_an_act_while_a_batch_is_decided_is_neither_lost_nor_doubled(world: World) -> None:
    one, two = world.unit("a", findings=2)
    world.issue()
    world.nights("2024-01-19", "2024-01-26")
    acts: list[Thread] = []

    def act(*executed: Any) -> None:
        if executed[2].startswith("INSERT INTO tonight (") and not acts:
            acts.append(Thread(target=world.acknowledge, args=(one, at(f"{NIGHT}T00:10"))))
            acts[0].start()
            acts[0].join(PATIENCE)

    event.listen(world.database.engine, "after_cursor_execute", act)
    report = world.night(NIGHT)
    event.remove(world.database.engine, "after_cursor_execute", act)
    acts[0].join()
    assert report.state == "completed"
    for each in (one, two):  # the receipt is of the letter
        assert sorted(name for name, _target, _when in world.history(each)) == [
            "acknowledge", "issue", "lapse",
        ]  # fmt: skip
        found = world.finding(each)
        assert (found.state, found.phase, found.version) == ("overdue", "acknowledged", 3)
    urged = {(finding, name) for finding, _due, rung, name in world.notices() if rung == "urge"}
    assert sorted(urged) == [(each, name) for each in (one, two) for name in PEOPLE]
    with world.database.read() as session:
        assert differences(session, at(f"{NIGHT}T09:00")) == []


def test_a_note_made_while_a_batch_is_decided_is_not_taken_for_read(world: World) -> None:
    """An act of a minute before, written a moment after the night has read."""
    one = world.unit("a")[0]
    world.issue()
    world.nights("2024-01-19", "2024-01-28")
    acts: list[Thread] = []

    def act(*executed: Any) -> None:
        if executed[2].startswith("INSERT INTO tonight (") and not acts:
            acts.append(Thread(target=world.acknowledge, args=(one, at("2024-01-29T00:05"))))
            acts[0].start()
            acts[0].join(PATIENCE)

    with world.database.begin() as session:
        session.add(
            LookAgain(finding_id=one, at=at("2024-01-28T09:00"), set_at=at("2024-01-28T09:00"))
        )
    event.listen(world.database.engine, "after_cursor_execute", act)
    world.night("2024-01-29")
    event.remove(world.database.engine, "after_cursor_execute", act)
    acts[0].join()
    with world.database.read() as session:
        notes = [(note.finding_id, note.at) for note in session.exec(select(LookAgain))]
    assert notes == [(one, at("2024-01-29T00:05"))]
