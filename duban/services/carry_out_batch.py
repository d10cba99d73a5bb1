"""Carrying out what was decided for a batch: a few statements, all in its transaction."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, insert, literal, select, update
from sqlmodel import Session, SQLModel, col

from duban.services.count_findings import shift_sets
from duban.services.decide_batch import tally
from duban.services.look_again import look_again_at_all
from duban.services.night import Night
from duban.services.night_mail import queue_mails
from duban.services.transition import SYSTEM
from models.escalation import Escalation, EscalationState, Notice
from models.finding import Finding
from models.ladder import RungKind
from models.look_again import LookAgain
from models.night_tables import tonight, tonight_steps
from models.nightly_run import RunUnreached
from models.queries.night_outcomes import (
    changes_of_batch,
    looked_at_again,
    moves_of_batch,
    rungs_unreached,
)
from models.tables import insert_into, table_of
from models.transition_log import TransitionRecord
from models.transitions import Event


class Overtaken(Exception):
    """Somebody changed a finding after the batch was decided."""


def carry_out_batch(session: Session, night: Night, run_id: int) -> Counter[str]:
    """Write what the working tables hold, as ``run_id``; how often each thing was done.

    Raises:
        Overtaken: decide it once more.
    """
    done = tally(session)
    _settle(session, expected=done.pop("changes"))
    _lapse(session, night, run_id)
    _propose(session, night, run_id)
    _tell(session, night, run_id)
    _look_again(session, night)
    # What other workers may write too comes last, each in one order.
    _note_unreached(session, run_id)
    done["messages"] = queue_mails(session, night, run_id)
    shift_sets(session, moves_of_batch())
    return done


def _lapse(session: Session, night: Night, run_id: int) -> None:
    row = {
        "finding_id": tonight.c.finding_id,
        "version": tonight.c.version + 1,
        "event": Event.LAPSE,
        "source": tonight.c.source,
        "target": tonight.c.state,
        "effective_at": tonight.c.due_at,
        "recorded_at": night.now,
        "actor": SYSTEM.name,
        "role": SYSTEM.role,
        "run_id": run_id,
        "details": {},
    }
    _insert(session, TransitionRecord, row, tonight.c.lapses)


def _propose(session: Session, night: Night, run_id: int) -> None:
    step = tonight_steps.c
    row = {
        "finding_id": step.finding_id,
        "organization_id": step.organization_id,
        "due_on": step.due_on,
        "rung": step.rung,
        "level": step.level,
        "effective_on": step.effective_on,
        "state": EscalationState.PROPOSED,
        "proposed_at": night.now,
        "run_id": run_id,
    }
    _insert(session, Escalation, row, and_(step.held.is_(None), step.kind == RungKind.PROPOSAL))


def _tell(session: Session, night: Night, run_id: int) -> None:
    step = tonight_steps.c
    row = {
        "finding_id": step.finding_id,
        "organization_id": step.organization_id,
        "due_on": step.due_on,
        "rung": step.rung,
        "run_id": run_id,
        "effective_on": step.effective_on,
        "recorded_at": night.now,
    }
    _insert(session, Notice, row, and_(step.held.is_(None), step.kind != RungKind.PROPOSAL))


def _insert(
    session: Session, model: type[SQLModel], row: dict[str, Any], where: ColumnElement[bool]
) -> None:
    """Insert into the model's table a row for each row of a working table that fits ``where``."""
    table = table_of(model)
    values = [
        value if isinstance(value, ColumnElement) else literal(value, table.c[name].type)
        for name, value in row.items()
    ]
    session.connection().execute(
        insert(table).from_select(list(row), select(*values).where(where), include_defaults=False)
    )


def _note_unreached(session: Session, run_id: int) -> None:
    names = ["run_id", "organization_id", "rung"]
    connection = session.connection()
    statement = insert_into(connection, RunUnreached).from_select(names, rungs_unreached(run_id))
    connection.execute(statement.on_conflict_do_nothing())


def _settle(session: Session, *, expected: int) -> None:
    """The findings themselves, first of all: so is found whether they are still as decided."""
    change = changes_of_batch()
    # As a sum the id has no index, so the batch leads and each finding is looked up, whatever
    # a planner believes of the sizes: SQLite knows nothing of a working table's.
    finding_id = change.c.finding_id + 0
    values: dict[str, Any] = {
        "state": change.c.state,
        "version": case((change.c.lapses, change.c.version + 1), else_=change.c.version),
        "overdue_at": case((change.c.lapses, col(Finding.due_at)), else_=col(Finding.overdue_at)),
        "rung": change.c.rung,
        "escalated": change.c.escalated,
    }
    as_decided = (
        col(Finding.id) == finding_id,
        col(Finding.version) == change.c.version,
        col(Finding.escalated) == change.c.was_escalated,
    )
    settled = (
        session.connection()
        .execute(
            update(Finding).where(*as_decided).values(values),
            execution_options={"preserve_rowcount": True},
        )
        .rowcount
    )
    if settled != expected:
        raise Overtaken


def _look_again(session: Session, night: Night) -> None:
    """What the batch looked at needs no second look, but for what it had to put off.

    Only the note that was read is done with: an act may have made another one since.
    """
    noted = table_of(LookAgain).c
    read = exists().where(
        tonight.c.finding_id == noted.finding_id, tonight.c.noted_at == noted.set_at
    )
    session.connection().execute(delete(LookAgain).where(noted.at <= night.as_of, read))
    look_again_at_all(session, looked_at_again(), at=night.tomorrow, now=night.now)
