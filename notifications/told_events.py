"""One thing heard of a mail, made of what others wrote: cut to size, and known by its own key."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from models.delivery_event import DeliveryEvent, EventSource, Heard

LONGEST_NUMBER, LONGEST_ID, LONGEST_ADDRESS, LONGEST_REASON = 32, 200, 254, 500
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")
_NOT_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)


def event_told(
    number: str,
    heard: Heard,
    *,
    source: EventSource,
    told_at: str,
    at: datetime | None,
    received_at: datetime,
    address: str,
    provider_id: str = "",
    reason: str = "",
) -> DeliveryEvent:
    """The event of the mail called ``number``; ``at`` is what ``told_at`` means, if it is a time.

    The key is made of what is told (number, kind, time, provider's number, address), so the same
    told again is the same. A time that cannot be is that of receiving.
    """
    address = plain(address, LONGEST_ADDRESS)
    told = (number, heard.value, told_at, provider_id, address.casefold())
    if at is None or not _NOT_BEFORE <= at <= received_at + timedelta(days=1):
        at = received_at
    return DeliveryEvent(
        key=sha256("\n".join(told).encode("utf-8", "backslashreplace")).hexdigest(),
        message_id=number if number and plain(number, LONGEST_NUMBER) == number else None,
        heard=heard,
        source=source,
        at=at,
        received_at=received_at,
        provider_id=plain(provider_id, LONGEST_ID) or None,
        address=address or None,
        reason=plain(reason, LONGEST_REASON) or None,
    )


def plain(text: str, longest: int) -> str:
    """``text`` on one line, without what no database stores, and at most so long."""
    stored = text.encode("utf-8", "replace").decode("utf-8")
    return _UNFIT.sub(" ", stored).strip()[:longest].rstrip()
