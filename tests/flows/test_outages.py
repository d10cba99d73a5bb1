"""Ten outages that begin alike and last from one night to two months: one run makes up for all."""

import sqlite3
from contextlib import closing
from datetime import date

from sqlmodel import select

from duban.services.catch_up import catch_up
from duban.services.send_mail import send_due
from models.database import open_database
from models.escalation import Escalation
from models.message import Message
from models.nightly_run import NightlyRun, RunState
from tests.world import World, at

LAST_DONE = date(2023, 12, 27)
OUTAGES = {
    "2023-12-29": ({"2023-1": ["receipt"]}, []),
    "2024-01-03": ({"2023-1": ["receipt-again"]}, []),
    "2024-01-19": ({"2023-1": ["due-7", "receipt-again"], "2023-2": ["due-7"]}, []),
    "2024-01-24": ({"2023-1": ["due-3", "receipt-again"], "2023-2": ["due-3"]}, []),
    "2024-01-26": ({"2023-1": ["due-1", "receipt-again"], "2023-2": ["due-1"]}, []),
    "2024-01-27": ({"2023-1": ["urge"], "2023-2": ["urge"]}, []),
    "2024-02-01": ({"2023-1": ["urge"], "2023-2": ["urge"]}, []),
    "2024-02-02": ({"2023-1": ["urge"], "2023-2": ["urge"]}, ["circular"]),
    "2024-02-08": ({"2023-1": ["urge"], "2023-2": ["urge"]}, ["circular", "summons"]),
    "2024-02-26": ({"2023-1": ["urge"], "2023-2": ["urge"]}, ["circular", "referral", "summons"]),
}  # fmt: skip
"""By the night that ends it: what is mailed of each letter, and what waits for a person."""


def test_one_run_makes_up_for_every_missed_night(world: World) -> None:
    world.unit("silent", roles=("contact",))
    (working,) = world.unit("working", roles=("contact",))
    world.issue()
    world.acknowledge(working, at("2023-12-27T09:00"))
    send_due(world.database, now=at("2023-12-27T10:00"), settings=world.settings)
    catch_up(world.database, as_of=at(str(LAST_DONE)), settings=world.settings, via="test")
    found = {end: _made_up_for(world, end) for end in OUTAGES}
    assert found == {
        end: (told, sorted(proposed * 2), (date.fromisoformat(end) - LAST_DONE).days - 1, len(told))
        for end, (told, proposed) in OUTAGES.items()
    }


def _made_up_for(world: World, end: str) -> tuple[dict[str, list[str]], list[str], int, int]:
    """What the run of ``end`` tells and proposes, for how many nights it stands, and its mails."""
    with (
        closing(sqlite3.connect(str(world.database.engine.url.database))) as source,
        closing(sqlite3.connect(f"{end}.db")) as target,
    ):
        source.backup(target)
    with open_database(f"sqlite:///{end}.db") as copy:
        report = catch_up(copy, as_of=at(end), settings=world.settings, via="test")
        assert report is not None
        send_due(copy, now=at(f"{end}T08:30"), settings=world.settings)
        with copy.read() as session:
            mails = session.exec(select(Message).where(Message.run_id == report.run_id)).all()
            told = {
                f"2023-{mail.letter_id}": sorted(rung for _id, rung, *_more in mail.guard["lines"])
                for mail in mails
                if mail.state == "accepted"
            }
            proposed = sorted(one.rung for one in session.exec(select(Escalation)))
            runs = select(NightlyRun).where(
                NightlyRun.state == RunState.MISSED, NightlyRun.covered_by == report.run_id
            )
            missed = len(session.exec(runs).all())
        assert catch_up(copy, as_of=at(end), settings=world.settings, via="test") is None
    return told, proposed, missed, len(mails)
