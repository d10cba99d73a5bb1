"""One mail as bytes: built, guarded against header injection, and read back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from email_validator import EmailNotValidError, validate_email

from config.language import _
from models.errors import BadInput

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one recipient; ``message_id`` is without angle brackets."""

    message_id: str
    sender: str
    sender_name: str
    reply_to: str | None
    to: str
    to_name: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


def check_address(text: str) -> str:
    """``text`` as one plain address.

    Raises:
        BadInput: it is not a single valid address with an ASCII local part.
    """
    try:
        if text != text.strip():
            raise EmailNotValidError("white space")
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadInput(
            _("“{address}” is not an e-mail address; write it like zhang@unit.example.").format(
                address=text[:80].strip()
            )
        ) from error
    if checked.ascii_email is None:
        raise BadInput(
            _("The address “{address}” has other than plain letters before the @.").format(
                address=text
            )
        )
    return checked.ascii_email


def as_email_message(mail: Mail, date: datetime) -> EmailMessage:
    """The message with its text and HTML parts, dated ``date``.

    Raises:
        BadInput: a header value would smuggle in another header (CVE-2024-6923).
    """
    headers = {
        "Message-ID": f"<{mail.message_id}>",
        "Date": format_datetime(date),
        "From": formataddr((_plain(mail.sender_name), check_address(mail.sender))),
        "To": formataddr((_plain(mail.to_name), check_address(mail.to))),
        "Subject": _plain(mail.subject),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        **{name: _plain(value) for name, value in mail.headers.items()},
    }
    if mail.reply_to:
        headers["Reply-To"] = check_address(mail.reply_to)
    message = EmailMessage(policy=policy.SMTP)
    for name, value in headers.items():
        message[name] = value
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    _read_back(message, [*headers])
    return message


def _plain(value: str) -> str:
    # A decoded "=?…?=" may hide a line break that the standard library lets through.
    if _CONTROL.search(value) or "=?" in value:
        raise BadInput(
            _("A mail header holds control characters: {value}").format(value=repr(value)[:80])
        )
    return value


def _read_back(message: EmailMessage, expected: list[str]) -> None:
    parsed = message_from_bytes(message.as_bytes(), policy=policy.default)
    found = [name for name in parsed if not name.startswith(("Content-", "MIME-"))]
    if found != expected:
        raise BadInput(_("The mail's headers do not survive being written; it is not sent."))
