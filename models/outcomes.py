"""What a night does with a finding, and why it does nothing or not everything."""

from enum import StrEnum


class Outcome(StrEnum):
    """What a night did with a finding: exactly one of these for each open finding."""

    CHANGED = "changed"
    NOTICED = "noticed"
    HELD = "held"
    NONE = "none"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a night did nothing, or not everything."""

    NOT_DUE = "not-due"
    AWAITING_REVIEW = "awaiting-our-review"
    EXTENSION_PENDING = "extension-pending"
    REST_DAY = "rest-day-deferred"
    NO_ADDRESS = "no-working-address"
    LATER_REMINDER = "later-reminder-instead"
    ERROR = "error"


HOLDS_BACK = (Reason.EXTENSION_PENDING, Reason.NO_ADDRESS)
"""Reasons that somebody can do something about; a rest day passes by itself."""

PUTS_OFF = (*HOLDS_BACK, Reason.REST_DAY)
"""Reasons for which the check looks again tomorrow."""
