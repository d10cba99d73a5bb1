"""Taking back what the commission did, and the acts that it takes back; each a committed act."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from duban.services.annul_receipt import annul_receipt
from duban.services.decide_escalation import decide
from duban.services.reinstate import reinstate as reinstate_findings
from duban.services.rescind import rescind as rescind_steps
from duban.services.revoke import revoke_extension, standing_request
from duban.services.withdraw import withdraw as withdraw_findings
from models.errors import NotFound
from models.escalation import Escalation
from models.finding import Finding
from models.letter import Letter
from tests.world import CLERK, SUPERVISOR, World


def withdraw(world: World, finding_id: int, when: datetime) -> None:
    _act(
        world, finding_id, lambda session, one, how: withdraw_findings(session, [one], **how), when
    )


def reinstate(world: World, finding_id: int, when: datetime) -> None:
    _act(
        world, finding_id, lambda session, one, how: reinstate_findings(session, [one], **how), when
    )


def revoke(world: World, finding_id: int, when: datetime) -> None:
    """The time that was granted last."""

    def act(session: Session, finding: Finding, how: dict[str, Any]) -> None:
        request = standing_request(session, finding)
        if request is None:
            raise NotFound("no granted time")
        revoke_extension(session, [request], **how)

    _act(world, finding_id, act, when)


def approve(world: World, finding_id: int, when: datetime) -> None:
    """The newest step that is proposed."""
    _act(
        world, finding_id,
        lambda session, one, how: decide(session, [_step(session, one, "proposed")], True, **how),
        when,
    )  # fmt: skip


def rescind(world: World, finding_id: int, when: datetime) -> None:
    """The newest step that is approved."""
    _act(
        world, finding_id,
        lambda session, one, how: rescind_steps(session, [_step(session, one, "approved")], **how),
        when,
    )  # fmt: skip


def annul(world: World, finding_id: int, when: datetime) -> None:
    def act(session: Session, finding: Finding, how: dict[str, Any]) -> None:
        if finding.letter_id is None:
            raise NotFound("no letter")
        letter = session.get_one(Letter, finding.letter_id)
        annul_receipt(session, letter, **{**how, "actor": CLERK})

    _act(world, finding_id, act, when)


COUNTER_ACTS = (reinstate, revoke, rescind, annul)


def _step(session: Session, finding: Finding, state: str) -> int:
    query = select(Escalation.id).where(
        Escalation.finding_id == finding.id, Escalation.state == state
    )
    return session.exec(query.order_by(col(Escalation.id).desc())).first() or 0


def _act(
    world: World,
    finding_id: int,
    act: Callable[[Session, Finding, dict[str, Any]], object],
    when: datetime,
) -> None:
    with world.database.begin() as session:
        how = {
            "now": when, "actor": SUPERVISOR, "rules": world.rules(session), "reason": "a mistake",
        }  # fmt: skip
        act(session, session.get_one(Finding, finding_id), how)
