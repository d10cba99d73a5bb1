"""What a mail that came to us tells of one that we sent: a report, a bounce, or a copy of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from config.language import _
from models.delivery_event import Heard
from models.errors import BadInput
from notifications.delivery_report import is_report, recipients_of
from notifications.mail_parts import (
    FAULTS,
    addresses_in,
    date_of,
    header,
    ids_in,
    parse_mail,
    parts_of,
)
from notifications.original_mail import original_ids, words_before_original

_DAEMONS = ("mailer-daemon", "mail-daemon", "mailerdaemon", "mdaemon", "postmaster")
_OF_READERS = ("message/disposition-notification", "message/feedback-report")
_DELAYED = re.compile(r"delay|warning|延迟|延时|暂未", re.IGNORECASE)
_CODE = re.compile(r"\b[45]\d\d[ -]|\b[45]\.\d{1,3}\.\d{1,3}\b", re.ASCII)
_ADDRESS = re.compile(r"[^\s<>\"'(),:;@\[\]]+@[\w.-]+\w")


@dataclass(frozen=True, slots=True)
class Returned:
    """One thing told of a mail: its possible numbers, whom it names, when and why.

    ``told_at`` is the time as it is written, ``at`` what it means.
    """

    heard: Heard
    numbers: tuple[str, ...]
    addresses: tuple[str, ...]
    told_at: str
    at: datetime | None
    reason: str = ""


def read_returned(content: bytes) -> list[Returned]:
    """What ``content`` tells of mails; whether they are ours is not known here.

    Raises:
        BadInput: it is no mail that can be read.
    """
    mail = parse_mail(content)
    try:
        return list(_told(mail))
    except FAULTS as error:
        raise BadInput(_("This is no mail that can be read.")) from error


def _told(mail: Message) -> Iterator[Returned]:
    parts = list(parts_of(mail))
    kinds = {part.get_content_type() for part in parts}
    told_at, at = date_of(mail)
    if kinds.intersection(_OF_READERS):
        return
    if is_report(parts):
        known = original_ids(parts)
        for one in recipients_of(parts):
            numbers = tuple(dict.fromkeys((*one.envelope, *known)))
            yield Returned(one.heard, numbers, one.addresses, told_at, at, one.reason)
    elif _is_of_daemon(mail):
        words = words_before_original(parts)
        late = _DELAYED.search(header(mail, "subject")) is not None
        heard = Heard.DEFERRED if late else Heard.BOUNCED
        failed = addresses_in(header(mail, "x-failed-recipients"))
        named = tuple(dict.fromkeys((*failed, *_ADDRESS.findall(words))))
        yield Returned(heard, tuple(original_ids(parts)), named, told_at, at, _reason(words))
    else:
        own = tuple(ids_in(header(mail, "message-id")))
        yield Returned(Heard.SEEN, own, tuple(addresses_in(header(mail, "to"))), told_at, at)


def _is_of_daemon(mail: Message) -> bool:
    senders = addresses_in(header(mail, "from"))
    return any(sender.partition("@")[0].lower() in _DAEMONS for sender in senders)


def _reason(words: str) -> str:
    """The line with a mail server's code, else the first line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    coded = (line for line in lines if _CODE.search(line))
    return next(coded, lines[0] if lines else "")
