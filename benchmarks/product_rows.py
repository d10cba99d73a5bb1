"""The templates of the workload as rows of working tables, in the product's own form.

Each working table has the columns of a model, so that dates, instants and JSON are written
exactly as the product writes them; ``benchmarks.product_data`` multiplies the rows.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, insert
from sqlmodel import Session, SQLModel

from benchmarks.night_days import DAY, held_at, run_of
from benchmarks.standings import Template, escalated, level_of
from benchmarks.workload import ORGANIZATIONS
from models.deadline_proof import deadline_record
from models.escalation import Escalation, Notice
from models.finding import Finding
from models.ladder import RungKind
from models.letter import Letter, LetterCounter
from models.transition_log import TransitionRecord
from models.transitions import Event

working = MetaData()


def _like(model: type[SQLModel], name: str, own: tuple[str, ...], same: tuple[str, ...]) -> Table:
    """A working table with whole numbers ``own`` and the columns ``same`` of a model."""
    table = model.metadata.tables[str(model.__tablename__)]
    return Table(
        name,
        working,
        *(Column(one, Boolean if one == "received" else Integer) for one in own),
        *(Column(one, table.c[one].type) for one in same),
    )


OF_FINDING = (
    "state", "phase", "version", "issued_at", "acknowledged_at", "submitted_at", "rectified_at",
    "overdue_at", "sign_by", "original_last_day", "original_due_at", "last_day", "due_at",
    "provisional", "on_time_original", "on_time", "returns", "rung", "escalated",
    "settled_at", "created_at",
)  # fmt: skip
OF_LETTER = (
    "year", "issued_at", "issued_by", "window", "rule", "calendar_version", "provisional",
    "last_day", "due_at", "report_by", "report_due_at", "sign_by", "proof",
)  # fmt: skip
OF_EVENT = (
    "version", "event", "source", "target", "effective_at", "recorded_at", "actor", "role",
    "run_id", "details",
)  # fmt: skip
OF_NOTICE = ("due_on", "rung", "run_id", "effective_on", "recorded_at")
OF_PROPOSAL = ("due_on", "rung", "level", "effective_on", "state", "proposed_at", "run_id")

_standings = _like(
    Finding, "bench_standings", ("id", "step", "night", "variant", "received", "day"), OF_FINDING
)
_letters = _like(Letter, "bench_letters", ("day",), OF_LETTER)
_events = _like(TransitionRecord, "bench_events", ("standing",), OF_EVENT)
_notices = _like(Notice, "bench_notices", ("standing",), OF_NOTICE)
_proposals = _like(Escalation, "bench_proposals", ("standing",), OF_PROPOSAL)


def describe(session: Session, found: list[Template]) -> None:
    """Create the working tables and write what the templates say."""
    working.create_all(session.connection())
    days = sorted({one.issued_on for one in found})
    rows: dict[Table, list[dict[str, Any]]] = {
        _standings: [], _letters: [], _events: [], _notices: [], _proposals: [],
    }  # fmt: skip
    for number, one in enumerate(found):
        rows[_standings].append(
            {
                "id": number, "step": one.step, "night": one.night, "variant": one.variant,
                "received": one.received, "day": days.index(one.issued_on), **_finding(one),
            }
        )  # fmt: skip
        rows[_events] += [{"standing": number, **event} for event in _history(one)]
        for told in one.told:
            at = held_at(told.effective_on)
            row = {
                "standing": number, "due_on": told.due_on, "rung": told.rung.code,
                "run_id": run_of(told.effective_on), "effective_on": told.effective_on,
            }  # fmt: skip
            if told.rung.kind is RungKind.PROPOSAL:
                more = {"level": told.rung.level, "state": "proposed", "proposed_at": at}
                rows[_proposals].append(row | more)
            else:
                rows[_notices].append(row | {"recorded_at": at})
    by_day = {one.issued_on: one for one in found}
    rows[_letters] = [_letter(by_day[day], number) for number, day in enumerate(days)]
    for table, values in rows.items():
        session.connection().execute(insert(table), values)
    session.add_all(
        LetterCounter(year=year, last=len(days) * ORGANIZATIONS) for year in {d.year for d in days}
    )


def _finding(one: Template) -> dict[str, Any]:
    issued, closed = one.at(Event.ISSUE), one.at(Event.ACCEPT)
    return {
        "state": one.state, "phase": one.phase, "version": len(one.history), "issued_at": issued,
        "acknowledged_at": one.at(Event.ACKNOWLEDGE) or one.at(Event.SUBMIT),
        "submitted_at": one.at(Event.SUBMIT), "rectified_at": closed,
        "overdue_at": one.at(Event.LAPSE), "sign_by": one.sign_by,
        "original_last_day": one.finish.last_day, "original_due_at": one.finish.due_at,
        "last_day": one.finish.last_day, "due_at": one.finish.due_at,
        "provisional": one.finish.provisional, "on_time_original": True if closed else None,
        "on_time": True if closed else None, "returns": 0, "rung": level_of(one),
        "escalated": escalated(one), "settled_at": one.settled_at, "created_at": issued,
    }  # fmt: skip


def _history(one: Template) -> Iterator[dict[str, Any]]:
    for version, it in enumerate(one.history, start=1):
        issues, lapses = it.event is Event.ISSUE, it.event is Event.LAPSE
        yield {
            "version": version, "event": it.event, "source": it.source, "target": it.target,
            "effective_at": it.at, "recorded_at": it.at, "actor": it.actor, "role": it.role,
            "run_id": run_of(one.finish.last_day + DAY) if lapses else None,
            "details": {"deadline": deadline_record(one.finish)} if issues else {},
        }  # fmt: skip


def _letter(one: Template, day: int) -> dict[str, Any]:
    finish = one.finish
    return {
        "day": day, "year": one.issued_on.year, "issued_at": one.at(Event.ISSUE),
        "issued_by": "经办人", "window": str(finish.window), "rule": finish.rule,
        "calendar_version": finish.calendar_version, "provisional": finish.provisional,
        "last_day": finish.last_day, "due_at": finish.due_at, "report_by": finish.last_day,
        "report_due_at": finish.due_at, "sign_by": one.sign_by, "proof": deadline_record(finish),
    }  # fmt: skip
