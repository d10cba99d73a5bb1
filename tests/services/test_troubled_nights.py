"""Nights in trouble: bad data, a flood, a failing database, an attempt that died."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, ExceptionContext, delete, event, update
from sqlmodel import col

from config.settings import NightSettings, Settings
from duban.services import work_night
from duban.services.account_run import account_of
from duban.services.nightly import run_night
from duban.services.record_run import start_run
from duban.services.send_mail import send_due
from models.database import Database, open_database
from models.errors import Unavailable
from models.finding import Finding
from models.message import Message
from models.queries.runs import run_named
from models.transition_log import TransitionRecord
from models.transitions import Event, Role
from tests.world import ISSUED, SUPERVISOR, World, at


def forestall(world: World, finding_id: int) -> None:
    """Put a row where the night wants to write: the history of one finding cannot go on."""
    with world.database.begin() as session:
        finding = session.get_one(Finding, finding_id)
        session.add(
            TransitionRecord(
                finding_id=finding_id, version=finding.version + 1, event=Event.ACKNOWLEDGE,
                source=finding.state, target=finding.state, effective_at=ISSUED,
                recorded_at=ISSUED, actor="nobody", role=Role.CLERK,
            )
        )  # fmt: skip


def test_bad_findings_neither_stop_the_night_nor_vanish(world: World) -> None:
    first, bad, second = world.unit("a", findings=3, roles=("head",))
    (worse,), (good,) = world.unit("b"), world.unit("c")
    world.issue()
    for one in (bad, worse):
        forestall(world, one)
    report = world.night("2024-01-27")
    assert (report.state, report.counts["failed"], report.counts["changed"]) == (
        "completed-with-warnings", 2, 3,
    )  # fmt: skip
    assert report.warnings == [
        f"Finding #{one} could not be checked (IntegrityError); it stays due."
        for one in (bad, worse)
    ]
    assert {one: str(world.finding(one).state) for one in (first, second, bad, worse, good)} == {
        first: "overdue", second: "overdue", bad: "issued", worse: "issued", good: "overdue",
    }  # fmt: skip
    with world.database.read() as session:
        account = account_of(session, run_named(session, str(report.run_id)), world.rules(session))
        assert Counter(entry.outcome.value for entry in account) == {"changed": 3, "failed": 2}
    with world.database.begin() as session:
        session.exec(delete(TransitionRecord).where(col(TransitionRecord.actor) == "nobody"))
    world.night("2024-01-27")
    assert world.history(bad)[-1] == ("lapse", "overdue", "2024-01-27T00:00")
    world.night("2024-01-28")
    assert [str(world.finding(one).state) for one in (bad, worse)] == ["overdue"] * 2


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(world: World) -> None:
    world.unit("bad")
    world.unit("good")
    world.issue()
    send_due(world.database, now=at("2023-12-26T17:30"), settings=world.settings)
    world.night("2024-01-27")
    with world.database.begin() as session:
        session.exec(
            update(Message)
            .where(col(Message.state) == "queued", col(Message.to).like("%@bad.example"))
            .values(language="xx")
        )
    send_due(world.database, now=at("2024-01-27T08:30"), settings=world.settings)
    assert sorted((m.to, m.state.value) for m in world.messages("overdue")) == [
        ("contact@bad.example", "refused"), ("contact@good.example", "accepted"),
        ("head@bad.example", "refused"), ("head@good.example", "accepted"),
    ]  # fmt: skip


def test_a_flood_waits_for_a_person(world: World) -> None:
    from duban.services.record_run import confirm_night

    world.unit("a", findings=51)
    world.issue()
    stopped = world.night("2024-01-27")
    assert (stopped.state, stopped.counts, world.notices()) == ("stopped", {}, [])
    assert world.finding(1).state == "issued"
    assert world.night("2024-01-27").state == "stopped"
    with world.database.begin() as session:
        confirm_night(session, date(2024, 1, 27), by=SUPERVISOR.name)
    done = world.night("2024-01-27")
    assert (done.state, done.counts["lapsed"]) == ("completed", 51)


def test_a_foreseen_flood_is_no_flood(world: World) -> None:
    world.unit("a", findings=51)
    world.issue()
    reports = world.nights("2023-12-27", "2024-01-27")
    assert {report.state for report in reports} == {"completed"}
    assert reports[-1].counts["lapsed"] == 51


def test_a_night_that_cannot_work_is_recorded_as_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_arguments: object, **_keywords: object) -> None:
        raise Unavailable("locked")

    world.unit("a")
    world.issue()
    monkeypatch.setattr(work_night, "decide_batch", locked)
    with pytest.raises(Unavailable):
        world.night("2024-01-27")
    with world.database.read() as session:
        run = run_named(session, "2024-01-27")
        assert (run.state, run.warnings, run.counts["changed"]) == ("failed", ["locked"], 0)
    monkeypatch.undo()
    assert world.night("2024-01-27").counts["lapsed"] == 1


def test_an_attempt_that_died_is_closed_by_the_next_night(world: World) -> None:
    world.unit("a")
    world.issue()
    with world.database.begin() as session:
        rules = world.rules(session)
        start_run(session, as_of=at("2024-01-27"), since=None, now=at("2024-01-27"),
                  business_date=date(2024, 1, 27), via="test",
                  rules=rules, flow_run_id=None)  # fmt: skip
    world.night("2024-01-28")
    with world.database.read() as session:
        states = [run_named(session, f"2024-01-{day}").state for day in (27, 28)]
    assert states == ["failed", "completed"]


def test_a_database_that_fails_at_work_fails_the_night_and_the_next_one_heals_it(
    world: World, kind: str
) -> None:
    for code in ("a", "b", "c"):
        world.unit(code, findings=60, roles=("head",))
    world.issue()
    for night in ("2023-12-27", "2024-01-26"):
        assert world.night(night).state == "completed"
    with failing(world.database, kind, after_batches=2), pytest.raises(Unavailable) as trouble:
        run_night(world.database, as_of=at("2024-01-27"), business_date=date(2024, 1, 27),
                  via="test", settings=Settings(nights=NightSettings(batch=30)))  # fmt: skip
    with world.database.read() as session:
        run = run_named(session, "2024-01-27")
        done = run.counts["changed"]
        assert (run.state, run.warnings) == ("failed", [trouble.value.message])
        assert 60 <= done < 180
    healed = world.night("2024-01-28")
    assert (healed.state, healed.counts["changed"]) == ("completed", 180 - done)
    urged = [notice for notice in world.notices() if notice[2] == "urge"]
    assert len({*urged}) == len(urged) == 180


@contextmanager
def failing(database: Database, kind: str, after_batches: int) -> Iterator[None]:
    """After some batches the server cuts the connection off, or the disk is full for once."""
    batches = 0

    def trouble(opened: Connection, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal batches
        lapses = statement.startswith("INSERT INTO transition_log")
        batches += lapses
        if lapses and batches == after_batches + 1:
            if kind == "postgresql":
                with open_database(Settings().database_url) as other, other.read() as session:
                    session.connection().exec_driver_sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
            else:
                _limit_pages(opened, "(SELECT page_count FROM pragma_page_count)")

    def relief(context: ExceptionContext) -> None:
        if kind == "sqlite" and context.connection is not None:
            _limit_pages(context.connection, "1000000")

    event.listen(database.engine, "before_cursor_execute", trouble)
    event.listen(database.engine, "handle_error", relief)
    yield
    event.remove(database.engine, "before_cursor_execute", trouble)
    event.remove(database.engine, "handle_error", relief)


def _limit_pages(opened: Connection, pages: str) -> None:
    driver: Any = opened.connection.driver_connection
    ((count,),) = driver.execute(f"SELECT {pages}").fetchall()
    driver.execute(f"PRAGMA max_page_count = {count}")


def test_a_shard_that_always_fails_is_shown_and_does_not_stop_the_others(
    world: World, kind: str
) -> None:
    ids = [world.unit(f"u{n}", findings=120, roles=("head",)) for n in range(2)]
    world.issue()
    for night in ("2023-12-27", "2024-01-26"):
        assert world.night(night).state == "completed"
    bad = world.finding(ids[0][0]).organization_id
    with world.database.begin() as session:
        for statement in REFUSES[kind]:
            session.connection().exec_driver_sql(statement.format(organization=bad))
    report = run_night(world.database, as_of=at("2024-01-27"), business_date=date(2024, 1, 27),
                       via="test", settings=Settings(nights=NightSettings(batch=120)))  # fmt: skip
    assert (report.state, report.counts["failed"]) == ("completed-with-warnings", 100)
    assert report.counts["changed"] == 120
    assert report.warnings[-2:] == [
        "80 more findings could not be checked; see “duban run show”.",
        f"Part 1 of {report.shards} could not be finished (IntegrityError); "
        "what is left stays due.",
    ]
    with world.database.begin() as session:
        for statement in RELENTS[kind]:
            session.connection().exec_driver_sql(statement)
    healed = world.night("2024-01-28")
    assert healed.counts["changed"] == 240 - report.counts["changed"]


REFUSES = {
    "sqlite": (
        "CREATE TRIGGER refuse BEFORE INSERT ON notices WHEN NEW.organization_id = {organization} "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
        "NEW.organization_id = {organization} THEN RAISE EXCEPTION 'refused' USING "
        "ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER refuse BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION refuse()",
    ),
}
RELENTS = {
    "sqlite": ("DROP TRIGGER refuse",),
    "postgresql": ("DROP TRIGGER refuse ON notices", "DROP FUNCTION refuse"),
}
