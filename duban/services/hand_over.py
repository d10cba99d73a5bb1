"""Handing claimed mails over, with no transaction open."""

from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from threading import Event

from config.settings import Settings
from duban.services.letterbox import letterbox_of
from duban.services.mailing import Mailing
from duban.services.queue_account_mail import as_it_leaves
from models.errors import BadInput
from models.message import Message
from notifications.mail import Mail
from notifications.transports import Failure, SendFailed, Transport


@dataclass(frozen=True)
class Answer:
    """What came of one mail; ``failure`` is none where it was taken.

    Without a ``text`` it was not tried, because none could leave any more.
    """

    message_id: str
    text: str | None = None
    provider_id: str | None = None
    failure: Failure | None = None
    wait: timedelta = timedelta()


def hand_over(mailing: Mailing, transport: Transport, messages: Sequence[Message]) -> list[Answer]:
    """Each mail to the transport: those to one address one after the other, several addresses
    at once where the transport has several lanes.

    When the other side is not there, the rest is not tried.
    """
    mailing.in_hand.take([message.id for message in messages])
    stop = Event()
    lanes: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        lanes[letterbox_of(message)].append(message)

    def one_after_the_other(mails: Sequence[Message]) -> list[Answer]:
        return [_hand_over_one(mailing, transport, one, stop) for one in mails]

    if transport.lanes == 1:
        return one_after_the_other(messages)
    with ThreadPoolExecutor(transport.lanes) as pool:
        return list(chain.from_iterable(pool.map(one_after_the_other, lanes.values())))


def _hand_over_one(mailing: Mailing, transport: Transport, message: Message, stop: Event) -> Answer:
    if stop.is_set():
        return Answer(message.id)
    try:
        mail = mail_of(message, mailing.settings, as_it_leaves(message, mailing.settings))
        mailing.in_hand.begin(message.id)
        receipt = transport.send(mail, mailing.now)
    except SendFailed as error:
        if error.failure is not Failure.IN_DOUBT:
            mailing.in_hand.answered(message.id, None)
        if error.failure is Failure.UNREACHABLE:
            stop.set()
        wait = timedelta(seconds=error.wait_seconds or 0)
        return Answer(message.id, error.message, failure=error.failure, wait=wait)
    except (BadInput, ValueError) as error:
        # It can never be sent as it is; the mails beside it can.
        return Answer(message.id, str(error), failure=Failure.PERMANENT)
    if not mailing.rehearsal:
        mailing.in_hand.answered(message.id, receipt.answer)
    return Answer(message.id, receipt.answer, receipt.provider_id)


def mail_of(message: Message, settings: Settings, parts: tuple[str, str] | None = None) -> Mail:
    """A mail of the outbox as it is handed over; with other ``parts``, text and HTML, if given."""
    text, html = parts or (message.text, message.html)
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
        text=text,
        html=html,
        headers=message.headers,
    )
