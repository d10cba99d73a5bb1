"""A mail server's report in the form of RFC 3464: what became of a mail for each recipient."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message

from models.delivery_event import Heard
from notifications.mail_parts import header, headers_in, source_of

_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_ACTIONS = {
    "failed": Heard.BOUNCED,
    "delayed": Heard.DEFERRED,
    "delivered": Heard.DELIVERED,
    # Another system took it that reports no more.
    "relayed": Heard.PROCESSED,
    "expanded": Heard.PROCESSED,
}
_BLANK = re.compile(r"\r?\n[ \t]*\r?\n")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of a mail for one recipient, by the addresses that it was sent to and reached.

    ``envelope`` is the number that went along with the mail, where the server sends it back.
    """

    heard: Heard
    envelope: tuple[str, ...]
    addresses: tuple[str, ...]
    reason: str


def is_report(parts: Sequence[Message]) -> bool:
    """Whether a mail of these parts is such a report."""
    return any(part.get_content_type() in _STATUS_PARTS for part in parts)


def recipients_of(parts: Sequence[Message]) -> Iterator[Recipient]:
    """Each recipient that a report names with something that we know."""
    for part in parts:
        if part.get_content_type() not in _STATUS_PARTS:
            continue
        blocks = _blocks(part)
        envelope = tuple(
            _plain(found) for block in blocks if (found := header(block, "original-envelope-id"))
        )
        for block in blocks:
            heard = _ACTIONS.get(header(block, "action").lower().split("(")[0].strip())
            addresses = tuple(
                _address(found)
                for name in ("original-recipient", "final-recipient")
                if (found := header(block, name))
            )
            if heard is not None and addresses:
                yield Recipient(heard, envelope, addresses, _reason(block))


def _blocks(part: Message) -> list[Message]:
    """The groups of fields, whether the parser knew the kind of part or not."""
    return [headers_in(block) for block in _BLANK.split(source_of(part)) if block.strip()]


def _address(field: str) -> str:
    return _plain(field.partition(";")[2] or field).strip("<>")


def _plain(text: str) -> str:
    """What was written in RFC 3461's way with signs for what is no letter."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), text).strip()


def _reason(block: Message) -> str:
    """The status, and what the server said, without saying the status twice."""
    status = header(block, "status").split("(")[0].strip()
    said = header(block, "diagnostic-code")
    said = said.partition(";")[2].strip() if ";" in said[:20] else said.strip()
    return said if status and status in said else f"{status} {said}".strip()
