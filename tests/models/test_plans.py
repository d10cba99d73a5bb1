"""No question reads a large table from end to end, and pages are what lists were."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product

from sqlalchemy import text, update
from sqlmodel import Session, col, select

from config.settings import Settings
from duban.services.nightly import run_night
from duban.services.rules import load_rules
from models.database import Database
from models.delivery_event import EventSource
from models.escalation import Escalation
from models.finding import Finding
from models.ledger_place import Place
from models.nightly_run import NightlyRun
from models.organization import Organization
from models.queries.call_list import call_list
from models.queries.delivery_days import delivery_days
from models.queries.heard_before import heard_before
from models.queries.ledger_page import categories
from models.queries.mail_troubles import left_since, unheard_since, unsettled
from models.queries.organizations import unreachable
from models.queries.pages import Filter, page
from models.queries.particulars import MoreTime, Particulars
from models.queries.redating import shares
from models.queries.runs import last_recorded
from models.queries.scope import EVERYTHING
from models.queries.status import by_organization, figures, provisional_years, worst
from models.transitions import OPEN_STATES, State, has_lapsed
from tests.models.plans import NOW, TODAY, fill, full_scans
from tests.services.counts import differences

DAY = timedelta(days=1)
STATES = {
    "everything": (), "open": OPEN_STATES, **{state.value: (state,) for state in State},
    "without overdue": (State.ISSUED, State.ACKNOWLEDGED),
    "worst": (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE),
    "first and last": (State.DRAFT, State.WITHDRAWN),
}  # fmt: skip
REST = {
    "": {},
    "of an organization": {"organization": 37},
    "of a letter": {"letter": 41},
    "due in a week": {"due_from": TODAY, "due_to": TODAY + timedelta(days=7)},
    "overdue since": {"became_overdue_from": TODAY - timedelta(days=20)},
    "overdue until": {"became_overdue_to": TODAY - timedelta(days=20)},
}
SLOW_REST = {
    "rung": {"rung": 2}, "group": {"group": "g3"}, "text": {"text": "finding 1"},
    "several": {"rung": 1, "group": "g1", "due_to": TODAY, "organization": 37},
}  # fmt: skip
DELAYED = Filter(
    states=OPEN_STATES, particulars=Particulars(more_time=MoreTime.GRANTED, explained=False)
)
QUESTIONS: dict[str, Callable[[Session], object]] = {
    "figures": lambda session: figures(session, NOW),
    "by organization": lambda session: by_organization(session, NOW),
    "worst": lambda session: worst(session, NOW),
    "provisional years": provisional_years,
    "unreachable": unreachable,
    "call list": lambda session: call_list(session, NOW, scope=EVERYTHING),
    "heard before": lambda session: heard_before(
        session, session.exec(select(Escalation).where(col(Escalation.id) < 50)).all(), ("urge",)
    ),
    "last recorded": last_recorded,
    "redating": lambda session: [*shares(session, TODAY + timedelta(days=25))],
    "categories": lambda session: categories(session, 1_000, scope=EVERYTHING),
    "particulars": lambda session: page(session, DELAYED, NOW, limit=20),
    "mails of each day": lambda session: delivery_days(
        session, [TODAY - n * DAY for n in reversed(range(14))]
    ),
    "mails that are not settled": lambda session: unsettled(session, NOW),
    "mails that left": lambda session: left_since(session, NOW - DAY),
    "mails unheard of": lambda session: unheard_since(session, EventSource.WEBHOOK, NOW),
}


def filled(database: Database, findings: int) -> Database:
    with database.begin() as session:
        fill(session, findings)
    return database


def analyze(database: Database) -> None:
    with database.begin() as session:
        session.connection().execute(text("ANALYZE"))


def scans_by_question(database: Database) -> dict[str, list[str]]:
    """What each question reads from end to end, where it does."""
    found = {}
    for name, ask in QUESTIONS.items():
        with database.read() as session, full_scans(database) as scans:
            ask(session)
        found[name] = scans
    for (states, wanted), (rest, narrowed) in product(STATES.items(), REST.items()):
        chosen = Filter(states=wanted, **narrowed)
        with database.read() as session, full_scans(database) as scans:
            first = page(session, chosen, NOW, limit=20)
            page(session, chosen, NOW, limit=20, after=first.next)
        found[f"page of {states} {rest}"] = scans
    return {name: scans for name, scans in found.items() if scans}


def test_no_question_reads_a_large_table_to_its_end(database: Database) -> None:
    """Whether or not SQLite was ever told to analyze; PostgreSQL does it by itself."""
    filled(database, 20_000)
    if database.engine.dialect.name == "sqlite":
        assert scans_by_question(database) == {}
    analyze(database)
    assert scans_by_question(database) == {}


def test_a_night_reads_no_large_table_to_its_end(database: Database) -> None:
    filled(database, 20_000)
    settings = Settings()
    with database.begin() as session:
        if database.engine.dialect.name == "postgresql":
            sequence = "pg_get_serial_sequence('nightly_runs', 'id')"
            session.connection().execute(text(f"SELECT setval({sequence}, 1000)"))
        rules = load_rules(session, settings)
        session.exec(
            update(NightlyRun).values(
                policy_version=rules.policy.version,
                calendar_version=rules.calendar.version_of(rules.calendar.covered_years),
            )
        )
    analyze(database)
    with full_scans(database) as scans:
        report = run_night(database, as_of=NOW, business_date=TODAY, via="test", settings=settings)
    assert scans == []
    assert report.counts["noticed"] + report.counts["changed"] > 30


def test_full_scans_are_seen(database: Database) -> None:
    filled(database, 500)
    analyze(database)
    with database.begin() as session, full_scans(database) as scans:
        session.exec(select(Finding).where(Finding.text == "x")).all()
        session.connection().execute(update(Finding).values(rung=1))
    assert [line.partition(":")[0] for line in scans] == ["findings", "findings"]


def test_the_figures_of_a_ledger_are_true(database: Database) -> None:
    filled(database, 2_000)
    with database.read() as session:
        assert differences(session, NOW) == []
        assert provisional_years(session) == [2024]
        assert [one.id for one in unreachable(session)] == [47]


def test_pages_hold_what_a_search_of_everything_finds(database: Database) -> None:
    filled(database, 1_000)
    with database.read() as session:
        query = select(Finding, Organization)
        rows = session.exec(
            query.join(Organization, Finding.organization_id == Organization.id)
        ).all()
        some = [STATES[name] for name in ("everything", "open", "overdue")]
        for states, rest in (
            *product(STATES.values(), REST.values()),
            *product(some, SLOW_REST.values()),
        ):
            wanted = Filter(states=states, **rest)
            fit = (finding for finding, one in rows if _fits(finding, one, wanted))
            expected = [finding.id for finding in sorted(fit, key=_order)]
            assert _all_pages(session, wanted) == expected, wanted


def _all_pages(session: Session, wanted: Filter) -> list[int | None]:
    """The ids of every page; each place travels as the text that people see."""
    found: list[int | None] = []
    after: Place | None = None
    while True:
        part = page(session, wanted, NOW, limit=7 if len(found) < 20 else 500, after=after)
        assert [row.state for row in part.rows] == [_state(row.finding) for row in part.rows]
        found += [row.finding.id for row in part.rows]
        if part.next is None:
            return found
        after = Place.parse(str(part.next))


def _state(finding: Finding) -> State:
    return State.OVERDUE if has_lapsed(finding.state, finding.due_at, NOW) else finding.state


def _order(finding: Finding) -> tuple[object, ...]:
    if finding.due_at is None:
        return (True, finding.id)
    return (False, finding.due_at, finding.letter_id, finding.item, finding.id)


def _fits(finding: Finding, organization: Organization, wanted: Filter) -> bool:
    day = finding.last_day
    became = None
    if day is not None and (finding.overdue_at or _state(finding) is State.OVERDUE):
        became = day + timedelta(days=1)
    return (
        (not wanted.states or _state(finding) in wanted.states)
        and wanted.organization in (None, finding.organization_id)
        and wanted.letter in (None, finding.letter_id)
        and wanted.group in (None, organization.ranking_group)
        and wanted.rung in (None, finding.rung)
        and (wanted.text or "") in finding.text
        and _between(day, wanted.due_from, wanted.due_to)
        and _between(became, wanted.became_overdue_from, wanted.became_overdue_to)
    )


def _between(day: date | None, first: date | None, last: date | None) -> bool:
    if first is None and last is None:
        return True
    return day is not None and (first or day) <= day <= (last or day)
