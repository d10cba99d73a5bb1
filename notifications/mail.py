"""One mail as bytes: built, guarded against header injection, and read back."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from config.language import _
from models.errors import BadInput

_NAME, _REST = r"[!-9;-~]+", r": [ -~]+(?:\r\n [ -~]+)*\r\n"
_HEADER, _HEAD = re.compile(f"({_NAME}){_REST}"), re.compile(f"(?:{_NAME}{_REST})+")
"""RFC 5322, 2.2: a name, a colon, printable characters, and lines that go on after a blank."""
_LINE = re.compile(".{1,76}")
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


@lru_cache(maxsize=10_000)
def check_address(text: str) -> str:
    """``text`` as one plain address.

    Raises:
        BadInput: it is not a single valid address with an ASCII local part.
    """
    try:
        if text != text.strip():
            raise EmailNotValidError("white space")
        # Strict: mail servers may cut a name of more than 64 letters.
        checked = validate_email(
            text, check_deliverability=False, test_environment=True, strict=True
        )
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


def as_bytes(mail: Mail, date: datetime) -> bytes:
    """The message as it is handed over: text, and the same as HTML, with lines ending in CR LF.

    The same mail at the same instant is the same bytes.

    Raises:
        BadInput: a header value would smuggle in another header (CVE-2024-6923).
    """
    headers = headers_of(mail, date)
    boundary = f"=_{mail.message_id.partition('@')[0]}"
    kind = f'Content-Type: multipart/alternative; boundary="{boundary}"'
    head = "\r\n".join(
        ["MIME-Version: 1.0", kind, *(f"{name}: {_folded(value)}" for name, value in headers)]
    )
    _read_back(head, [name for name, _value in headers])
    # The standard library's messages take five times as long to write the same.
    text, html = (
        f'--{boundary}\r\nContent-Type: {kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{_in_base64(content)}\r\n"
        for kind, content in (("text/plain", mail.text), ("text/html", mail.html))
    )
    return f"{head}\r\n\r\n{text}{html}--{boundary}--\r\n".encode("ascii")


def headers_of(mail: Mail, date: datetime) -> list[tuple[str, str]]:
    """The headers by name, encoded as they are written.

    Raises:
        BadInput: as of ``as_bytes``.
    """
    named = [
        ("Message-ID", f"<{mail.message_id}>"),
        ("Date", format_datetime(date)),
        ("From", formataddr((_plain(mail.sender_name), check_address(mail.sender)))),
        ("To", formataddr((_plain(mail.to_name), check_address(mail.to)))),
        ("Subject", _encoded(_plain(mail.subject))),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        *((name, _plain(value)) for name, value in mail.headers.items()),
    ]
    if mail.reply_to:
        named.append(("Reply-To", check_address(mail.reply_to)))
    return named


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", header_name="Subject").encode()


def _plain(value: str) -> str:
    # A decoded "=?…?=" may hide a line break that the standard library lets through.
    if _CONTROL.search(value) or "=?" in value:
        raise BadInput(
            _("A mail header holds control characters: {value}").format(value=repr(value)[:80])
        )
    return value


def _folded(value: str) -> str:
    return value.replace("\n", "\r\n")


def _in_base64(content: str) -> str:
    return "\r\n".join(_LINE.findall(b64encode(content.encode()).decode("ascii")))


def _read_back(head: str, expected: list[str]) -> None:
    """Find the headers as whoever gets the mail finds them."""
    found = _HEADER.findall(f"{head}\r\n") if _HEAD.fullmatch(f"{head}\r\n") else []
    if [name for name in found if name not in ("MIME-Version", "Content-Type")] != expected:
        raise BadInput(_("The mail's headers do not survive being written; it is not sent."))
