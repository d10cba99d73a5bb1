"""The figures of a month, held to a small district that was counted by hand."""

import pytest
from sqlmodel import Session, select

from duban.services.decide_escalation import decide
from duban.services.withdraw import withdraw
from models.errors import BadInput
from models.escalation import Escalation
from models.finding import Finding
from models.month import Month, month_of, typed_month
from models.month_figures import Days, MonthFigures, OfOne
from models.organization import Organization
from models.queries.month import month_figures
from models.queries.organizations import organization_named
from models.queries.scope import Scope
from models.ranking import OnTime
from models.transitions import Event
from tests.world import SUPERVISOR, World, at

JANUARY, FEBRUARY = Month(2024, 1), Month(2024, 2)


def lived(world: World) -> None:
    """Letters of 26 December run out on 26 January; c's of 5 January on 5 February."""
    (a1, a2, a3), (_b1, b2) = world.unit("a", findings=3), world.unit("b", findings=2)
    (d1,), (e1,) = world.unit("d"), world.unit("e")
    world.issue()
    world.unit("c")
    world.issue(at("2024-01-05T09:00"))
    world.submit(a1, at("2024-01-10T09:00"))
    world.accept(a1, at("2024-01-12T09:00"))
    world.submit(d1, at("2024-01-08T09:00"))
    with world.database.begin() as session:
        withdraw(session, [session.get_one(Finding, d1)], reason="sent by mistake",
                 now=at("2024-01-10T10:00"), actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip
    world.submit(e1, at("2024-01-15T23:59"))
    world.accept(e1, at("2024-01-16T00:00"))
    world.submit(a2, at("2024-01-20T09:00"))
    world.grant(world.ask(a3, "10wd", at("2024-01-20T09:00")), at("2024-01-22T09:00"))
    world.send_back(a2, at("2024-01-24T09:00"))
    world.submit(b2, at("2024-01-29T09:00"))
    world.submit(a2, at("2024-01-30T09:00"))
    world.accept(b2, at("2024-01-31T09:00"))


def of(session: Session, code: str) -> Organization:
    found = organization_named(session, code)
    assert found is not None
    return found


def test_a_month_counted_by_hand(world: World) -> None:
    lived(world)
    as_of = at("2024-02-01T09:00")
    with world.database.read() as session:
        a, b, c, e = (of(session, code) for code in "abce")
        assert month_figures(session, JANUARY, as_of) == MonthFigures(
            JANUARY,
            as_of,
            [
                OfOne(b, 1, 1, 6, 0, 0, OnTime(0, 1, 1), OnTime(0, 1, 1)),
                OfOne(a, 2, 0, 0, 1, 1, OnTime(1, 0, 2), OnTime(1, 0, 1)),
                OfOne(c, 1, 0, 0, 0, 0, OnTime(), OnTime()),
                OfOne(e, 0, 0, 0, 0, 0, OnTime(1, 0, 0), OnTime(1, 0, 0)),
            ],
            letters=1,
            findings=1,
            acts={
                Event.ISSUE: 1, Event.SUBMIT: 5, Event.RETURN: 1, Event.ACCEPT: 3, Event.EXTEND: 1,
            },
            approved={},
            theirs=Days(5, 20.0),
            ours=Days(4, 2.0),
            review_late=0,
        )  # fmt: skip
        total = month_figures(session, JANUARY, as_of).total
        assert (total.open, total.overdue, total.late, total.in_review) == (4, 1, 1, 1)
        assert (total.by_original.words, total.by_present.words) == ("2/6", "2/5")
        ours = month_figures(session, JANUARY, as_of, Scope(organization=b.id or 0))
        assert ([one.organization.code for one in ours.organizations], ours.theirs, ours.ours) == (
            ["b"], Days(1, 34.0), Days(1, 2.0),
        )  # fmt: skip

    world.accept(2, at("2024-02-02T09:00"))
    world.night("2024-02-05")
    with world.database.begin() as session:
        (proposal,) = session.exec(select(Escalation)).all()
        decide(session, [proposal.id or 0], True, now=at("2024-02-06T09:00"), actor=SUPERVISOR,
               rules=world.rules(session))  # fmt: skip
    as_of = at("2024-02-09T09:00")
    with world.database.read() as session:
        a, b, c = (of(session, code) for code in "abc")
        assert month_figures(session, FEBRUARY, as_of) == MonthFigures(
            FEBRUARY,
            as_of,
            [
                OfOne(b, 1, 1, 14, 0, 0, OnTime(), OnTime()),
                OfOne(c, 1, 1, 4, 0, 0, OnTime(0, 0, 1), OnTime(0, 0, 1)),
                OfOne(a, 1, 1, 1, 0, 0, OnTime(), OnTime(0, 0, 1)),
            ],
            letters=0,
            findings=0,
            acts={Event.ACCEPT: 1},
            approved={2: 1},
            theirs=Days(0, None),
            ours=Days(1, 3.0),
            review_late=0,
        )


def test_a_month_is_typed_and_ends() -> None:
    assert typed_month("2024-12") == Month(2024, 12) == month_of(at("2024-12-31T23:59"))
    assert Month(2024, 12).ends == at("2025-01-01T00:00") == Month(2025, 1).begins
    assert (str(Month(2024, 2)), Month(2024, 2).words) == ("2024-02", "Feb 2024")
    for text in ("2024", "2024-13", "2024-1", "2024-00", "1989-01", "٢٠٢٤-01", "2024-01-01"):
        with pytest.raises(BadInput):
            typed_month(text)
