"""The mail of ours that another one brings back, whole, as headers or written into its text."""

import re
from collections.abc import Iterator, Sequence
from email.message import Message

from notifications.mail_parts import header, headers_in, ids_in, source_of, text_of

_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")
_BEGINS = re.compile(
    r"^[> \t]*(return-path|received|dkim-signature|message-id|mime-version|from|to|date|subject):",
    re.IGNORECASE | re.MULTILINE,
)
_INLINE = re.compile(r"^[> \t]*message-id:[ \t]*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


def original_ids(parts: Sequence[Message]) -> list[str]:
    """What stands before the @ in the Message-IDs of the mails that came back."""
    return list(dict.fromkeys(_ids(parts)))


def words_before_original(parts: Sequence[Message]) -> str:
    """The words of who sends it back, without those of the mail that came back."""
    texts = []
    for part in _outside(parts):
        if part.get_content_type() in ("text/plain", "text/html"):
            text = text_of(part)
            begins = _BEGINS.search(text)
            texts.append(text[: begins.start()] if begins else text)
    return "\n".join(texts)


def _ids(parts: Sequence[Message]) -> Iterator[str]:
    for part in parts:
        kind = part.get_content_type()
        if part is parts[0]:
            continue
        if kind in _HEADERS:
            yield from ids_in(header(headers_in(source_of(part)), "message-id"))
        else:
            yield from ids_in(header(part, "message-id"))
    for part in _outside(parts):
        if part.get_content_type() == "text/plain":
            for found in _INLINE.findall(text_of(part)):
                yield from ids_in(found)


def _outside(parts: Sequence[Message]) -> Iterator[Message]:
    """The parts of the mail itself, which do not belong to one that is attached to it."""
    inner: set[int] = set()
    for part in parts:
        if part.get_content_maintype() == "message":
            inner.update(id(one) for one in part.walk())
        if id(part) not in inner:
            yield part
