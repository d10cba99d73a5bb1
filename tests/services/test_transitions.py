"""One writer, compare-and-set; timeliness is judged at submission."""

import pytest
from sqlmodel import col, select

from duban.services.reopen import reopen
from duban.services.submit import submit
from duban.services.transition import transition
from duban.services.withdraw import withdraw
from models.errors import BadInput, IllegalTransition, NotAllowed, RefusedByRule, StaleVersion
from models.finding import Finding
from models.periods import Period
from models.submission import Submission
from models.transitions import Event
from tests.world import CLERK, SUPERVISOR, UNIT, VERIFIER, World, at


@pytest.fixture
def one(world: World) -> int:
    """A finding issued on 26 December 2023, due on 26 January 2024."""
    (finding_id,) = world.unit("a")
    world.issue()
    return finding_id


def test_a_report_in_time_keeps_its_timeliness_however_long_we_take(world: World, one: int) -> None:
    world.submit(one, at("2024-01-26T23:59"))
    world.nights("2024-01-27", "2024-02-10")
    world.accept(one, at("2024-02-10T10:00"))
    found = world.finding(one)
    assert (found.state, found.on_time_original, found.on_time, found.overdue_at) == (
        "rectified", True, True, None,
    )  # fmt: skip
    assert world.history(one) == [
        ("issue", "issued", "2023-12-26T17:30"),
        ("submit", "submitted", "2024-01-26T23:59"),
        ("accept", "rectified", "2024-02-10T10:00"),
    ]


def test_at_the_due_instant_it_is_late_with_or_without_a_check(world: World, one: int) -> None:
    world.submit(one, at("2024-01-27T00:00"))
    world.accept(one, at("2024-01-29T09:00"))
    found = world.finding(one)
    assert (found.on_time_original, found.on_time) == (False, False)
    assert world.history(one)[1:] == [
        ("lapse", "overdue", "2024-01-27T00:00"),
        ("submit", "submitted", "2024-01-27T00:00"),
        ("accept", "rectified", "2024-01-29T09:00"),
    ]


def test_submitting_acknowledges_too(world: World, one: int) -> None:
    world.submit(one, at("2024-01-05T10:00"))
    assert world.finding(one).acknowledged_at == at("2024-01-05T10:00")


def test_a_late_receipt_is_recorded_and_stays_overdue(world: World, one: int) -> None:
    world.night("2024-01-27")
    world.acknowledge(one, at("2024-01-28T09:00"))
    found = world.finding(one)
    assert (found.state, found.acknowledged_at) == ("overdue", at("2024-01-28T09:00"))


@pytest.mark.parametrize(
    ("returned", "state", "overdue_at"),
    [
        ("2024-01-20T10:00", "acknowledged", None),
        ("2024-01-30T10:00", "overdue", "2024-01-27T00:00"),
    ],
)
def test_a_return_gives_back_the_clock(
    world: World, one: int, returned: str, state: str, overdue_at: str | None
) -> None:
    world.submit(one, at("2024-01-15T10:00"))
    world.send_back(one, at(returned))
    found = world.finding(one)
    assert (found.state, found.returns, found.overdue_at) == (
        state, 1, at(overdue_at) if overdue_at else None,
    )  # fmt: skip


def test_more_time_counts_from_the_old_due_day_and_the_original_stays(
    world: World, one: int
) -> None:
    world.grant(world.ask(one, "10wd", at("2024-01-20T10:00")), at("2024-01-22T10:00"))
    found = world.finding(one)
    assert (str(found.original_last_day), str(found.last_day), found.state) == (
        "2024-01-26", "2024-02-08", "issued",
    )  # fmt: skip
    world.submit(one, at("2024-02-08T20:00"))
    world.accept(one, at("2024-02-09T09:00"))
    done = world.finding(one)
    assert (done.on_time_original, done.on_time) == (False, True)


@pytest.mark.parametrize(("receipt", "state"), [(True, "acknowledged"), (False, "issued")])
def test_extending_an_overdue_finding_takes_it_back(
    world: World, one: int, receipt: bool, state: str
) -> None:
    if receipt:
        world.acknowledge(one, at("2024-01-02T10:00"))
    world.night("2024-01-27")
    request = world.ask(one, "P15D", at("2024-01-28T10:00"))
    world.grant(request, at("2024-01-29T10:00"))
    found = world.finding(one)
    # The 15th day, 10 February, is the Spring Festival; the 18th is worked.
    assert (found.state, str(found.last_day), found.overdue_at, found.rung) == (
        state, "2024-02-18", None, 0,
    )  # fmt: skip


def test_a_new_date_must_lie_ahead(world: World, one: int) -> None:
    world.night("2024-01-27")
    request = world.ask(one, "1d", at("2024-01-28T10:00"))
    with pytest.raises(RefusedByRule, match="has passed already"):
        world.grant(request, at("2024-02-20T10:00"))
    assert world.finding(one).state == "overdue"


