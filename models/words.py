"""The words for states, events, rungs and reasons, in the current language."""

from config.language import _
from models.transitions import State


def state_label(state: State) -> str:
    """A state as a tag."""
    return {
        State.DRAFT: _("Draft"),
        State.ISSUED: _("Awaiting receipt"),
        State.ACKNOWLEDGED: _("In progress"),
        State.SUBMITTED: _("Awaiting review"),
        State.OVERDUE: _("Overdue"),
        State.RECTIFIED: _("Closed"),
        State.WITHDRAWN: _("Withdrawn"),
    }[state]


def level_label(level: int) -> str:
    """A level of the ladder; from the circular on, a person decided it."""
    names = (_("Reminder"), _("Urging notice"), _("Circular"), _("Summons"), _("Referral"))
    return names[level] if level < len(names) else _("Level {level}").format(level=level)


def reason_label(reason: str) -> str:
    """Why a night did nothing for a finding."""
    return {
        "not-due": _("not due"),
        "awaiting-our-review": _("waits for our review"),
        "extension-pending": _("a request for more time is undecided"),
        "already-sent-this-rung": _("this rung was told already"),
        "rest-day-deferred": _("put off to a working day"),
        "no-working-address": _("no working address; telephone"),
        "error": _("could not be checked"),
    }.get(reason, reason)


def event_label(event: str) -> str:
    """An event as a past act."""
    return {
        "issue": _("issued"),
        "acknowledge": _("acknowledged"),
        "submit": _("submitted"),
        "accept": _("accepted and closed"),
        "return": _("returned"),
        "lapse": _("became overdue"),
        "extend": _("extended"),
        "reopen": _("reopened"),
        "withdraw": _("withdrawn"),
    }[event]
