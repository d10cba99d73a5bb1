"""What is heard of a mail, in plain words."""

import re

from config.language import _
from models.delivery_event import DeliveryEvent, EventSource, Heard

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
"""An enhanced status code (RFC 3463): class, subject, detail."""
_REPLY = re.compile(r"^([245]\d\d)\b", re.ASCII)


def heard_label(heard: Heard) -> str:
    """What one event says."""
    return {
        Heard.PROCESSED: _("the provider took it and is sending it"),
        Heard.DEFERRED: _("the recipient's server does not take it for now; it is tried again"),
        Heard.DELIVERED: _("it was delivered into the mailbox"),
        Heard.BOUNCED: _("it came back as undeliverable"),
        Heard.DROPPED: _("the provider did not send it"),
        Heard.SEEN: _("its copy lies in the archive, so the mail server took it"),
    }[heard]


def source_label(source: EventSource) -> str:
    """By which way an event came."""
    return {
        EventSource.WEBHOOK: _("told by the provider"),
        EventSource.MAILBOX: _("read in our mailbox"),
    }[source]


def heard_words(event: DeliveryEvent) -> str:
    """One event with its reason, where a plain one is known."""
    plain = reason_words(event.reason or "")
    said = heard_label(event.heard)
    return _("{said}: {why}").format(said=said, why=plain) if plain else said


def reason_words(answer: str) -> str | None:
    """What a mail server's refusal means; none where its answer holds no known code."""
    if (status := _STATUS.search(answer)) is not None:
        kind, subject, detail = status.groups()
        if kind == "2":
            return None
        if subject == "1":
            return _("the address does not exist")
        if subject == "2":
            return _("the mailbox is full") if detail == "2" else _("the mailbox takes no mail")
        if subject == "7":
            return _("the recipient's server refuses our mail by its rules")
        if subject == "4":
            return _("the recipient's server cannot be reached")
        return _("the recipient's server refused it")
    if (reply := _REPLY.match(answer)) is None or reply[1][0] == "2":
        return None
    if reply[1] in ("550", "551", "553"):
        return _("the address does not exist or takes no mail")
    if reply[1] == "552":
        return _("the mailbox is full")
    if reply[1][0] == "4":
        return _("the recipient's server does not take it for now")
    return _("the recipient's server refused it")
