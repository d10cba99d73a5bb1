"""How a database would answer: which statements read a large table from end to end.

``full_scans`` watches whatever runs in its block, so that no statement escapes; ``fill`` makes
a ledger large enough that a planner has a choice.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import event, insert
from sqlmodel import Session

from models.calendar import SHANGHAI, start_of_day
from models.database import Database
from models.escalation import Escalation, EscalationState, Notice
from models.finding import Finding
from models.letter import Letter
from models.message import Message
from models.nightly_run import NightlyRun, RunState
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.transition_log import TransitionRecord
from models.transitions import Event, Role, State, phase_of
from tests.services.counts import recount

LARGE = ("findings", "transition_log", "notices", "messages", "escalations")
TODAY = date(2024, 3, 1)
NOW = datetime(2024, 3, 1, 9, tzinfo=SHANGHAI)
ORGANIZATIONS, OF_A_LETTER = 40, 10
PROVISIONAL_FROM = TODAY + timedelta(days=15)


@contextmanager
def full_scans(database: Database, tables: tuple[str, ...] = LARGE) -> Iterator[list[str]]:
    """What the statements of the block read from end to end: “table: statement”.

    Each is explained just before it runs, on its own connection, with its own values; so
    statements about temporary tables and changes to rows can be explained too.
    """
    found: list[str] = []
    scanned = {"sqlite": _scanned_sqlite, "postgresql": _scanned_postgresql}

    def explain(
        _connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
    ) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DEL")):
            return
        explaining = cursor.connection.cursor()
        one = values[0] if many and values else values
        for table in scanned[context.dialect.name](explaining, statement, one):
            if table in tables:
                found.append(f"{table}: {' '.join(statement.split())}")

    event.listen(database.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", explain)


def _scanned_sqlite(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    # A search has an index and a place in it; a scan has at most an order. To look for a phase
    # alone and go on to its end is little better.
    cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
    for *_numbers, detail in cursor.fetchall():
        read = re.match(r"(SCAN|SEARCH) (?:TABLE )?(\w+)", detail)
        whole_phase = (
            " findings" in detail and detail.endswith("(phase=?)") and "LIMIT" not in statement
        )
        if read and (read[1] == "SCAN" or whole_phase):
            yield re.sub(r"_\d+$", "", read[2])


def _scanned_postgresql(cursor: Any, statement: str, values: Any) -> Iterator[str]:
    # An index serves only where its first column is looked for; else it is read to its end too.
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
    (plan,) = cursor.fetchone()
    pending = [(one["Plan"], "") for one in (json.loads(plan) if isinstance(plan, str) else plan)]
    while pending:
        node, above = pending.pop()
        table = node.get("Relation Name", above)
        pending += [(one, table) for one in node.get("Plans", [])]
        if node["Node Type"] == "Seq Scan" or (
            "Index Name" in node and _first_column(cursor, node["Index Name"])
            not in re.findall(r"\w+", node.get("Index Cond", ""))
        ):  # fmt: skip
            yield table


def _first_column(cursor: Any, index: str) -> str:
    cursor.execute("SELECT pg_get_indexdef(%s::regclass, 1, true)", (index,))
    (column,) = cursor.fetchone()
    return str(column)


def fill(session: Session, findings: int) -> None:
    """A ledger of half a year: most is done, some is late, some waits, some is not issued.

    Letters of ten findings each have one due day; the counts are made to fit.
    """
    connection = session.connection()
    rows = [_finding(number) for number in range(1, findings + 1)]
    letters = sorted({row["letter_id"] for row in rows if row["letter_id"]})
    nights = range(1, 31)
    connection.execute(insert(Organization), [
        {"id": n, "code": f"o{n}", "name": f"单位{n}", "kind": OrganizationKind.COMMITTEE,
         "path": f"/{n}/", "ranking_group": f"g{n % 4}", "created_at": NOW}
        for n in range(10, 10 + ORGANIZATIONS)
    ])  # fmt: skip
    connection.execute(insert(Contact), [
        {"organization_id": n, "name": "c", "role": ContactRole.CONTACT, "email": "c@o.example",
         "language": "zh", "active": True}
        for n in range(10, 10 + ORGANIZATIONS - 3)
    ])  # fmt: skip
    connection.execute(insert(NightlyRun), [
        {"id": n, "business_date": TODAY - timedelta(days=n), "attempt": 1,
         "as_of": NOW - timedelta(days=n), "started_at": NOW - timedelta(days=n), "via": "test",
         "state": RunState.COMPLETED, "calendar_version": "", "policy_version": "", "counts": {},
         "warnings": []}
        for n in nights
    ])  # fmt: skip
    connection.execute(insert(Letter), [_letter(number) for number in letters])
    connection.execute(insert(Finding), rows)
    issued = [row for row in rows if row["due_at"]]
    connection.execute(insert(TransitionRecord), [
        {"finding_id": row["id"], "version": version, "event": arrow, "source": State.DRAFT,
         "target": row["state"], "effective_at": NOW - timedelta(days=60, minutes=row["id"] % 999),
         "recorded_at": NOW, "actor": "x", "role": Role.CLERK, "details": {},
         "run_id": 1 + row["id"] % 30 if arrow is Event.LAPSE else None}
        for row in issued
        for version, arrow in ((1, Event.ISSUE), (2, Event.LAPSE))
    ])  # fmt: skip
    connection.execute(insert(Notice), [
        {"finding_id": row["id"], "organization_id": row["organization_id"],
         "due_on": row["last_day"], "rung": "due-7", "run_id": 1 + row["id"] % 30,
         "effective_on": TODAY, "recorded_at": NOW}
        for row in issued
    ])  # fmt: skip
    connection.execute(insert(Message), [
        {"id": str(n), "step_key": str(n), "template": "digest", "contact_id": 1,
         "organization_id": 10, "run_id": 1, "to": "a@b.example", "to_name": "a", "language": "zh",
         "subject": "", "text": "", "html": "", "headers": {}, "guard": {}, "state": "accepted",
         "queued_at": when, "next_attempt_at": when, "attempted_at": when, "accepted_at": when,
         "attempts": 1}
        for n in range(findings // 4) for when in (NOW - timedelta(minutes=50 * n),)
    ])  # fmt: skip
    waiting = (EscalationState.PROPOSED, *(EscalationState.APPROVED,) * 9)
    connection.execute(insert(Escalation), [
        {"finding_id": row["id"], "organization_id": row["organization_id"],
         "due_on": row["last_day"], "rung": "circular", "level": 2, "effective_on": TODAY,
         "state": waiting[row["id"] // 3 % 10] if row["escalated"] else EscalationState.DECLINED,
            "proposed_at": NOW, "run_id": 1}
        for row in issued if row["escalated"] or row["id"] % 50 == 0
    ])  # fmt: skip
    recount(session)


def _finding(number: int) -> dict[str, Any]:
    letter = (number - 1) // OF_A_LETTER + 1
    last_day = TODAY + timedelta(days=letter * 7 % 180 - 150)
    state = _state(number, last_day)
    if drafted := state is State.DRAFT:
        last_day = date.max
    return {
        "id": number, "key": str(number), "fingerprint": "", "text": f"finding {number}",
        "organization_id": 10 + letter % ORGANIZATIONS, "created_at": NOW, "state": state,
        "phase": phase_of(state, True), "settled_at": NOW - timedelta(days=60),
        "letter_id": None if drafted else letter,
        "item": None if drafted else (number - 1) % OF_A_LETTER + 1,
        "sign_by": None if drafted else last_day, "version": 0 if drafted else 2,
        "acknowledged_at": None if state in (State.DRAFT, State.ISSUED) else NOW,
        "review_by": TODAY + timedelta(days=number % 9 - 2) if state is State.SUBMITTED else None,
        "overdue_at": start_of_day(last_day) if state is State.OVERDUE else None,
        "last_day": None if drafted else last_day,
        "due_at": None if drafted else start_of_day(last_day + timedelta(days=1)),
        "provisional": not drafted and last_day >= PROVISIONAL_FROM,
        "escalated": state is State.OVERDUE and number % 3 == 0, "returns": 0,
        "rung": number % 4 if state is State.OVERDUE else 0,
    }  # fmt: skip


def _state(number: int, last_day: date) -> State:
    fate = number % 40
    if fate == 39:
        return State.DRAFT
    if fate in (36, 37):
        return State.SUBMITTED
    if last_day >= TODAY - timedelta(days=1):
        return (State.ISSUED, State.ACKNOWLEDGED, State.RECTIFIED)[number % 3]
    return State.OVERDUE if fate < 8 else State.WITHDRAWN if fate == 8 else State.RECTIFIED


def _letter(number: int) -> dict[str, Any]:
    last_day = TODAY + timedelta(days=number * 7 % 180 - 150)
    return {
        "id": number, "number": str(number), "year": 2024, "sequence": number,
        "organization_id": 10 + number % ORGANIZATIONS, "issued_at": NOW, "issued_by": "x",
        "window": "1m", "rule": "natural", "calendar_version": "", "provisional": False,
        "last_day": last_day, "due_at": NOW, "report_by": last_day, "report_due_at": NOW,
        "sign_by": last_day, "proof": {},
    }  # fmt: skip
