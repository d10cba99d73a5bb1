"""Sending what the outbox holds: claim, hand over with no transaction open, record."""

from collections.abc import Collection
from contextlib import closing
from datetime import datetime

from sqlmodel import Session

from config.language import _
from config.settings import Settings
from duban.services.claim_mails import claim_mails
from duban.services.hand_over import hand_over
from duban.services.mail_setup import transport_of
from duban.services.mail_views import cancel_passed, queue_view_mails
from duban.services.mailing import Mailing
from duban.services.mails_in_hand import mails_in_hand
from duban.services.mark_address import clear_mark
from duban.services.morning_brief import queue_briefs
from duban.services.queue_account_mail import has_forgotten
from duban.services.read_inbox import read_inbox
from duban.services.record_answers import record_answers
from duban.services.rules import load_rules
from duban.services.send_report import SendReport
from duban.services.settle_doubt import recover, settle_doubt
from duban.services.unfold_due import unfold_due
from duban.services.withdraw_unheard import restore_notices
from models.database import Database
from models.errors import RefusedByRule
from models.installation import Installation
from models.mail_classes import CLASSES, MailClass
from models.message import Message, MessageState
from models.organization import Contact
from models.queries.outbox import waiting_for_hours
from models.sole import StillMine, sole
from models.words import mail_label
from notifications.transports import Transport

SENT_AGAIN = (
    MessageState.REFUSED, MessageState.BOUNCED, MessageState.IN_DOUBT, MessageState.HELD,
)  # fmt: skip
_FIRST = (MailClass.FORMAL, MailClass.ACCOUNT)


def send_due(database: Database, *, now: datetime, settings: Settings) -> SendReport:
    """Send everything that is queued, due and may leave at this hour.

    One process at a time: what another one was sending when it died is in doubt, and leaves
    again only when proof or policy says so. In a rehearsal mails are written to a folder and
    none leaves.

    Raises:
        ConfigurationInvalid: no mail could leave; none was touched.
    """
    report = SendReport()
    with sole(database, "mail") as still_mine:
        if still_mine is None:
            report.elsewhere = True
            return report
        mailing = _mailing(database, now, settings)
        transport = transport_of(settings, demo=mailing.demo, rehearsal=mailing.rehearsal)
        with closing(transport), closing(mailing.in_hand):
            _send_all(mailing, transport, report, still_mine)
    return report


def _mailing(database: Database, now: datetime, settings: Settings) -> Mailing:
    with database.read() as session:
        installation = session.get_one(Installation, 1)
        rules = load_rules(session, settings)
        return Mailing(
            database, settings, rules, now, installation.demo, installation.rehearsal,
            mails_in_hand(database),
        )  # fmt: skip


def _send_all(
    mailing: Mailing, transport: Transport, report: SendReport, still_mine: StillMine
) -> None:
    now, settings, database = mailing.now, mailing.settings, mailing.database
    # What was heard meanwhile settles what was in doubt.
    read_inbox(database, now=now, settings=settings)
    with database.begin() as session:
        recover(session, mailing, report)
        settle_doubt(session, mailing, report, blind=False)
        report.cancelled += cancel_passed(session, now)
    every = mailing.templates()
    first = [one for one in every if CLASSES[one] in _FIRST]
    report.cancelled += unfold_due(mailing)
    # What must be told leaves before what somebody likes to know is so much as counted.
    goes_on = _send(mailing, first, transport, report, still_mine)
    queue_view_mails(database, now=now, settings=settings)
    queue_briefs(database, now=now, settings=settings)
    goes_on = goes_on and _send(mailing, every, transport, report, still_mine)
    # What has just left may be heard of already, and then silence about the rest is proof.
    read_inbox(database, now=now, settings=settings)
    with database.begin() as session:
        settle_doubt(session, mailing, report, blind=True)
    if goes_on:
        _send(mailing, every, transport, report, still_mine)
    with database.read() as session:
        report.waiting = waiting_for_hours(session, now, every)


def _send(
    mailing: Mailing,
    templates: Collection[str],
    transport: Transport,
    report: SendReport,
    still_mine: StillMine,
) -> bool:
    """Mails of these templates, batch by batch; false where the other side is not there."""
    while still_mine() and (claimed := claim_mails(mailing, templates, report)):
        if not record_answers(mailing, hand_over(mailing, transport, claimed), report):
            return False
    return True


def send_again(session: Session, message: Message, now: datetime) -> None:
    """Queue a mail that did not arrive, or may not have, once more with the same Message-ID.

    Raises:
        RefusedByRule: it is on its way or arrived, its link is forgotten, or a rehearsal would
            only write it to a folder.
    """
    # Something may be heard of it meanwhile.
    session.refresh(message, with_for_update=True)
    if message.state not in SENT_AGAIN:
        raise RefusedByRule(
            _("Mail {id} is “{state}”; only what did not arrive is sent again.").format(
                id=message.id[:12], state=mail_label(message.state)
            )
        )
    if has_forgotten(message):
        raise RefusedByRule(
            _("The link of this mail is kept no more; send a new one from the account's page.")
        )
    if session.get_one(Installation, 1).rehearsal:
        raise RefusedByRule(_("No mail leaves in a rehearsal; end it, then send this one again."))
    if message.state in (MessageState.IN_DOUBT, MessageState.HELD):
        message.blind_copies += 1
    if message.contact_id is not None:
        # Whoever sends it there again believes in the address.
        clear_mark(session, session.get_one(Contact, message.contact_id))
        restore_notices(session, message)
    message.state = MessageState.QUEUED
    message.next_attempt_at = now
    session.add(message)
