"""Questions at N: the summary and ledger pages, in the product and by hand-made queries.

The product's questions are asked through its named queries; what reaches the database is
noted, and then sent once more by the bare driver, rows fetched: that is the time in the
database. The whole call, with its objects, is reported beside it.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from benchmarks.floor import BASE, DAY
from benchmarks.night_days import TONIGHT
from benchmarks.places import Place
from benchmarks.workload import ORGANIZATIONS
from models.calendar import start_of_day
from models.database import Database, open_database
from models.finding import Finding
from models.ledger_place import Place as LedgerPlace
from models.queries.pages import Filter, page
from models.queries.status import figures
from models.transitions import State

PAGE = 50
REPEATS = 21
SUMMARY, BY_STATE, BY_BOTH = "status summary", "by state", "by organization and state"
PAGES = tuple(f"ledger page, {depth}" for depth in ("first", "middle", "last"))
EVERY = (SUMMARY, *PAGES, f"ledger page, {BY_STATE}", f"ledger page, {BY_BOTH}")


def ask_product(place: Place, name: str) -> dict[str, list[float]]:
    """For each question the median seconds in the database, and of the whole call."""
    now = start_of_day(TONIGHT) - timedelta(hours=2)
    with open_database(place.url(name)) as database:
        middle, last = _places(place, name)
        state, both = (
            Filter(states=(State.ACKNOWLEDGED,)),
            Filter(states=(State.ACKNOWLEDGED,), organization=ORGANIZATIONS // 2),
        )
        asked: dict[str, Callable[[Session], object]] = {
            SUMMARY: lambda session: figures(session, now),
            PAGES[0]: lambda session: page(session, Filter(), now, limit=PAGE),
            PAGES[1]: lambda session: page(session, Filter(), now, limit=PAGE, after=middle),
            PAGES[2]: lambda session: page(session, Filter(), now, limit=PAGE, after=last),
            EVERY[4]: lambda session: page(session, state, now, limit=PAGE),
            EVERY[5]: lambda session: page(session, both, now, limit=PAGE),
        }
        return {question: _ask(database, ask) for question, ask in asked.items()}


def _ask(database: Database, ask: Callable[[Session], object]) -> list[float]:
    calls, inside = [], []
    with database.read() as session:
        driver: Any = session.connection().connection
        with _statements(database) as sent:
            ask(session)
        for _repeat in range(REPEATS):
            session.expunge_all()
            began = perf_counter()
            ask(session)
            calls.append(perf_counter() - began)
            began = perf_counter()
            for statement, parameters in sent:
                cursor = driver.cursor()
                cursor.execute(statement, parameters)
                cursor.fetchall()
                cursor.close()
            inside.append(perf_counter() - began)
    return [median(inside), median(calls)]


@contextmanager
def _statements(database: Database) -> Any:
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def _places(place: Place, name: str) -> tuple[LedgerPlace, LedgerPlace]:
    """The places before which half of the ledger lies, and all but the last page."""
    with open_database(place.url(name)) as database, database.read() as session:
        connection = session.connection()
        n = connection.exec_driver_sql("SELECT count(*) FROM findings").scalar_one()
        ids = [
            connection.exec_driver_sql(
                "SELECT id FROM findings ORDER BY due_at, letter_id, item, id"
                f" LIMIT 1 OFFSET {offset}"
            ).scalar_one()
            for offset in (n // 2, n - PAGE - 1)
        ]
        found = []
        for finding_id in ids:
            row = session.get_one(Finding, finding_id)
            found.append(LedgerPlace(row.due_at, row.letter_id or 0, row.item or 0, row.id or 0))
    return found[0], found[1]


def ask_floor(place: Place, name: str) -> dict[str, list[float]]:
    """For each question the median seconds of a hand-made query on the floor's tables."""
    connection = place.connect(name)
    _add_indexes(place, connection)
    columns = "id, org_id, state, step, due_at, issued_at, next_action_at, title"
    order = f"ORDER BY due_at, id LIMIT {PAGE}"
    n = connection.execute("SELECT count(*) FROM finding").fetchone()[0]
    after = [
        connection.execute(
            f"SELECT due_at, id FROM finding ORDER BY due_at, id LIMIT 1 OFFSET {offset}"
        ).fetchone()
        for offset in (n // 2, n - PAGE - 1)
    ]
    now = BASE - DAY
    asked = {
        SUMMARY: (
            "SELECT state, sum(n) FROM summary GROUP BY state",
            f"SELECT count(*) FROM finding WHERE state = 0 AND due_at <= {now}",
            f"SELECT count(*) FROM finding WHERE state = 1 AND due_at <= {now}",
        ),
        PAGES[0]: (f"SELECT {columns} FROM finding {order}",),
        PAGES[1]: (_after(columns, after[0], order),),
        PAGES[2]: (_after(columns, after[1], order),),
        EVERY[4]: (f"SELECT {columns} FROM finding WHERE state = 1 {order}",),
        EVERY[5]: (
            f"SELECT {columns} FROM finding"
            f" WHERE org_id = {ORGANIZATIONS // 2} AND state = 1 {order}",
        ),
    }
    found = {}
    for question, statements in asked.items():
        spent = []
        for _repeat in range(REPEATS):
            began = perf_counter()
            for statement in statements:
                connection.execute(statement).fetchall()
            spent.append(perf_counter() - began)
        found[question] = [median(spent)]
    connection.close()
    return found


def _after(columns: str, place: tuple[int, int], order: str) -> str:
    return f"SELECT {columns} FROM finding WHERE (due_at, id) > ({place[0]}, {place[1]}) {order}"


def _add_indexes(place: Place, connection: Any) -> None:
    rowless = "WITHOUT ROWID" if place.backend == "sqlite" else ""
    analyze = "ANALYZE" if place.backend == "sqlite" else "VACUUM ANALYZE"
    for statement in (
        "CREATE TABLE summary(org_id INTEGER, state SMALLINT, n INTEGER,"
        f" PRIMARY KEY(org_id, state)) {rowless}",
        "INSERT INTO summary SELECT org_id, state, count(*) FROM finding GROUP BY 1, 2",
        "CREATE INDEX finding_due ON finding(due_at, id)",
        "CREATE INDEX finding_org_state_due ON finding(org_id, state, due_at, id)",
        analyze,
    ):
        connection.execute(statement)
