"""Standard output and error that can carry Chinese, and an answer that really arrives."""

import os
import sys
from io import TextIOWrapper

from config.language import _
from duban.cli.exit_codes import DONE, FAILED


def open_streams() -> None:
    """Let both streams carry every sentence, whatever the locale says; open what was closed."""
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=_able(stream.encoding), errors="backslashreplace")


def deliver(code: int) -> int:
    """Hand over what is still held back; ``code``, or failure if it cannot be written."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if code == DONE and not isinstance(error, BrokenPipeError):
            sys.stderr.write(not_written(error) + "\n")
        # Python would try once more when it leaves, and complain.
        os.dup2(_nowhere().fileno(), sys.stdout.fileno())
        return code or FAILED
    return code


def not_written(error: OSError) -> str:
    """That the answer did not arrive, and why."""
    return _("The answer could not be written: {why}.").format(why=error.strerror)


def refuse_closed_output() -> int | None:
    """The exit code where nobody could read the answer; nothing is begun then."""
    if sys.stdout is not None:
        return None
    sys.stderr.write(_("Standard output is closed, so nothing was done.") + "\n")
    return FAILED


def _able(encoding: str) -> str:
    try:
        "督办〔—…“”".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return "utf-8"
    return encoding


def _nowhere() -> TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123  lives as long as the process
