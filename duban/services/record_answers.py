"""Writing down what the other side answered to the mails of a batch."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session

from config.settings import Settings
from duban.services.claim_mails import give_back
from duban.services.hand_over import Answer
from duban.services.mailing import Mailing
from duban.services.pass_on import not_arrived
from duban.services.queue_account_mail import forget_link
from duban.services.send_report import SendReport
from models.installation import Installation
from models.message import HELD_UNTIL, REHEARSED, Message, MessageState
from models.queries.delivery import mails_to_move
from models.queries.outbox import still_being_sent
from models.tables import table_of
from notifications.transports import Failure

BACK_OFF_MINUTES = (1, 5, 15, 60)
"""Waits between attempts; the last one repeats."""

_MAY_LEAVE_AGAIN = (MessageState.QUEUED, MessageState.IN_DOUBT)


def record_answers(mailing: Mailing, answers: Sequence[Answer], report: SendReport) -> bool:
    """Write the answers down in one transaction; whether more mails can leave now."""
    taken = [one for one in answers if one.failure is None and one.text is not None]
    with mailing.database.begin() as session:
        plain = set() if mailing.rehearsal else _record_taken(session, mailing, taken)
        report.sent += len(plain)
        rest = [answer for answer in answers if answer.message_id not in plain]
        _record_each(session, mailing, rest, report)
    return all(answer.failure is not Failure.UNREACHABLE for answer in answers)


def _record_taken(session: Session, mailing: Mailing, taken: Sequence[Answer]) -> set[str]:
    """The usual case at once: they were taken, nothing was heard of them before, and they hold
    nothing that must be forgotten. Which of them these are."""
    plain = still_being_sent(session, [answer.message_id for answer in taken])
    rows = [
        {"number": one.message_id, "said": one.text, "by": one.provider_id}
        for one in taken
        if one.message_id in plain
    ]
    if rows:
        table = table_of(Message)
        session.connection().execute(
            update(table)
            .where(table.c.id == bindparam("number"))
            .values(
                state=MessageState.ACCEPTED, accepted_at=mailing.now, answer=bindparam("said"),
                provider_id=bindparam("by"),
            ),
            rows,
        )  # fmt: skip
    return plain


def _record_each(
    session: Session, mailing: Mailing, answers: Sequence[Answer], report: SendReport
) -> None:
    if not answers:
        return
    began = session.get_one(Installation, 1).rehearsal and not mailing.rehearsal
    stored = mails_to_move(session, [answer.message_id for answer in answers])
    for answer in answers:
        message = stored[answer.message_id]
        heard_before = message.state is not MessageState.SENDING
        if heard_before:
            # Word of it came before the answer did.
            message.accepted_at = message.accepted_at or mailing.now
            report.sent += 1
        elif answer.text is None:
            give_back(session, message, wait=_back_off(1), mailing=mailing)
        else:
            _record(message, answer, mailing, report, held=began)
        if message.forget_text and message.state not in _MAY_LEAVE_AGAIN:
            forget_link(message)
        session.add(message)
        if not heard_before and message.state is MessageState.REFUSED:
            not_arrived(
                session, message, answer.text or "", now=mailing.now, rules=mailing.rules,
                address_at_fault=answer.failure is Failure.NO_SUCH_ADDRESS,
            )  # fmt: skip


def _record(
    message: Message, answer: Answer, mailing: Mailing, report: SendReport, *, held: bool
) -> None:
    """``held`` says that a rehearsal began while the mail was on its way."""
    message.answer = answer.text
    if answer.failure is None and mailing.rehearsal:
        message.state, message.answer = MessageState.CANCELLED, REHEARSED
        report.rehearsed += 1
    elif answer.failure is None:
        message.state = MessageState.ACCEPTED
        message.accepted_at = mailing.now
        message.provider_id = answer.provider_id
        report.sent += 1
    else:
        message.state = _state_after(message, answer.failure, mailing.settings)
        if message.state is MessageState.QUEUED:
            wait = max(_back_off(message.attempts), answer.wait)
            message.next_attempt_at = HELD_UNTIL if held else mailing.now + wait
        report.failure(message.state, answer.text or "")


def _state_after(message: Message, failure: Failure, settings: Settings) -> MessageState:
    if failure is Failure.IN_DOUBT:
        return MessageState.IN_DOUBT
    final = failure in (Failure.PERMANENT, Failure.NO_SUCH_ADDRESS)
    if final or message.attempts >= settings.mail.attempts:
        return MessageState.REFUSED
    return MessageState.QUEUED


def _back_off(attempts: int) -> timedelta:
    return timedelta(minutes=BACK_OFF_MINUTES[min(attempts, len(BACK_OFF_MINUTES)) - 1])
