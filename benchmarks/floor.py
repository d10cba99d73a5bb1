"""The floor: what the database can do by hand-made statements on lean tables.

A night here is one transaction that lapses, logs, escalates and queues one mail an
organization, without rules, texts or accounts; the product is measured against it.
"""

from time import perf_counter
from typing import Any

from benchmarks.places import Place
from benchmarks.workload import LAPSE_STEP, ORGANIZATIONS, STEPS, Workload, ids_up_to

BASE = 1_800_000_000
HOUR, DAY = 3_600, 86_400
OFFSETS = (-7, -3, -1, 0, 7, 14)
"""Days from the due instant to each step."""

TABLES = """
CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL);
CREATE TABLE finding(
    id BIGINT_KEY, org_id INTEGER NOT NULL, state SMALLINT NOT NULL, step SMALLINT NOT NULL,
    due_at BIGINT NOT NULL, issued_at BIGINT NOT NULL, ack_at BIGINT, next_action_at BIGINT,
    title TEXT NOT NULL, description TEXT NOT NULL);
CREATE TABLE audit_event(
    id SERIAL_KEY, finding_id BIGINT NOT NULL, from_state SMALLINT NOT NULL,
    to_state SMALLINT NOT NULL, at BIGINT NOT NULL, actor TEXT NOT NULL);
CREATE TABLE escalation(
    finding_id BIGINT NOT NULL, step SMALLINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY(finding_id, step)) WITHOUT_ROWID;
CREATE TABLE outbox(
    id SERIAL_KEY, org_id INTEGER NOT NULL, night BIGINT NOT NULL, body TEXT NOT NULL,
    sent_at BIGINT, UNIQUE(org_id, night))
"""
INDEXES = """
CREATE INDEX finding_next ON finding(next_action_at) WHERE next_action_at IS NOT NULL;
CREATE INDEX finding_org_state ON finding(org_id, state);
CREATE INDEX finding_state_due ON finding(state, due_at, id);
CREATE INDEX audit_finding ON audit_event(finding_id)
"""
WORDS = {
    "sqlite": ("INTEGER PRIMARY KEY", "INTEGER PRIMARY KEY", "WITHOUT ROWID"),
    "postgresql": (
        "BIGINT PRIMARY KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "",
    ),
}  # fmt: skip


def instant(night: int) -> int:
    """The second at which a night is held; night -1 finds nothing due."""
    return BASE + night * HOUR


def build(place: Place, name: str, workload: Workload) -> None:
    """The tables of ``workload`` in a new database."""
    place.create(name)
    connection = place.connect(name)
    fast = "SET synchronous_commit=off; SET maintenance_work_mem='512MB'"
    if place.backend == "sqlite":
        fast = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"
    _each(connection, fast)
    big, serial, rowless = WORDS[place.backend]
    _each(
        connection,
        TABLES.replace("BIGINT_KEY", big)
        .replace("SERIAL_KEY", serial)
        .replace("WITHOUT_ROWID", rowless),
    )
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO org SELECT id, 'Org ' || id, 'org' || id || '@example.test'"
        f" FROM ({ids_up_to(ORGANIZATIONS, place.backend)}) AS ids"
    )
    shares = workload.shares(ids_up_to(workload.n, place.backend))
    connection.execute(f"INSERT INTO finding {_findings(shares)}")
    connection.execute("COMMIT")
    _each(connection, INDEXES)
    if place.backend == "sqlite":
        _each(connection, "ANALYZE; PRAGMA journal_mode=WAL")
    else:
        _each(connection, "VACUUM ANALYZE; CHECKPOINT")
    connection.close()


def _each(connection: Any, statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement)


def _findings(shares: str) -> str:
    offsets = " ".join(f"WHEN {step} THEN {days * DAY}" for step, days in enumerate(OFFSETS))
    return f"""
        SELECT id, organization,
            CASE WHEN step = {STEPS} THEN 3 WHEN step >= 4 THEN 2 ELSE h % 2 END,
            step,
            COALESCE(next, {BASE}) - CASE step {offsets} ELSE 0 END,
            COALESCE(next, {BASE}) - {31 * DAY} - h % 1000000,
            CASE WHEN h % 2 = 1 THEN {BASE - 20 * DAY} END,
            next,
            'Fire door on level ' || (h % 40) || ' obstructed, unit ' || id,
            'Inspection found the item non-compliant with section ' || (h % 97) || '; rectify '
            || 'within one month and hand in photographs together with the signed statement '
            || 'of the person who is responsible for the site.'
        FROM (
            SELECT *, CASE WHEN night >= 0 THEN {BASE} + night * {HOUR}
                           WHEN step < {STEPS} THEN {BASE + 2 * DAY} + h % 2500000 END AS next
            FROM ({shares}) AS shared
        ) AS dated"""


