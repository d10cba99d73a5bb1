"""How the peers make a finding overdue: by hand, or by a state machine library."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from benchmarks.peer_tables import AuditEvent, Finding

STATES = ("issued", "acknowledged", "overdue", "rectified")
OVERDUE = 2

Lapse = Callable[[Session, Finding, int], None]


def by_hand() -> Lapse:
    """An assignment and a row of the log."""

    def lapse(session: Session, row: Finding, now: int) -> None:
        _log(session, row, now)
        row.state = OVERDUE

    return lapse


def by_transitions() -> Lapse:
    """The library ``transitions``: one machine for all, each finding a model for a moment."""
    from transitions import Machine

    class Model:
        def __init__(self, session: Session, row: Finding, now: int) -> None:
            self.session, self.row, self.now = session, row, now

        def log(self) -> None:
            _log(self.session, self.row, self.now)
            self.row.state = OVERDUE

    machine = Machine(
        model=None,
        states=list(STATES),
        initial=STATES[0],
        auto_transitions=False,
        transitions=[
            {"trigger": "acknowledge", "source": "issued", "dest": "acknowledged"},
            {"trigger": "rectify", "source": list(STATES[:3]), "dest": "rectified"},
            {"trigger": "expire", "source": list(STATES[:2]), "dest": "overdue", "after": "log"},
        ],
    )

    def lapse(session: Session, row: Finding, now: int) -> None:
        model: Any = Model(session, row, now)
        machine.add_model(model, initial=STATES[row.state])
        model.expire()
        machine.remove_model(model)

    return lapse


def by_statemachine() -> Lapse:
    """The library ``python-statemachine``: a machine around each finding that lapses."""
    from statemachine import State, StateMachine

    class Flow(StateMachine):
        issued = State(value=0, initial=True)
        acknowledged = State(value=1)
        overdue = State(value=2)
        rectified = State(value=3, final=True)
        acknowledge = issued.to(acknowledged)
        rectify = issued.to(rectified) | acknowledged.to(rectified) | overdue.to(rectified)
        expire = issued.to(overdue) | acknowledged.to(overdue)

        def __init__(self, session: Session, row: Finding, now: int) -> None:
            self.session, self.row, self.now = session, row, now
            super().__init__(row, state_field="state")

        def before_expire(self) -> None:
            _log(self.session, self.row, self.now)

    def lapse(session: Session, row: Finding, now: int) -> None:
        machine: Any = Flow(session, row, now)
        machine.expire()

    return lapse


def _log(session: Session, row: Finding, now: int) -> None:
    session.add(
        AuditEvent(
            finding_id=row.id, from_state=row.state, to_state=OVERDUE, at=now, actor="nightly"
        )
    )
