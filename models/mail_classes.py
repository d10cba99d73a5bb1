"""What kind of mail each template is: how long it waits, when it may leave, what doubt means.

A formal notice waits and is never dropped; a mail of courtesy goes to a person at most once a
day and dies when it is no longer true.
"""

from collections.abc import Mapping
from enum import StrEnum


class MailClass(StrEnum):
    """Formal notice, courtesy, digest, account, or a message to operators."""

    FORMAL = "formal"
    COURTESY = "courtesy"
    DIGEST = "digest"
    ACCOUNT = "account"
    OPERATOR = "operator"


class Hours(StrEnum):
    """When a mail may leave."""

    ANY = "any"
    OFFICE = "office"
    """From the morning's mail until the end of the day's, on working days."""
    DAILY = "daily"
    """The same hours of every day."""


class Doubt(StrEnum):
    """What becomes of a mail in doubt for which no proof can be had."""

    RESEND_ONCE = "resend-once"
    HOLD = "hold"


CLASSES: Mapping[str, MailClass] = {
    "account-changed": MailClass.ACCOUNT,
    "acknowledged": MailClass.FORMAL,
    "brief": MailClass.DIGEST,
    "closed": MailClass.FORMAL,
    "deadline-moved": MailClass.FORMAL,
    "digest": MailClass.FORMAL,
    "escalated": MailClass.FORMAL,
    "extension": MailClass.FORMAL,
    "invitation": MailClass.ACCOUNT,
    "issued": MailClass.FORMAL,
    "overdue": MailClass.FORMAL,
    "reminder": MailClass.COURTESY,
    "reopened": MailClass.FORMAL,
    "reset": MailClass.ACCOUNT,
    "returned": MailClass.FORMAL,
    "review-late": MailClass.COURTESY,
    "submitted": MailClass.FORMAL,
    "taken-back": MailClass.FORMAL,
    "urged": MailClass.FORMAL,
    "views": MailClass.DIGEST,
    "withdrawn": MailClass.FORMAL,
}
"""By template. A night's ``digest`` is formal until it is known whether it only reminds."""

ONCE_A_DAY = tuple(
    template for template, kind in CLASSES.items() if kind in (MailClass.COURTESY, MailClass.DIGEST)
)
"""The templates of which a person gets one mail a day, whatever happens."""

_HOURS = {
    # Somebody has just done something and waits for the answer.
    "acknowledged": Hours.ANY,
    "submitted": Hours.ANY,
    "digest": Hours.DAILY,
    "overdue": Hours.DAILY,
    "urged": Hours.DAILY,
    # Its reader chose the days.
    "views": Hours.DAILY,
}


def hours_of(template: str) -> Hours:
    """When a mail may leave."""
    if CLASSES[template] in (MailClass.ACCOUNT, MailClass.OPERATOR):
        return Hours.ANY
    return _HOURS.get(template, Hours.OFFICE)


def doubt_of(template: str) -> Doubt:
    """What becomes of a mail in doubt without proof, unless the settings say otherwise."""
    formal = CLASSES[template] is MailClass.FORMAL
    return Doubt.RESEND_ONCE if formal else Doubt.HOLD


def templates_of(*wanted: Hours) -> list[str]:
    """The templates whose mails may leave in these hours."""
    return [template for template in CLASSES if hours_of(template) in wanted]
