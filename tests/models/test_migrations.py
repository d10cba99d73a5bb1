"""What an older installation holds is the same story after its upgrade."""

import json
from typing import Any

from sqlalchemy import Connection, text

from models.database import Database, open_database
from models.schema import upgrade

NIGHT = "2024-01-26 16:10:00.000000"
OLD: dict[str, list[dict[str, Any]]] = {
    "organizations": [
        {"id": 1, "code": "a", "name": "A", "kind": "other", "path": "/1/", "created_at": NIGHT}
    ],
    "contacts": [
        {"id": n, "organization_id": 1, "name": f"c{n}", "role": role, "language": "zh",
         "active": True}
        for n, role in ((1, "contact"), (2, "head"))
    ],
    "nightly_runs": [
        {"id": 1, "business_date": "2024-01-27", "attempt": 1, "as_of": NIGHT,
         "started_at": NIGHT, "via": "cli", "state": "completed", "calendar_version": "",
         "policy_version": "", "counts": "{}", "forecast": "{}", "warnings": "[]"}
    ],
    "findings": [
        {"id": n, "key": f"a-{n}", "fingerprint": "", "organization_id": 1, "text": "t",
         "created_at": NIGHT, "state": "overdue", "version": 2, "provisional": False,
         "returns": 0, "rung": 1, "last_day": "2024-01-26", "next_action_at": NIGHT}
        for n in (1, 2, 3)
    ],
    "messages": [
        {"id": state, "step_key": state, "template": "digest", "contact_id": 1,
         "organization_id": 1, "run_id": 1, "to": "a@b.example", "to_name": "a",
         "language": "zh", "subject": "s", "text": "t", "html": "h", "headers": "{}",
         "guard": '{"lines": [[1, "urge", "overdue", "2024-01-26"]], "said_on": "2024-01-27"}',
         "state": state, "queued_at": NIGHT, "next_attempt_at": NIGHT, "attempts": 0}
        for state in ("queued", "accepted")
    ],
    "notices": [
        {"finding_id": 1, "due_on": "2024-01-26", "rung": "urge", "contact_id": contact,
         "message_id": "accepted", "run_id": 1, "effective_on": "2024-01-27",
         "recorded_at": NIGHT}
        for contact in (1, 2)
    ],
    "run_items": [
        {"run_id": 1, "finding_id": 1, "outcome": "noticed",
         "details": '{"rungs": ["urge"], "held": {}}'},
        {"run_id": 1, "finding_id": 2, "outcome": "noticed",
         "details": '{"rungs": ["due-1"], "held": {"urge": "no-working-address"}}'},
        {"run_id": 1, "finding_id": 3, "outcome": "failed", "reason": "error", "details": "{}"},
    ],
}  # fmt: skip


def test_nights_from_before_they_were_held_in_sets(vacant: str) -> None:
    with upgrade(vacant, "0004") as old, old.engine.begin() as connection:
        for table, rows in OLD.items():
            for row in rows:
                _insert(connection, table, row)
    upgrade(vacant).close()
    with open_database(vacant) as now:
        assert _rows(now, "SELECT finding_id, organization_id, rung, withdrawn_at IS NOT NULL "
                          "FROM notices ORDER BY finding_id, rung") == [
            (1, 1, "urge", False), (2, 1, "due-1", True),
        ]  # fmt: skip
        assert _rows(now, "SELECT run_id, organization_id, rung FROM run_unreached") == [
            (1, 1, "urge")
        ]
        assert _rows(now, "SELECT run_id, finding_id, error FROM run_failures") == [(1, 3, "error")]
        guards = {
            name: json.loads(guard) if isinstance(guard, str) else guard
            for name, guard in _rows(now, "SELECT id, guard FROM messages")
        }
        assert guards == {
            "queued": {"rungs": ["urge"]},
            "accepted": {"rungs": ["urge"], "lines": [[1, "urge", "overdue", "2024-01-26"]]},
        }
        assert _rows(now, "SELECT state, sum(n) FROM finding_counts GROUP BY state") == [
            ("overdue", 3)
        ]


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.read() as session:
        return [tuple(row) for row in session.connection().execute(text(query))]
