"""What the dashboard draws is read from indexes, for everybody and for a part."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.database import Database
from models.finding import Finding
from models.queries.organization_card import people_of, said_by
from models.queries.scope import EVERYTHING, Scope
from models.queries.statistics import (
    counted_since,
    mondays,
    on_time,
    open_by_week,
    standing_of,
    undecided,
)
from models.queries.status import figures, worst
from models.ranking import OnTime
from models.transitions import OPEN_STATES, State, has_lapsed
from tests.models.plans import NOW, TODAY, fill, full_scans
from tests.services.counts import true_figures

WEEKS = mondays(TODAY, 3, 4)
QUESTIONS: dict[str, Callable[[Session, Scope], object]] = {
    "standing": lambda session, scope: standing_of(session, NOW, scope),
    "figures": lambda session, scope: figures(session, NOW, scope),
    "undecided": lambda session, scope: undecided(session, NOW, scope),
    "worst": lambda session, scope: worst(session, NOW, scope),
    "weeks": lambda session, _scope: open_by_week(session, range(10, 25), WEEKS),
    "on time": lambda session, scope: on_time(session, NOW, TODAY, scope),
    "since": lambda session, _scope: counted_since(session, NOW, 30_000),
    "said": lambda session, _scope: said_by(session, 37, limit=30),
    "people": lambda session, _scope: people_of(session, 37),
}


def test_nothing_is_read_to_its_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.queries.statistics.MOST", 1_000)
    with database.begin() as session:
        fill(session, 20_000)
        session.connection().execute(text("ANALYZE"))
    found = {}
    for scope in (EVERYTHING, Scope(organization=37), Scope(path="/37/")):
        for name, ask in QUESTIONS.items():
            with database.read() as session, full_scans(database) as scans:
                ask(session, scope)
            found[name, scope] = scans
    assert {name: scans for name, scans in found.items() if scans} == {}


def test_sums_are_those_of_the_findings(database: Database) -> None:
    with database.begin() as session:
        fill(session, 1_000)
    with database.read() as session:
        findings = [
            (one, State.OVERDUE if has_lapsed(one.state, one.due_at, NOW) else one.state)
            for one in session.exec(select(Finding))
        ]
        ours = [(one, state) for one, state in findings if one.organization_id == 37]
        scope = Scope(organization=37)
        standing = standing_of(session, NOW, scope)
        assert (standing.open, standing.states[State.OVERDUE]) == (
            sum(state in OPEN_STATES for _one, state in ours),
            sum(state is State.OVERDUE for _one, state in ours),
        )
        assert figures(session, NOW) == true_figures(session, NOW)
        weeks = open_by_week(session, [37], WEEKS)[37]
        assert sum(weeks) == standing.open
        assert weeks[4] == sum(
            state in OPEN_STATES and WEEKS[3] <= one.last_day < WEEKS[4] for one, state in ours
        )
        first = WEEKS[0]
        assert sum(on_time(session, NOW, first).values(), OnTime()).n == sum(
            one.last_day is not None and one.last_day >= first and (
                state is State.RECTIFIED or (state in OPEN_STATES and one.due_at <= NOW)
            )
            for one, state in findings
        )  # fmt: skip
