"""The peers: a night as people write it with an ORM, on the floor's tables.

Each is one unit of work that loads findings as objects, changes them and lets SQLAlchemy
write; the machine that makes a finding overdue and the findings that are loaded differ.
"""

import json
from time import perf_counter
from typing import Literal

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from benchmarks.floor import DAY, OFFSETS, instant, verify
from benchmarks.peer_machines import Lapse, by_hand, by_statemachine, by_transitions
from benchmarks.peer_tables import Escalation, Finding, Outbox
from benchmarks.places import Place
from benchmarks.workload import LAPSE_STEP, STEPS

Peer = Literal["orm", "transitions", "python-statemachine", "orm over all open"]
MACHINES = {
    "orm": by_hand,
    "transitions": by_transitions,
    "python-statemachine": by_statemachine,
    "orm over all open": by_hand,
}
CLOSED = 3


def run(place: Place, name: str, peer: Peer, nights: list[int], due: list[int]) -> list[float]:
    """The seconds of each of ``nights``, in which ``due`` findings come due."""
    engine = place.engine(name)
    lapse = MACHINES[peer]()
    everything = peer == "orm over all open"
    hold_night(engine, lapse, instant(-1), everything=False)
    spent = []
    for night in nights:
        began = perf_counter()
        hold_night(engine, lapse, instant(night), everything=everything)
        spent.append(perf_counter() - began)
    engine.dispose()
    connection = place.connect(name)
    for night, k in zip(nights, due, strict=True):
        verify(connection, night, k)
    connection.close()
    return spent


def hold_night(engine: Engine, lapse: Lapse, now: int, *, everything: bool) -> None:
    """Walk over the findings that are due, or over all that are open, in one transaction."""
    digests: dict[int, list[int]] = {}
    query = select(Finding)
    if everything:
        query = query.where(Finding.state != CLOSED)
    else:
        query = query.where(col(Finding.next_action_at) <= now)
    with Session(engine) as session, session.begin():
        for row in session.exec(query):
            if row.next_action_at is None or row.next_action_at > now:
                continue
            take_step(session, row, lapse, now)
            digests.setdefault(row.org_id, []).append(row.id)
        for org_id, ids in digests.items():
            body = json.dumps({"n": len(ids), "ids": ids})
            session.add(Outbox(org_id=org_id, night=now, body=body))


def take_step(session: Session, row: Finding, lapse: Lapse, now: int) -> None:
    """One finding's step tonight, and when the next one comes."""
    if row.step == LAPSE_STEP:
        lapse(session, row, now)
    session.add(Escalation(finding_id=row.id, step=row.step, at=now))
    later = row.step + 1
    row.next_action_at = row.due_at + OFFSETS[later] * DAY if later < STEPS else None
    row.step = later
