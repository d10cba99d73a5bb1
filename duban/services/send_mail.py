"""Sending what the outbox holds: claim, hand over with no transaction open, record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.settings import Settings, read_secret
from duban.services.renew_mail import renew_mail
from duban.services.rules import Rules, load_rules
from models.database import Database
from models.errors import BadInput
from models.installation import Installation
from models.message import Message, MessageState
from models.queries.outbox import next_to_send, stuck
from notifications.mail import Mail
from notifications.transports import Failure, SendFailed, Transport
from notifications.transports.file import FileTransport

BACK_OFF_MINUTES = (1, 5, 15, 60)
"""Waits between attempts; the last one repeats."""

CLAIM_MINUTES = 30
"""After this long a mail that is still being sent belongs to a dead process."""


@dataclass
class SendReport:
    """How many mails went which way."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0


def send_due(database: Database, *, now: datetime, settings: Settings) -> SendReport:
    """Send everything that is queued and due, one mail at a time.

    A mail whose process died in between is marked in doubt and never resent by itself.
    """
    report = SendReport()
    with database.begin() as session:
        for message in stuck(session, now - timedelta(minutes=CLAIM_MINUTES)):
            message.state = MessageState.IN_DOUBT
            session.add(message)
            report.held += 1
        demo = session.get_one(Installation, 1).demo
        rules = load_rules(session, settings)
    transport = transport_of(settings, demo=demo)
    while (claimed := _claim(database, now, rules, report)) is not None:
        _send(database, transport, claimed, settings, now, report)
    return report


def transport_of(settings: Settings, *, demo: bool = False) -> Transport:
    """The transport of the settings; a demonstration only ever writes files."""
    mail = settings.mail
    if demo or mail.transport == "file":
        return FileTransport(mail.folder / "demo" if demo else mail.folder)
    if mail.transport == "smtp":
        from notifications.transports.smtp import SmtpTransport

        password = read_secret(mail.password_file) if mail.password_file else None
        return SmtpTransport(
            mail.host,
            mail.port,
            user=mail.user,
            password=password.get_secret_value() if password else None,
            security=mail.security,
        )
    from notifications.transports.sendgrid import SendGridTransport

    key = read_secret(mail.sendgrid_key_file).get_secret_value() if mail.sendgrid_key_file else ""
    return SendGridTransport(key, mail.sendgrid_host)


def send_again(session: Session, message: Message, now: datetime) -> None:
    """Queue a refused or doubtful mail once more, with the same Message-ID."""
    message.state = MessageState.QUEUED
    message.next_attempt_at = now
    session.add(message)


def _claim(database: Database, now: datetime, rules: Rules, report: SendReport) -> Message | None:
    with database.begin() as session:
        while (message := next_to_send(session, now)) is not None:
            if renew_mail(session, message, now=now, rules=rules):
                message.state = MessageState.SENDING
                message.attempts += 1
                message.attempted_at = now
                session.add(message)
                session.flush()
                session.expunge(message)
                return message
            message.state = MessageState.CANCELLED
            message.answer = "no longer true"
            session.add(message)
            session.flush()
            report.cancelled += 1
    return None


def _send(
    database: Database,
    transport: Transport,
    message: Message,
    settings: Settings,
    now: datetime,
    report: SendReport,
) -> None:
    answer: str
    provider_id = None
    failure = None
    try:
        receipt = transport.send(_mail_of(message, settings), now)
        answer, provider_id = receipt.answer, receipt.provider_id
    except SendFailed as error:
        answer, failure = error.message, error.failure
    except BadInput as error:
        # It can never be sent as it is; the mails behind it can.
        answer, failure = error.message, Failure.PERMANENT
    with database.begin() as session:
        stored = session.get_one(Message, message.id)
        stored.answer = answer
        if failure is None:
            stored.state = MessageState.ACCEPTED
            stored.accepted_at = now
            stored.provider_id = provider_id
            report.sent += 1
        else:
            _after_failure(stored, failure, settings, now)
            report.failed += 1
        session.add(stored)


def _after_failure(message: Message, failure: Failure, settings: Settings, now: datetime) -> None:
    if failure is Failure.IN_DOUBT:
        message.state = MessageState.IN_DOUBT
    elif failure is Failure.PERMANENT or message.attempts >= settings.mail.attempts:
        message.state = MessageState.REFUSED
    else:
        wait = BACK_OFF_MINUTES[min(message.attempts, len(BACK_OFF_MINUTES)) - 1]
        message.state = MessageState.QUEUED
        message.next_attempt_at = now + timedelta(minutes=wait)


def _mail_of(message: Message, settings: Settings) -> Mail:
    english = message.language == "en"
    domain = settings.mail.sender.partition("@")[2]
    return Mail(
        message_id=f"{message.id}@{domain}",
        sender=settings.mail.sender,
        sender_name=settings.site.name_en if english else settings.site.name,
        reply_to=settings.mail.reply_to,
        to=message.to,
        to_name=message.to_name,
        subject=message.subject,
        text=message.text,
        html=message.html,
        headers=message.headers,
    )
