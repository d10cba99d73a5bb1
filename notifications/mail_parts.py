"""What stands in a mail that somebody else wrote, in whatever way it was written."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from itertools import islice

from config.language import _
from models.errors import BadInput

MOST_PARTS = 200
_CHARSETS = ("utf-8", "gb18030")
_ID = re.compile(r"<([^@<>\s]{1,32})@[^<>\s]+>")
FAULTS = (ValueError, LookupError, TypeError, AttributeError, RecursionError, MessageError)
"""What Python's parser raises on mails that are not as they should be."""


def parse_mail(content: bytes) -> Message:
    """The mail in ``content``.

    Raises:
        BadInput: it is none.
    """
    try:
        found = message_from_bytes(content)
        if found.keys():
            return found
    except FAULTS as error:
        raise BadInput(_("This is no mail that can be read.")) from error
    raise BadInput(_("This is no mail that can be read."))


def parts_of(mail: Message) -> Iterator[Message]:
    """The mail and its parts, and theirs; not all of a mail with very many."""
    return islice(mail.walk(), MOST_PARTS)


def header(mail: Message, name: str) -> str:
    """The first header of this name in plain text; empty where there is none."""
    for given, value in mail.raw_items():
        if given.lower() == name:
            return _decoded(_as_written(str(value)))
    return ""


def addresses_in(text: str) -> list[str]:
    """The addresses of a header such as To."""
    try:
        return [address for _name, address in getaddresses([text]) if address]
    except FAULTS:
        return []


def ids_in(text: str) -> list[str]:
    """What stands before the @ of each Message-ID in ``text`` that could be of ours."""
    return _ID.findall(text)


def date_of(mail: Message) -> tuple[str, datetime | None]:
    """The Date header as it stands, and the instant that it means."""
    written = header(mail, "date")
    try:
        found = parsedate_to_datetime(written)
    except (*FAULTS, OverflowError):
        return written, None
    return written, found if found.tzinfo else found.replace(tzinfo=UTC)


def text_of(part: Message) -> str:
    """The text of one part, by its character set or by those that are likely."""
    try:
        content = part.get_payload(decode=True)
        named = part.get_content_charset()
    except FAULTS:
        return ""
    if not isinstance(content, bytes):
        return ""
    for charset in (named, *_CHARSETS):
        try:
            if charset:
                return content.decode(charset)
        except (UnicodeError, LookupError):
            continue
    return content.decode("latin-1")


def headers_in(text: str) -> Message:
    """A block of headers."""
    return HeaderParser().parsestr(text.lstrip())


def source_of(part: Message) -> str:
    """A part as a text, also where the parser took it for a mail."""
    inner = part.get_payload()
    if isinstance(inner, list):
        return "\n".join(one.as_string() for one in inner if isinstance(one, Message))
    return text_of(part)


def _as_written(value: str) -> str:
    """Bytes beyond ASCII that were put into a header as they are."""
    content = value.encode("utf-8", "surrogateescape")
    for charset in _CHARSETS:
        try:
            return content.decode(charset)
        except UnicodeError:
            continue
    return content.decode("latin-1")


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except FAULTS:
        return value
