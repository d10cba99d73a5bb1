"""Mails of which nobody knows whether they were taken: proof first, then what the policy says.

What was heard of such a mail settled it already (``note_delivery.py``). Here it is asked whether
silence is proof: where something was heard of a mail of the same mailing or a later one, the
channel works, and after the wait there would have been word of this one too.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from config.settings import MailSettings
from duban.services.claim_mails import give_back
from duban.services.mailing import Mailing
from duban.services.queue_account_mail import forget_link, has_forgotten
from duban.services.send_report import SendReport
from models.delivery_event import EventSource, Heard
from models.mail_classes import Doubt, doubt_of
from models.message import NO_PROOF, Message, MessageState
from models.queries.outbox import in_state, newest_attempt_heard_of

_MINUTES = {"sendgrid": 15.0, "smtp": 2.0, "file": 0.0}
_TAKEN = (Heard.PROCESSED, Heard.DEFERRED, Heard.DELIVERED, Heard.BOUNCED, Heard.DROPPED)


def recover(session: Session, mailing: Mailing, report: SendReport) -> None:
    """Whoever was sending is dead, for we hold the lock: what it had begun is in doubt, unless
    its answer was noted."""
    left = mailing.in_hand.left_behind()
    for message in in_state(session, MessageState.SENDING):
        if message.id in left.not_taken:
            give_back(session, message, wait=timedelta(), mailing=mailing)
        elif message.id in left.taken:
            message.state, message.answer = MessageState.ACCEPTED, left.taken[message.id]
            message.accepted_at = message.attempted_at
            if message.forget_text:
                forget_link(message)
            report.sent += 1
        else:
            message.state = MessageState.IN_DOUBT
            report.held += 1
        session.add(message)


def settle_doubt(session: Session, mailing: Mailing, report: SendReport, *, blind: bool) -> None:
    """Queue again what is known not to have been taken; with ``blind`` also do what the policy
    says of the rest.

    Where something could yet be heard, policy has its say only after four times the wait.
    """
    doubtful = in_state(session, MessageState.IN_DOUBT)
    if not doubtful or mailing.rehearsal:
        return
    heard_until = _heard_until(session, mailing.settings.mail)
    wait = timedelta(minutes=_wait_minutes(mailing.settings.mail))
    patience = wait * 4 if _can_hear(mailing.settings.mail) else wait
    for message in doubtful:
        attempted = message.attempted_at or message.queued_at
        age = mailing.now - attempted
        if not mailing.leaves_home:
            # The same mail is written to the same file.
            _queue_again(session, message, mailing)
        elif age < wait:
            continue
        elif heard_until is not None and heard_until >= attempted and not has_forgotten(message):
            _queue_again(session, message, mailing)
        elif blind and age >= patience:
            _by_policy(session, message, mailing, report)


def _by_policy(session: Session, message: Message, mailing: Mailing, report: SendReport) -> None:
    chosen = mailing.settings.mail.without_proof
    policy = doubt_of(message.template) if chosen == "by-class" else Doubt(chosen)
    if policy is Doubt.RESEND_ONCE and not message.blind_copies and not has_forgotten(message):
        message.blind_copies += 1
        report.blind += 1
        _queue_again(session, message, mailing)
        return
    message.state, message.answer = MessageState.HELD, NO_PROOF
    session.add(message)
    report.held += 1


def _queue_again(session: Session, message: Message, mailing: Mailing) -> None:
    message.state = MessageState.QUEUED
    message.next_attempt_at = mailing.now
    session.add(message)


def _wait_minutes(mail: MailSettings) -> float:
    return _MINUTES[mail.transport] if mail.doubt_minutes is None else mail.doubt_minutes


def _can_hear(mail: MailSettings) -> bool:
    if mail.transport == "sendgrid":
        return mail.webhook_key is not None
    return mail.archive is not None and mail.inbox is not None


def _heard_until(session: Session, mail: MailSettings) -> datetime | None:
    if mail.transport == "sendgrid":
        return newest_attempt_heard_of(session, EventSource.WEBHOOK, _TAKEN)
    return newest_attempt_heard_of(session, EventSource.MAILBOX, (Heard.SEEN,))