def _next(step: str, due_at: str) -> str:
    cases = " ".join(
        f"WHEN {step_ - 1} THEN {due_at} + {days * DAY}"
        for step_, days in enumerate(OFFSETS)
        if step_
    )
    return f"CASE {step} {cases} END"


SQLITE_NIGHT = (
    "CREATE TEMP TABLE due AS"
    " SELECT id, org_id, state, step, due_at FROM finding WHERE next_action_at <= :now",
    "INSERT INTO audit_event(finding_id, from_state, to_state, at, actor)"
    f" SELECT id, state, 2, :now, 'nightly' FROM due WHERE step = {LAPSE_STEP}",
    "INSERT INTO escalation SELECT id, step, :now FROM due ORDER BY id, step",
    "INSERT INTO outbox(org_id, night, body) SELECT org_id, :now, json_object('n', count(*),"
    f" 'overdue', sum(step = {LAPSE_STEP}), 'ids', json_group_array(id)) FROM due GROUP BY org_id",
    f"UPDATE finding SET state = CASE WHEN d.step = {LAPSE_STEP} THEN 2 ELSE finding.state END,"
    f" step = d.step + 1, next_action_at = {_next('d.step', 'd.due_at')}"
    " FROM due AS d WHERE finding.id = d.id",
)
POSTGRES_NIGHT = f"""
WITH moved AS (
    UPDATE finding SET state = CASE WHEN step = {LAPSE_STEP} THEN 2 ELSE state END,
        step = step + 1, next_action_at = {_next("step", "due_at")}
    WHERE next_action_at <= %(now)s
    RETURNING id, org_id, step - 1 AS step, (ack_at IS NOT NULL)::int AS from_state),
logged AS (
    INSERT INTO audit_event(finding_id, from_state, to_state, at, actor)
    SELECT id, from_state, 2, %(now)s, 'nightly' FROM moved WHERE step = {LAPSE_STEP}),
escalated AS (INSERT INTO escalation SELECT id, step, %(now)s FROM moved)
INSERT INTO outbox(org_id, night, body)
SELECT org_id, %(now)s, json_build_object('n', count(*),
    'overdue', count(*) FILTER (WHERE step = {LAPSE_STEP}), 'ids', json_agg(id))::text
FROM moved GROUP BY org_id"""


def run(place: Place, name: str, nights: list[int], due: list[int]) -> list[float]:
    """The seconds of each of ``nights``, in which ``due`` findings come due."""
    connection = place.connect(name)
    hold = _sqlite_night if place.backend == "sqlite" else _postgres_night
    hold(connection, instant(-1))
    spent = [hold(connection, instant(night)) for night in nights]
    for night, k in zip(nights, due, strict=True):
        verify(connection, night, k)
    connection.close()
    return spent


def _sqlite_night(connection: Any, now: int) -> float:
    began = perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for statement in SQLITE_NIGHT:
        connection.execute(statement, {"now": now})
    connection.execute("COMMIT")
    spent = perf_counter() - began
    connection.execute("DROP TABLE temp.due")
    return spent


def _postgres_night(connection: Any, now: int) -> float:
    began = perf_counter()
    connection.execute(POSTGRES_NIGHT, {"now": now})
    return perf_counter() - began


def verify(connection: Any, night: int, k: int) -> None:
    """Everything that was due was done once.

    Raises:
        AssertionError: it was not.
    """
    now = instant(night)

    def count(of: str) -> int:
        found: int = connection.execute(f"SELECT count(*) FROM {of}").fetchone()[0]
        return found

    told = count(f"escalation WHERE at = {now}")
    lapsed = count(f"escalation WHERE at = {now} AND step = {LAPSE_STEP}")
    logged = count(f"audit_event WHERE at = {now}")
    left = count(f"finding WHERE next_action_at <= {now}")
    mails = count(f"outbox WHERE night = {now}")
    concerned = count(
        "(SELECT DISTINCT f.org_id FROM finding AS f JOIN escalation AS e"
        f" ON e.finding_id = f.id WHERE e.at = {now}) AS concerned"
    )
    assert (told, logged, left, mails) == (k, lapsed, 0, concerned), (
        night, k, told, lapsed, logged, left, mails, concerned,
    )  # fmt: skip
