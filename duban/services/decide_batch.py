"""What a night does for a batch of findings, decided in the working tables by the database.

A night carries out exactly this, ``duban run preview`` prints it, and the brake counts it.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from duban.services.night import Night
from duban.services.night_mail import mail_about
from duban.services.parts_of_night import parts_of_night
from models.ladder import RungKind
from models.night_tables import (
    heard,
    hearers,
    letterboxes,
    make_working_tables,
    outcomes,
    tonight,
    tonight_steps,
    track_rungs,
)
from models.queries.night import Part, due_findings, limits_of_batch, rungs_heard, steps_come
from models.queries.night_letterboxes import boxes_of_batch
from models.queries.night_outcomes import end_of_batch, steps_summed, tally_of_batch


class Decided(NamedTuple):
    """How many findings a batch has, and the id of the last of them."""

    findings: int
    last: int


def decide_batch(session: Session, night: Night, part: Part) -> Decided | None:
    """Decide the next batch of ``part``; none where nothing is due."""
    connection = session.connection()
    make_working_tables(connection)
    due = due_findings(night.sought, night.run_id, part)
    options = {"preserve_rowcount": True}
    found = connection.execute(
        insert(tonight).from_select(tonight.c.keys(), due), execution_options=options
    ).rowcount
    last = connection.execute(end_of_batch()).scalar()
    if last is None:
        return None
    limits = connection.execute(limits_of_batch()).all()
    come = [row for track, day in limits for row in night.rungs_come(track, day)]
    codes = {row["rung"] for row in come if row["kind"] is not RungKind.PROPOSAL}
    roles = [
        {"rung": rung.code, "role": role, "template": mail_about(rung)}
        for rung in night.rules.ladder
        if rung.code in codes
        for role in set(rung.to)
    ]
    for table, rows in ((track_rungs, come), (hearers, roles)):
        if rows:
            connection.execute(insert(table), rows)
    connection.execute(insert(heard).from_select(heard.c.keys(), rungs_heard()))
    for side in (False, True):
        connection.execute(
            insert(tonight_steps).from_select(tonight_steps.c.keys(), steps_come(side=side))
        )
    connection.execute(insert(outcomes).from_select(outcomes.c.keys(), steps_summed()))
    connection.execute(insert(letterboxes).from_select(letterboxes.c.keys(), boxes_of_batch()))
    return Decided(found, last)


def batches(session: Session, night: Night) -> Iterator[int]:
    """Decide every batch of a night that is only foreseen, one after the other; its size."""
    after = 0
    for part in parts_of_night(session, night, night.rules.settings.nights.batch):
        if decided := decide_batch(session, night, Part(after, part.upto)):
            yield decided.findings
        after = part.upto


def tally(session: Session) -> Counter[str]:
    """How often each thing is done for the findings of the batch."""
    row = session.connection().execute(tally_of_batch()).mappings().one()
    # PostgreSQL adds integers up to a decimal number.
    return Counter({name: int(count) for name, count in row.items()})
