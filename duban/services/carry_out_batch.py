"""Carrying out what was decided for a batch: a few statements, all in its transaction."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, and_, case, insert, literal, select, update
from sqlmodel import Session, SQLModel, col

from duban.services.count_findings import shift_sets
from duban.services.decide_batch import tally
from duban.services.night import Night
from duban.services.night_mail import mails_of_batch
from duban.services.transition import SYSTEM
from models.escalation import Escalation, EscalationState, Notice
from models.finding import Finding
from models.ladder import RungKind
from models.message import Message
from models.night_tables import tonight, tonight_steps
from models.nightly_run import RunUnreached
from models.queries.night_outcomes import changes_of_batch, moves_of_batch, rungs_unreached
from models.tables import insert_into, table_of
from models.transition_log import TransitionRecord
from models.transitions import Event


def carry_out_batch(session: Session, night: Night, run_id: int) -> Counter[str]:
    """Write what the working tables hold, as ``run_id``; how often each thing was done."""
    done = tally(session)
    _lapse(session, night, run_id)
    _propose(session, night, run_id)
    _tell(session, night, run_id)
    _note_unreached(session, run_id)
    done["messages"] = _queue(session, night)
    _settle(session, night)
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


def _queue(session: Session, night: Night) -> int:
    """Put the mails into the outbox that no earlier batch of the night put there; how many."""
    rows = list(mails_of_batch(session, night))
    if not rows:
        return 0
    connection = session.connection()
    new = insert_into(connection, Message).on_conflict_do_nothing()
    return connection.execute(new, rows, execution_options={"preserve_rowcount": True}).rowcount


def _settle(session: Session, night: Night) -> None:
    """The findings themselves: state, level told, and when the check looks at them again.

    In two statements, because a column that is set is written in its indexes, changed or not.
    """
    change = changes_of_batch(night.tomorrow)
    # As a sum the id has no index, so the batch leads and each finding is looked up, whatever
    # a planner believes of the sizes: SQLite knows nothing of a working table's.
    finding_id = change.c.finding_id + 0
    looked: dict[str, Any] = {
        "rung": case((col(Finding.rung) < change.c.level, change.c.level), else_=col(Finding.rung)),
        "escalated": change.c.escalated,
        "next_action_at": change.c.next_at,
        "action_set_at": literal(night.now, table_of(Finding).c.action_set_at.type),
    }
    lapsed = {
        "state": change.c.state,
        "version": col(Finding.version) + 1,
        "overdue_at": col(Finding.due_at),
    }
    for values, which in ((looked, ~change.c.lapses), ({**looked, **lapsed}, change.c.lapses)):
        session.connection().execute(
            update(Finding).where(col(Finding.id) == finding_id, which).values(values)
        )
