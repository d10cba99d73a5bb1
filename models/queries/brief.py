"""Named reads behind the commission's brief of the morning."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.escalation import Escalation, EscalationState
from models.message import BRIEF, Message, MessageState
from models.organization import Contact, ContactRole
from models.queries.contacts import of_commission

READERS = (ContactRole.CLERK, ContactRole.SUPERVISOR, ContactRole.LEADER_IN_CHARGE)


def brief_readers(session: Session) -> list[Contact]:
    """The commission's people who may get the brief, by number."""
    query = select(Contact).where(of_commission(), col(Contact.role).in_(READERS))
    return list(session.exec(query.order_by(col(Contact.id))))


def steps_taken(session: Session, steps: Collection[str]) -> set[str]:
    """Those of these steps that a mail tells already."""
    return set(session.exec(select(Message.step_key).where(col(Message.step_key).in_(steps))))


def last_brief(session: Session, steps: Sequence[str]) -> Message | None:
    """The newest brief of these steps that was written."""
    query = (
        select(Message)
        .where(
            col(Message.step_key).in_(steps),
            Message.template == BRIEF,
            Message.state != MessageState.QUEUED,
        )
        .order_by(col(Message.queued_at).desc())
    )
    return next((one for one in session.exec(query) if "figures" in one.guard), None)


def approved_since(session: Session, since: datetime) -> bool:
    """Whether somebody approved an escalation since then."""
    query = select(Escalation.id).where(
        Escalation.state == EscalationState.APPROVED, col(Escalation.decided_at) >= since
    )
    return session.exec(query.limit(1)).first() is not None


def mails_of_runs(session: Session, run_ids: Collection[int]) -> dict[int, dict[MessageState, int]]:
    """How many mails of each night are in each state, those that left in another one apart."""
    found: dict[int, dict[MessageState, int]] = {number: {} for number in run_ids}
    query = (
        select(col(Message.run_id), col(Message.state), func.count())
        .where(col(Message.run_id).in_(run_ids), col(Message.joined_id).is_(None))
        .group_by(col(Message.run_id), col(Message.state))
    )
    for number, state, n in session.exec(query):
        if number is not None:
            found[number][MessageState(state)] = n
    return found


def mails_undecided(session: Session) -> tuple[int, int]:
    """How many mails wait for a person, and how many are in doubt."""
    states = (MessageState.HELD, MessageState.IN_DOUBT)
    query = select(
        func.count().filter(col(Message.state) == states[0]),
        func.count().filter(col(Message.state) == states[1]),
    ).where(col(Message.state).in_(states))
    held, in_doubt = session.exec(query).one()
    return held, in_doubt
