"""The one table from what went wrong to the exit code; ``docs/cli.md`` prints it."""

from config.errors import ConfigurationInvalid
from config.language import _
from models.errors import (
    BadInput,
    BrakeTripped,
    CalendarNotCovered,
    IllegalTransition,
    NotAllowed,
    NotFound,
    RefusedByRule,
    SecondPersonRequired,
    StaleVersion,
    Unavailable,
    WrongUsage,
)

DONE = 0
FAILED = 1
USAGE = 2
ATTENTION = 3
INTERRUPTED = 130

EXIT_CODES: dict[type[Exception], int] = {
    BadInput: FAILED,
    WrongUsage: USAGE,
    NotAllowed: 4,
    StaleVersion: 5,
    NotFound: 6,
    IllegalTransition: 7,
    CalendarNotCovered: 7,
    BrakeTripped: 7,
    RefusedByRule: 7,
    SecondPersonRequired: 7,
    ConfigurationInvalid: 9,
    Unavailable: 10,
}


def meanings() -> dict[int, str]:
    """What each code means, in the current language."""
    return {
        DONE: _("done"),
        FAILED: _("failed, or an input that cannot be used"),
        USAGE: _("wrong usage"),
        ATTENTION: _(
            "done, and something needs attention: status --check, import ledger check with "
            "refused rows, run preview --expect-none, run watch, receipt check"
        ),
        4: _("not allowed"),
        5: _("somebody else changed it meanwhile"),
        6: _("not found"),
        7: _("refused by a rule"),
        9: _("a setting or policy is invalid"),
        10: _("the database is locked, missing, unusable, or of another version"),
        INTERRUPTED: _("interrupted"),
    }


def exit_code_of(error: Exception) -> int:
    """The code for ``error``, by the nearest class in the table."""
    for kind in type(error).__mro__:
        if kind in EXIT_CODES:
            return EXIT_CODES[kind]
    return FAILED