def test_a_request_after_expiry_is_marked_late(world: World, one: int) -> None:
    from models.extension import ExtensionRequest

    (other,) = world.unit("b")
    world.issue()
    in_time = world.ask(one, "P15D", at("2024-01-26T23:00"))
    late = world.ask(other, "P15D", at("2024-01-27T00:00"))
    with world.database.read() as session:
        marks = [session.get_one(ExtensionRequest, number).late for number in (in_time, late)]
    assert marks == [False, True]


def test_a_second_request_waits_for_the_first_decision(world: World, one: int) -> None:
    first = world.ask(one, "P15D", at("2024-01-20T10:00"))
    with pytest.raises(RefusedByRule, match=f"Request {first} for this finding waits"):
        world.ask(one, "P15D", at("2024-01-21T10:00"))
    world.grant(first, at("2024-01-22T10:00"))
    world.ask(one, "5wd", at("2024-01-23T10:00"))


def test_a_verifier_never_accepts_their_own_report(world: World, one: int) -> None:
    from duban.services.review import accept
    from duban.services.transition import Actor
    from models.transitions import Role

    world.submit(one, at("2024-01-15T10:00"))
    both = Actor(UNIT.name, Role.VERIFIER)
    with pytest.raises(NotAllowed, match="another verifier"), world.database.begin() as session:
        accept(session, [session.get_one(Finding, one)], now=at("2024-01-16T10:00"), actor=both,
               rules=world.rules(session))  # fmt: skip
    assert world.finding(one).state == "submitted"


def test_a_look_back_opens_a_new_window(world: World, one: int) -> None:
    world.submit(one, at("2024-01-10T10:00"))
    world.accept(one, at("2024-01-11T10:00"))
    with world.database.begin() as session:
        reopen(session, [session.get_one(Finding, one)], window=Period.parse("P1M"),
               reason="it came back", now=at("2024-03-05T10:00"), actor=SUPERVISOR,
               rules=world.rules(session))  # fmt: skip
    found = world.finding(one)
    # 5 April 2024 lies in the Qingming days; Sunday the 7th is worked.
    assert (found.state, str(found.last_day), str(found.original_last_day)) == (
        "acknowledged", "2024-04-07", "2024-04-07",
    )  # fmt: skip


def test_withdrawing_needs_a_reason_and_ends_the_clock(world: World, one: int) -> None:
    with pytest.raises(BadInput), world.database.begin() as session:
        withdraw(session, [session.get_one(Finding, one)], reason=" ", now=at("2024-01-10T10:00"),
                 actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip
    with world.database.begin() as session:
        withdraw(session, [session.get_one(Finding, one)], reason="sent to the wrong unit",
                 now=at("2024-01-10T10:00"), actor=SUPERVISOR, rules=world.rules(session))  # fmt: skip
    world.nights("2024-01-11", "2024-02-08")
    found = world.finding(one)
    assert (found.state, found.phase, world.notices()) == ("withdrawn", "withdrawn", [])


def test_an_arrow_that_is_not_there_names_those_that_are(world: World, one: int) -> None:
    with pytest.raises(IllegalTransition) as caught:
        world.accept(one, at("2024-01-10T10:00"))
    assert caught.value.details["allowed"] == ["acknowledge", "submit", "extend", "withdraw"]


def test_an_arrow_belongs_to_a_role(world: World, one: int) -> None:
    with pytest.raises(NotAllowed), world.database.begin() as session:
        submit(session, [session.get_one(Finding, one)], report="r", now=at("2024-01-10T10:00"),
               actor=VERIFIER, rules=world.rules(session))  # fmt: skip


def test_the_second_of_two_clerks_gets_a_sentence(world: World, one: int) -> None:
    with world.database.read() as session:
        old = session.get_one(Finding, one)
        session.expunge(old)
    world.submit(one, at("2024-01-10T10:00"))
    with pytest.raises(StaleVersion), world.database.begin() as session:
        transition(session, old, Event.WITHDRAW, now=at("2024-01-10T10:01"), actor=SUPERVISOR,
                   rules=world.rules(session), reason="wrong")  # fmt: skip
    assert [event for event, _to, _when in world.history(one)] == ["issue", "submit"]


def test_what_fails_leaves_nothing_half_written(world: World, one: int) -> None:
    with pytest.raises(BadInput), world.database.begin() as session:
        finding = session.get_one(Finding, one)
        submit(session, [finding], report="r", now=at("2024-01-10T10:00"), actor=UNIT,
               rules=world.rules(session), evidence=[world.settings.data_dir / "missing.pdf"])  # fmt: skip
    with world.database.read() as session:
        stored = session.exec(select(Submission).where(col(Submission.finding_id) == one)).all()
    assert (world.finding(one).state, stored, world.messages("submitted")) == ("issued", [], [])


def test_the_clerk_alone_issues(world: World) -> None:
    assert CLERK.role.value == "clerk"
