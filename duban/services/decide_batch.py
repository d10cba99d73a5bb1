"""What a night does for a batch of findings, decided in the working tables by the database.

A night carries out exactly this, ``duban run preview`` prints it, and the brake counts it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert
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
from models.queries.night import Part, due_findings, limits_of_batch, steps_come
from models.queries.night_letterboxes import boxes_of_batch, rungs_heard
from models.queries.night_outcomes import last_of_batch, steps_summed, tally_of_batch
from models.queries.night_preview import forecast_of_batch


def decide_batch(session: Session, night: Night, part: Part) -> int:
    """Decide the next batch of ``part``; how many findings it has."""
    connection = session.connection()
    make_working_tables(connection)
    due = due_findings(night.sought, night.run_id, part)
    options = {"preserve_rowcount": True}
    found = connection.execute(
        insert(tonight).from_select(tonight.c.keys(), due), execution_options=options
    ).rowcount
    if not found:
        return 0
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
    return found


def batches(session: Session, night: Night) -> Iterator[int]:
    """Decide every batch of a night that is only foreseen, one after the other; its size."""
    after = 0
    for part in parts_of_night(session, night, night.rules.settings.nights.batch):
        if found := decide_batch(session, night, Part(after, part.upto)):
            yield found
        after = part.upto


def end_of_batch(session: Session) -> int:
    """The id of the last finding of a batch that has some."""
    return session.connection().execute(last_of_batch()).scalar_one()


def tally(session: Session) -> Counter[str]:
    """How often each thing is done for the findings of the batch."""
    return _counted(session, tally_of_batch())


def forecast(session: Session, settled_by: datetime | None) -> Counter[str]:
    """The same, and how many mails it makes; ``foreseen`` are those settled by ``settled_by``."""
    return _counted(session, forecast_of_batch(settled_by))


def _counted(session: Session, query: Select[Any]) -> Counter[str]:
    row = session.connection().execute(query).mappings().one()
    # PostgreSQL adds integers up to a decimal number.
    return Counter({name: int(count) for name, count in row.items()})
