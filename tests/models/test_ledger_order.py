"""Every order of the ledger, page by page, is what sorting everything gives."""

from collections.abc import Callable
from typing import Any

import pytest

from duban.services.add_findings import add_finding
from models.queries.ledger_order import Sort
from models.queries.organizations import organization_named
from models.queries.pages import Filter, page
from models.transitions import State
from tests.world import INSTALLED, World, at

NOW = at("2024-02-10T09:00")
FAR = at("9999-01-01T00:00")


def _due(row: Any) -> Any:
    return row.finding.due_at or FAR


def _number(row: Any) -> tuple[int, int]:
    return (row.finding.letter_id or 0, row.finding.item or 0)


KEYS: dict[Sort, Callable[[Any], Any]] = {
    Sort.DUE: lambda row: (_due(row), *_number(row)),
    Sort.LATEST: lambda row: (-_due(row).timestamp(), *_number(row)),
    Sort.NUMBER: _number,
    Sort.NEWEST: lambda row: (-(row.finding.letter_id or 0), row.finding.item or 0),
    Sort.ORGANIZATION: lambda row: (row.organization.code, _due(row), *_number(row)),
}


def more(world: World, code: str, batch: str) -> None:
    """Two drafts more of an organization."""
    with world.database.begin() as session:
        organization = organization_named(session, code)
        for n in (1, 2):
            add_finding(
                session, key=f"{code}-{batch}-{n}", fingerprint="", now=INSTALLED,
                organization_id=organization.id or 0, values={"text": f"more {code}"},
            )  # fmt: skip


@pytest.fixture
def district(world: World) -> World:
    """Letters of three days, in no order of their organizations; some drafts, some acts."""
    ids = {code: world.unit(code, findings=3) for code in "cab"}
    world.issue(at("2024-01-02T09:00"))
    for code in "fde":
        ids[code] = world.unit(code, findings=2)
    world.issue(at("2024-01-03T09:00"), window="P2M")
    for code in "ba":
        more(world, code, "issued")
    world.issue(at("2024-01-10T09:00"))
    world.acknowledge(ids["a"][0], at("2024-01-11T09:00"))
    world.submit(ids["a"][0], at("2024-01-12T09:00"))
    world.accept(ids["a"][0], at("2024-01-13T09:00"))
    for code in "ca":
        more(world, code, "draft")
    return world


@pytest.mark.parametrize("states", [(), (State.OVERDUE, State.ISSUED), (State.DRAFT,)])
@pytest.mark.parametrize("sort", Sort)
def test_pages_in_order(district: World, sort: Sort, states: tuple[State, ...]) -> None:
    with district.database.read() as session:
        everything = page(session, Filter(states=states), NOW, limit=200).rows
        wanted = sorted(
            everything,
            key=lambda row: (
                (1, row.organization.code if sort is Sort.ORGANIZATION else "", row.finding.id)
                if row.state is State.DRAFT
                else (0, KEYS[sort](row))
            ),
        )
        found, after = [], None
        while True:
            part = page(session, Filter(states=states, sort=sort), NOW, limit=3, after=after)
            found += part.rows
            if (after := part.next) is None:
                break
        assert [row.finding.id for row in found] == [row.finding.id for row in wanted]
        assert len(found) >= 4
