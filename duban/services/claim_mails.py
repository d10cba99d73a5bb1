"""Claiming mails: what is true is written, and that it is being sent is committed first."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from duban.services.mailing import Mailing
from duban.services.send_report import SendReport
from duban.services.write_when_leaving import Fate, write_when_leaving
from models.errors import BadInput
from models.installation import Installation
from models.message import Message, MessageState
from models.queries.contacts import contacts_by_id
from models.queries.outbox import next_to_send

BATCH = 50
"""So many mails share a commit before they leave and one after."""


def claim_mails(mailing: Mailing, templates: Collection[str], report: SendReport) -> list[Message]:
    """The next mails, each marked as being sent; none when nothing is left or a rehearsal
    began or ended meanwhile."""
    with mailing.database.begin() as session:
        if session.get_one(Installation, 1).rehearsal is not mailing.rehearsal:
            return []
        claimed: list[Message] = []
        while not claimed:
            found = next_to_send(session, mailing.now, templates, BATCH)
            if not found:
                break
            # Read at once, they are at hand when each mail is looked at.
            _readers = contacts_by_id(session, {one.contact_id or 0 for one in found})
            claimed = [one for one in found if _takes(session, one, mailing, report)]
            session.flush()
        _mark(session, claimed, mailing)
        return claimed


def _mark(session: Session, claimed: Sequence[Message], mailing: Mailing) -> None:
    """That they are being sent, as one statement: it is the same of each."""
    session.exec(
        update(Message)
        .where(col(Message.id).in_([message.id for message in claimed]))
        .values(
            state=MessageState.SENDING,
            attempts=col(Message.attempts) + 1,
            attempted_at=mailing.now,
        )
        .execution_options(synchronize_session=False)
    )


def give_back(session: Session, message: Message, *, wait: timedelta, mailing: Mailing) -> None:
    """A claimed mail that was never handed over waits as if it had not been claimed."""
    message.state = MessageState.QUEUED
    message.attempts -= 1
    message.next_attempt_at = mailing.now + wait
    session.add(message)


def _takes(session: Session, message: Message, mailing: Mailing, report: SendReport) -> bool:
    try:
        # A copy of what may have arrived says the same.
        fate = (
            Fate.LEAVES
            if message.blind_copies
            else write_when_leaving(session, message, now=mailing.now, rules=mailing.rules)
        )
    except (BadInput, ValueError) as error:
        # It can never be written as it is; the mails beside it can.
        message.state, message.answer = MessageState.REFUSED, str(error)
        session.add(message)
        report.failure(message.state, message.answer)
        return False
    if fate is Fate.VOID:
        report.cancelled += 1
    return fate is Fate.LEAVES
