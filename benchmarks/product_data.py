"""The product's own tables, filled with the workload by a few statements.

The schema comes from the migrations. Templates (``benchmarks.standings``) are put into working
tables through the models (``benchmarks.product_rows``); the database then multiplies them.
Indexes are made last, as after an import of this size. What no night reads is left out: mails
that were sent, reports that were handed in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlmodel import Session

from benchmarks.night_days import DAY, FIRST_DAY, TONIGHT, held_at, night_days, rules, run_of
from benchmarks.places import Place
from benchmarks.product_rows import (
    OF_EVENT,
    OF_FINDING,
    OF_LETTER,
    OF_NOTICE,
    OF_PROPOSAL,
    describe,
    working,
)
from benchmarks.standings import VARIANTS, templates
from benchmarks.sums import KEYS, fill_sum
from benchmarks.workload import ORGANIZATIONS, Workload, ids_up_to
from models.installation import Installation
from models.nightly_run import NightlyRun, PolicyVersion, RunState
from models.organization import Contact, ContactRole, Organization, OrganizationKind
from models.schema import upgrade

FILLED = ("findings", "letters", "transition_log", "notices", "escalations")
TEXT = (
    "'政治学习和警示教育开展不够经常，检查发现第' || m.id || '号台账资料不全，个别事项无据可查。'"
)


def build(place: Place, name: str, workload: Workload) -> list[dict[int, int]]:
    """The workload in a new database; for each night how many findings are due by their step."""
    place.create(name)
    with upgrade(place.url(name)) as database, database.begin() as session:
        _organizations(session)
        _earlier_nights(session)
        describe(session, templates(len(workload.nights)))
    connection = place.connect(name)
    with _filling(place, connection):
        for statement in _statements(place, workload):
            connection.execute(statement)
        rows = connection.execute(
            "SELECT s.night, s.step, count(*) FROM bench_members AS m"
            " JOIN bench_standings AS s ON s.id = m.standing WHERE s.night >= 0 GROUP BY 1, 2"
        ).fetchall()
        for table in ("bench_members", *working.tables):
            connection.execute(f"DROP TABLE {table}")
    connection.close()
    due: list[dict[int, int]] = [{} for _night in workload.nights]
    for night, step, number in rows:
        due[night][step] = number
    return due


def _organizations(session: Session) -> None:
    since = held_at(FIRST_DAY) - timedelta(days=200)
    session.add(Installation(created_at=since, nights_from=FIRST_DAY))
    for n in range(1, ORGANIZATIONS + 2):
        ours = n > ORGANIZATIONS
        kind = OrganizationKind.COMMISSION if ours else OrganizationKind.GROUP
        session.add(
            Organization(
                id=n, code=f"u{n:04}", name=f"示例区第{n}单位", kind=kind, path=f"/{n}/",
                created_at=since,
            )
        )  # fmt: skip
    session.flush()
    for n in range(1, ORGANIZATIONS + 1):
        session.add(_contact(n, ContactRole.CONTACT))
        session.add(_contact(n, ContactRole.HEAD))
    session.add(_contact(ORGANIZATIONS + 1, ContactRole.SUPERVISOR))


def _contact(organization_id: int, role: ContactRole) -> Contact:
    return Contact(
        organization_id=organization_id, name=f"联络员{organization_id}", role=role,
        email=f"{role.value}{organization_id}@example.test",
    )  # fmt: skip


def _earlier_nights(session: Session) -> None:
    """One a day, but for those that are measured: each of these looks at a single day."""
    policy = rules().policy
    session.add(PolicyVersion(version=policy.version, data=policy.model_dump(mode="json")))
    for n in range((TONIGHT - FIRST_DAY).days):
        day = FIRST_DAY + n * DAY
        if day in night_days():
            continue
        at = held_at(day)
        session.add(
            NightlyRun(
                id=run_of(day), business_date=day, as_of=at, since=at - DAY, started_at=at,
                seconds=0.1, via="bench", state=RunState.COMPLETED,
                policy_version=policy.version, calendar_version=rules().calendar_version,
                expected=0, planned=0, counts={"open": 0},
            )
        )  # fmt: skip


def _statements(place: Place, workload: Workload) -> Iterator[str]:
    shares = workload.shares(ids_up_to(workload.n, place.backend))
    yield (
        "CREATE TABLE bench_members("
        "id INTEGER PRIMARY KEY, organization INTEGER NOT NULL, standing INTEGER NOT NULL)"
    )
    yield f"""INSERT INTO bench_members SELECT shared.id, shared.organization, s.id
        FROM ({shares}) AS shared JOIN bench_standings AS s
        ON s.step = shared.step AND s.night = shared.night
        AND s.received = (shared.h / 1000000 % 10 <> 0)
        AND s.variant = CASE WHEN shared.night < 0 THEN shared.h / 10000000 % {VARIANTS} ELSE 0 END
        """
    letter = f"l.day * {ORGANIZATIONS} + o.organization"
    yield f"""INSERT INTO letters(id, number, sequence, organization_id, {_names(OF_LETTER)})
        SELECT {letter}, '督〔' || l.year || '〕' || ({letter}) || '号', {letter}, o.organization,
            {_names(OF_LETTER, "l")}
        FROM bench_letters AS l JOIN (
            SELECT DISTINCT s.day, m.organization
            FROM bench_members AS m JOIN bench_standings AS s ON s.id = m.standing
        ) AS o ON o.day = l.day"""
    digest = "printf('%064x', m.id)"
    if place.backend == "postgresql":
        digest = "lpad(to_hex(m.id), 64, '0')"
    yield f"""INSERT INTO findings(id, key, fingerprint, organization_id, letter_id, item, text,
            category, raised_by, requirement, owner, {_names(OF_FINDING)})
        SELECT m.id, 'bench-' || m.id, {digest}, m.organization,
            s.day * {ORGANIZATIONS} + m.organization, m.id, {TEXT}, '主体责任', '领导甲',
            '限期一个月内整改到位，并书面报告。', '联络员' || m.organization,
            {_names(OF_FINDING, "s")}
        FROM bench_members AS m JOIN bench_standings AS s ON s.id = m.standing ORDER BY m.id"""
    yield _multiply("transition_log", "bench_events", OF_EVENT)
    for table, source, names in (
        ("notices", "bench_notices", OF_NOTICE),
        ("escalations", "bench_proposals", OF_PROPOSAL),
    ):
        yield _multiply(table, source, names, organization=True)
    for table in KEYS:
        yield fill_sum(table)


def _multiply(
    table: str, source: str, names: tuple[str, ...], *, organization: bool = False
) -> str:
    to, of = (", organization_id", ", m.organization") if organization else ("", "")
    return f"""INSERT INTO {table}(finding_id{to}, {_names(names)})
        SELECT m.id{of}, {_names(names, "w")}
        FROM bench_members AS m JOIN {source} AS w ON w.standing = m.standing"""


def _names(columns: tuple[str, ...], table: str = "") -> str:
    return ", ".join(f'{table}."{name}"' if table else f'"{name}"' for name in columns)


@contextmanager
def _filling(place: Place, connection: Any) -> Iterator[None]:
    """Without indexes, keys and waiting for the disk inside; settled behind."""
    tables = ", ".join(f"'{table}'" for table in FILLED)
    if place.backend == "sqlite":
        before = (
            "PRAGMA foreign_keys=OFF; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            " PRAGMA temp_store=MEMORY"
        )
        query = (
            "SELECT name, sql FROM sqlite_master"
            f" WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
        )
        after = "ANALYZE; PRAGMA journal_mode=WAL"
    else:
        before = (
            "SET synchronous_commit = off; SET session_replication_role = replica;"
            " SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'"
        )
        query = (
            f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({tables})"
            " AND indexname NOT IN (SELECT conname FROM pg_constraint)"
        )
        after = "VACUUM ANALYZE; CHECKPOINT"
    for statement in before.split(";"):
        connection.execute(statement)
    indexes = connection.execute(query).fetchall()
    for name, _sql in indexes:
        connection.execute(f"DROP INDEX {name}")
    yield
    for _name, sql in indexes:
        connection.execute(sql)
    if place.backend == "postgresql":
        _number_on(connection)
    for statement in after.split(";"):
        connection.execute(statement)


def _number_on(connection: Any) -> None:
    """Let the sequences go on behind the ids that were given by hand."""
    rows = connection.execute(
        "SELECT table_name, pg_get_serial_sequence(table_name, 'id')"
        " FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
    ).fetchall()
    for table, sequence in rows:
        if sequence:
            connection.execute(
                f"SELECT setval('{sequence}', (SELECT COALESCE(max(id), 1) FROM {table}))"
            )
