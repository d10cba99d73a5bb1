"""SendGrid's events: whether they are signed, and what they tell, whatever else they hold."""

import math
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from config.errors import ConfigurationInvalid
from config.language import _
from models.delivery_event import DeliveryEvent, EventSource, Heard
from models.errors import BadInput
from notifications.json_elements import elements
from notifications.told_events import event_told

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DIGITS = re.compile(r"[0-9]{1,20}")
_OWN_ID = re.compile(r"<([^@<>\s]+)@[^<>\s]+>")
_KINDS = {
    "processed": Heard.PROCESSED,
    "deferred": Heard.DEFERRED,
    "delivered": Heard.DELIVERED,
    "bounce": Heard.BOUNCED,
    "dropped": Heard.DROPPED,
}
"""What is told of the way of a mail; what readers do with it is nothing to us."""


def is_signed(key: str, signature: str, timestamp: str, body: bytes) -> bool:
    """Whether the owner of ``key`` signed these very bytes with this time (ECDSA, SHA-256).

    Raises:
        ConfigurationInvalid: ``key`` is none.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    public = check_key(key)
    given = _strictly(signature)
    if not given or _DIGITS.fullmatch(timestamp) is None:
        return False
    try:
        public.verify(given, timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4)
def check_key(key: str) -> Any:
    """The public key as SendGrid shows it: base64 of a P-256 key's DER.

    Raises:
        ConfigurationInvalid: it is not one.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        found = load_der_public_key(_strictly(key))
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1):
        return found
    raise ConfigurationInvalid(
        _(
            "“mail.webhook_key” is not SendGrid's verification key; copy it as it is shown "
            "beside Signed Event Webhook, one line that begins with MFkw."
        )
    )


def read_events(body: bytes, received_at: datetime) -> list[DeliveryEvent]:
    """What the events tell of mails; those that cannot be read or tell nothing are left out.

    Raises:
        BadInput: the body is not a list.
    """
    try:
        found = elements(body)
    except ValueError as error:
        raise BadInput(_("This is not a list of events.")) from error
    return list(_told(found, received_at))


def _told(found: list[Any], received_at: datetime) -> Iterator[DeliveryEvent]:
    for one in found:
        kind = one.get("event") if isinstance(one, dict) else None
        if not isinstance(kind, str) or kind not in _KINDS:
            continue
        told_at = one.get("timestamp")
        yield event_told(
            _number(one),
            _KINDS[kind],
            source=EventSource.WEBHOOK,
            told_at=_text(told_at),
            at=_instant(told_at),
            received_at=received_at,
            address=_text(one.get("email")),
            # Behind the first dot stands by which of their machines it went.
            provider_id=_text(one.get("sg_message_id")).partition(".")[0],
            reason=_reason(one),
        )


def _number(one: dict[str, Any]) -> str:
    """Our number of the mail: the argument that we sent along, else our own Message-ID."""
    if given := _text(one.get("oid")):
        return given
    own = _OWN_ID.fullmatch(_text(one.get("smtp-id")))
    return own[1] if own else ""


def _reason(one: dict[str, Any]) -> str:
    """What the mail server said, with the status before it where it does not begin with one."""
    said = _text(one.get("reason")) or _text(one.get("response"))
    blocked = "blocked" if one.get("type") == "blocked" else ""
    status = _text(one.get("status"))
    return " ".join(part for part in (blocked, "" if status in said else status, said) if part)


def _text(value: Any) -> str:
    """A plain value as text; anything else is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # What is a whole number is written as one, so that the same time is the same key.
    whole = isinstance(value, float) and math.isfinite(value) and value.is_integer()
    return str(int(value) if whole else value)[:1000].strip()


def _instant(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(_text(value)), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _strictly(text: str) -> bytes:
    """The bytes that ``text`` spells in the one right way; none where it does not."""
    if _BASE64.fullmatch(text) is None:
        return b""
    found = b64decode(text, validate=True)
    return found if b64encode(found).decode() == text else b""
