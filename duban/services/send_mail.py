"""Sending what the outbox holds: claim, hand over with no transaction open, record."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.services.mail_setup import transport_of
from duban.services.mail_views import cancel_passed, queue_view_mails
from duban.services.queue_account_mail import as_it_leaves, forget_link, has_forgotten
from duban.services.rules import Rules, load_rules
from duban.services.write_night_mail import write_night_mail
from models.database import Database
from models.errors import BadInput, RefusedByRule
from models.installation import Installation
from models.message import HELD_UNTIL, NO_LONGER_TRUE, REHEARSED, Message, MessageState
from models.queries.outbox import next_to_send, stuck
from models.words import mail_label
from notifications.mail import Mail
from notifications.transports import Failure, SendFailed, Transport

BACK_OFF_MINUTES = (1, 5, 15, 60)
"""Waits between attempts; the last one repeats."""

CLAIM_MINUTES = 30
"""After this long a mail that is still being sent belongs to a dead process."""


@dataclass(frozen=True)
class Trouble:
    """What became of mails that did not leave, and the answer that they have in common."""

    state: MessageState
    answer: str


@dataclass
class SendReport:
    """How many mails went which way, and why those that failed did."""

    sent: int = 0
    failed: int = 0
    cancelled: int = 0
    held: int = 0
    rehearsed: int = 0
    troubles: Counter[Trouble] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers alone, without addresses."""
        names = ("sent", "failed", "cancelled", "held", "rehearsed")
        return {name: getattr(self, name) for name in names}


def send_due(database: Database, *, now: datetime, settings: Settings) -> SendReport:
    """Send everything that is queued and due, one mail at a time; then the views of the day.

    A mail whose process died in between is marked in doubt and never resent by itself. In a
    rehearsal mails are written to a folder and none leaves.

    Raises:
        ConfigurationInvalid: no mail could leave; none was touched.
    """
    report = SendReport()
    with database.read() as session:
        installation = session.get_one(Installation, 1)
        demo, rehearsal = installation.demo, installation.rehearsal
        rules = load_rules(session, settings)
    transport = transport_of(settings, demo=demo, rehearsal=rehearsal)
    with database.begin() as session:
        for message in stuck(session, now - timedelta(minutes=CLAIM_MINUTES)):
            message.state = MessageState.IN_DOUBT
            session.add(message)
            report.held += 1
        report.cancelled += cancel_passed(session, now)
    while True:
        while (claimed := _claim(database, now, rules, report, rehearsal)) is not None:
            _send(database, transport, claimed, settings, now, report, rehearsal)
        # What must be told leaves before what somebody likes to know is so much as counted.
        if not queue_view_mails(database, now=now, settings=settings):
            return report


def send_again(session: Session, message: Message, now: datetime) -> None:
    """Queue a refused or doubtful mail once more, with the same Message-ID.

    Raises:
        RefusedByRule: it is neither, its link is forgotten, or a rehearsal would only write it
            to a folder.
    """
    if message.state not in (MessageState.REFUSED, MessageState.IN_DOUBT):
        raise RefusedByRule(
            _("Mail {id} is “{state}”; only refused or doubtful mails are sent again.").format(
                id=message.id[:12], state=mail_label(message.state)
            )
        )
    if has_forgotten(message):
        raise RefusedByRule(
            _("The link of this mail is kept no more; send a new one from the account's page.")
        )
    if session.get_one(Installation, 1).rehearsal:
        raise RefusedByRule(_("No mail leaves in a rehearsal; end it, then send this one again."))
    message.state = MessageState.QUEUED
    message.next_attempt_at = now
    session.add(message)


def _claim(
    database: Database, now: datetime, rules: Rules, report: SendReport, rehearsal: bool
) -> Message | None:
    with database.begin() as session:
        if session.get_one(Installation, 1).rehearsal is not rehearsal:
            # It began or ended meanwhile: what is left goes the other way, next time.
            return None
        while (message := next_to_send(session, now)) is not None:
            try:
                true = message.run_id is None or write_night_mail(
                    session, message, now=now, rules=rules
                )
            except (BadInput, ValueError) as error:
                # It can never be written as it is; the mails behind it can.
                message.state, message.answer = MessageState.REFUSED, str(error)
                session.add(message)
                session.flush()
                report.failed += 1
                report.troubles[Trouble(message.state, message.answer)] += 1
                continue
            if true:
                message.state = MessageState.SENDING
                message.attempts += 1
                message.attempted_at = now
                session.add(message)
                session.flush()
                session.expunge(message)
                return message
            message.state = MessageState.CANCELLED
            message.answer = NO_LONGER_TRUE
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
    rehearsal: bool,
) -> None:
    answer: str
    provider_id = None
    failure = None
    try:
        text, html = as_it_leaves(message, settings)
        receipt = transport.send(replace(mail_of(message, settings), text=text, html=html), now)
        answer, provider_id = receipt.answer, receipt.provider_id
    except SendFailed as error:
        answer, failure = error.message, error.failure
    except BadInput as error:
        # It can never be sent as it is; the mails behind it can.
        answer, failure = error.message, Failure.PERMANENT
    with database.begin() as session:
        stored = session.get_one(Message, message.id)
        stored.answer = answer
        if failure is None and rehearsal:
            stored.state, stored.answer = MessageState.CANCELLED, REHEARSED
            report.rehearsed += 1
        elif failure is None:
            stored.state = MessageState.ACCEPTED
            stored.accepted_at = now
            stored.provider_id = provider_id
            report.sent += 1
        else:
            _after_failure(stored, failure, settings, now)
            if not rehearsal and session.get_one(Installation, 1).rehearsal:
                stored.next_attempt_at = HELD_UNTIL
            report.failed += 1
            report.troubles[Trouble(stored.state, answer)] += 1
        if stored.forget_text and stored.state not in (MessageState.QUEUED, MessageState.IN_DOUBT):
            forget_link(stored)
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


def mail_of(message: Message, settings: Settings) -> Mail:
    """A mail of the outbox as it is handed over."""
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
