"""After any history the counts are what the findings say, and the figures what people count."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from duban.services.acknowledge import acknowledge
from duban.services.count_findings import Counted, shift
from duban.services.decide_escalation import decide
from duban.services.reopen import reopen
from duban.services.submit import submit
from duban.services.withdraw import withdraw
from models.calendar import start_of_day
from models.errors import DubanError
from models.escalation import Escalation
from models.finding import Finding
from models.schema import upgrade
from models.transitions import State
from tests.command import duban
from tests.ledger.tables import write
from tests.places import downgrade
from tests.services.counter_acts import annul, reinstate, rescind, revoke
from tests.services.counts import differences, stored
from tests.services.test_calendar_import import LONG, arrive, notice
from tests.world import SUPERVISOR, UNIT, World, at

FIRST = date(2026, 11, 2)
DAYS, ACTS_A_DAY = 60, 2


class History:
    """A district in which anything may happen; what the rules refuse leaves nothing."""

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world, self.folder, self.seed = world, folder, seed
        self.chance = random.Random(seed)
        self.now = start_of_day(FIRST)
        self.made = 0
        self.refused = self.done = 0

    def found(self) -> list[str]:
        """What is wrong after each step, from the first that went wrong."""
        for number in range(DAYS):
            day = FIRST + timedelta(days=number)
            if self.chance.random() < 0.8:
                self.step(day, 0, self.night)
            for hour in range(ACTS_A_DAY):
                self.step(day, 9 + hour, self.chance.choice(self.acts))
            if number == DAYS // 2:
                self.step(day, 12, self.calendar)
            with self.world.database.read() as session:
                if wrong := differences(session, self.now):
                    return [f"seed {self.seed}, {day}:", *wrong]
        return []

    def step(self, day: date, hour: int, act: Callable[[], object]) -> None:
        self.now = start_of_day(day) + timedelta(hours=hour, minutes=10)
        try:
            act()
            self.done += 1
        except DubanError:
            self.refused += 1

    @property
    def acts(self) -> list[Callable[[], object]]:
        often = [self.unit, self.issue, self.acknowledge, self.submit, self.submit, self.accept]
        return [*often, *often, self.late_report, self.send_back, self.extend, self.reopen,
                self.withdraw, self.withdraw_some, self.decide, self.decide, self.take_back,
                self.take_back, self.import_and_undo, self.import_more]  # fmt: skip

    def one(self, *states: State) -> Finding:
        """A finding in one of these states where there is one; else any."""
        with self.world.database.read() as session:
            query = select(Finding).order_by(col(Finding.id))
            every = list(session.exec(query))
            fit = [finding for finding in every if finding.state in states] or every
            if not fit:
                raise DubanError("nothing there yet")
            chosen = self.chance.choice(fit)
            session.expunge(chosen)
            return chosen

    def id_in(self, *states: State) -> int:
        return self.one(*states).id or 0

    def night(self) -> None:
        self.world.night(str(self.now.date()))

    def unit(self) -> None:
        self.made += 1
        self.world.unit(f"u{self.made}", findings=self.chance.randint(1, 3))

    def issue(self) -> None:
        self.world.issue(self.now, window=self.chance.choice(["P1M", "P2M", "5wd"]))

    def acknowledge(self) -> None:
        with self.world.database.begin() as session:
            finding = session.get_one(Finding, self.id_in(State.ISSUED, State.OVERDUE))
            acknowledge(session, [finding], now=self.now, actor=UNIT,
                        rules=self.world.rules(session))  # fmt: skip

    def submit(self) -> None:
        running = (State.ISSUED, State.ACKNOWLEDGED, State.OVERDUE)
        self.world.submit(self.id_in(*running), self.now)

    def late_report(self) -> None:
        """Handed in on paper while the period ran, entered now."""
        with self.world.database.begin() as session:
            finding = session.get_one(Finding, self.id_in(State.OVERDUE))
            at = min(self.now, (finding.due_at or self.now) - timedelta(hours=1))
            submit(session, [finding], report="report", now=self.now, at=at, actor=UNIT,
                   rules=self.world.rules(session))  # fmt: skip

    def accept(self) -> None:
        self.world.accept(self.id_in(State.SUBMITTED), self.now)

    def send_back(self) -> None:
        self.world.send_back(self.id_in(State.SUBMITTED), self.now)

    def extend(self) -> None:
        finding = self.id_in(State.ACKNOWLEDGED, State.OVERDUE)
        request = self.world.ask(finding, "P1M", self.now)
        if self.chance.random() < 0.7:
            self.world.grant(request, self.now)

    def reopen(self) -> None:
        with self.world.database.begin() as session:
            finding = session.get_one(Finding, self.id_in(State.RECTIFIED))
            reopen(session, [finding], reason="re-check", now=self.now, actor=SUPERVISOR,
                   rules=self.world.rules(session))  # fmt: skip

    def withdraw(self) -> None:
        self._withdraw([self.id_in(State.OVERDUE, State.ISSUED)])

    def withdraw_some(self) -> None:
        """The second is a draft, so that neither is withdrawn."""
        self._withdraw([self.id_in(State.OVERDUE), self.id_in(State.DRAFT)])

    def _withdraw(self, ids: list[int]) -> None:
        with self.world.database.begin() as session:
            findings = [session.get_one(Finding, one) for one in ids]
            withdraw(session, findings, reason="error", now=self.now, actor=SUPERVISOR,
                     rules=self.world.rules(session))  # fmt: skip

    def decide(self) -> None:
        with self.world.database.begin() as session:
            query = select(Escalation.id).where(Escalation.state == "proposed")
            waiting = [one for one in session.exec(query.order_by(col(Escalation.id))) if one]
            chosen = self.chance.sample(waiting, min(2, len(waiting)))
            decide(session, chosen, self.chance.random() < 0.3, now=self.now, actor=SUPERVISOR,
                   reason="so", rules=self.world.rules(session))  # fmt: skip

    def take_back(self) -> None:
        act, state = self.chance.choice(
            [(reinstate, State.WITHDRAWN), (revoke, State.ACKNOWLEDGED), (rescind, State.OVERDUE),
             (annul, State.ACKNOWLEDGED)]
        )  # fmt: skip
        act(self.world, self.id_in(state), self.now)

    def import_more(self, keep: bool = True) -> None:
        self.made += 1
        path = write(self.folder / f"{self.made}.xlsx", [
            ["编号", "责任单位", "存在问题"],
            *([f"T-{self.made}-{n}", f"新单位{self.made % 3}", f"警示教育第{n}次开展不够经常"] for n in range(3)),
        ])  # fmt: skip
        answer = duban(
            "import", "ledger", "apply", path, "--create-organizations", "--yes", "--json"
        )
        assert answer.code == 0, answer
        if not keep:
            undone = duban("import", "ledger", "undo", answer.data["import"], "--yes")
            assert undone.code == 0, undone

    def import_and_undo(self) -> None:
        self.import_more(keep=False)

    def calendar(self) -> None:
        arrive(self.world, notice(LONG), self.now)


@pytest.mark.parametrize("seed", [1, 2])
def test_counts_after_any_history(world: World, folder: Path, seed: int) -> None:
    history = History(world, folder, seed)
    assert history.found() == []
    assert history.done > history.refused


def test_a_transaction_that_fails_shifts_nothing(world: World) -> None:
    (one,) = world.unit("a")
    with world.database.read() as session:
        before = stored(session)
    here = Counted(world.finding(one).organization_id, State.DRAFT, False, False, False)
    with suppress(ZeroDivisionError), world.database.begin() as session:
        shift(session, here, here._replace(state=State.ISSUED))
        raise ZeroDivisionError
    with world.database.read() as session:
        assert stored(session) == before == {here[:-1]: 1}


def test_shifts_of_one_transaction_are_summed(world: World) -> None:
    (one,) = world.unit("a")
    here = Counted(world.finding(one).organization_id, State.DRAFT, False, False, False)
    there = here._replace(state=State.WITHDRAWN)
    with world.database.begin() as session:
        shift(session, None, here, 5)
        shift(session, here, there, 4)
        shift(session, there, None)
        shift(session, here, here, 7)
    with world.database.begin() as session:
        shift(session, there, here, 3)
    with world.database.read() as session:
        assert stored(session) == {here[:-1]: 5}


def with_a_proposal(world: World) -> int:
    (one,) = world.unit("a")
    world.issue()
    world.nights("2024-01-27", "2024-02-02")
    assert [rung for _finding, _due, rung, _day in world.proposals()] == ["circular"]
    return one


def test_a_proposal_declined_meanwhile_is_not_counted_twice(world: World) -> None:
    """Deciding leaves the version alone, so an act may begin with what was true before."""
    one, now = with_a_proposal(world), at("2024-02-02T10:00")
    stale = world.finding(one)
    with world.database.begin() as session:
        decide(session, [1], False, now=now, actor=SUPERVISOR, reason="so",
               rules=world.rules(session))  # fmt: skip
    with world.database.begin() as session:
        withdraw(session, [stale], reason="error", now=now, actor=SUPERVISOR,
                 rules=world.rules(session))  # fmt: skip
    with world.database.read() as session:
        assert differences(session, now) == []
        assert stored(session) == {(stale.organization_id, State.WITHDRAWN, False, False, False): 1}


def test_an_older_database_is_counted_when_it_is_upgraded(world: World) -> None:
    one = with_a_proposal(world)
    world.unit("b", findings=2)
    with world.database.read() as session:
        before = stored(session)
    downgrade(world.database, "0005")
    upgrade(world.settings.database_url).close()
    with world.database.read() as session:
        assert stored(session) == before
        assert differences(session, at("2024-02-02T10:00")) == []
    assert world.finding(one).escalated is True


def test_a_figure_moves_at_the_very_instant(world: World) -> None:
    """Whether or not the check has run: due is exclusive."""
    (one,) = world.unit("a")
    world.issue()
    due_at = world.finding(one).due_at
    assert due_at is not None

    def wrong(instant: datetime) -> list[str]:
        with world.database.read() as session:
            return differences(session, instant)

    second = timedelta(seconds=1)
    assert [wrong(due_at + n * second) for n in (-8 * 86_400, -7 * 86_400, -1, 0, 1)] == [[]] * 5
