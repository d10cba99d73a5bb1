"""The label beside a last day: how late a finding is, in words and as a kind to colour."""

from datetime import date, datetime
from typing import NamedTuple

from config.language import _
from models.calendar import civil_date
from models.day_words import days_label, report_label, short_day
from models.finding import Finding
from models.transitions import RUNNING_STATES, State

SOON, NEAR = 7, 3
"""So many days before the last one it is soon, and near."""


class DateLabel(NamedTuple):
    """``kind`` is left, soon, near, today, overdue, extended, on-time or late."""

    kind: str
    words: str


def date_label(finding: Finding, state: State, now: datetime) -> DateLabel | None:
    """The label of a finding in ``state`` as of ``now``; none without a due date."""
    last_day = finding.last_day
    if last_day is None or state is State.WITHDRAWN:
        return None
    if state in (State.SUBMITTED, State.RECTIFIED) and finding.submitted_at is not None:
        handed_in = civil_date(finding.submitted_at)
        return DateLabel("late" if handed_in > last_day else "on-time",
                         report_label(handed_in, last_day))  # fmt: skip
    if state not in (*RUNNING_STATES, State.OVERDUE):
        return None
    label = limit_label(last_day, civil_date(now))
    extended = finding.original_last_day is not None and last_day > finding.original_last_day
    if label.kind == "overdue" or not extended:
        return label
    words = _("{left}, extended to {day}").format(left=label.words, day=short_day(last_day))
    return DateLabel("extended", words)


def limit_label(last_day: date, today: date) -> DateLabel:
    """The label of a limit that ends on ``last_day``, such as that of our own review."""
    left = (last_day - today).days
    words = days_label(last_day, today)
    if left < 0:
        return DateLabel("overdue", words)
    if left == 0:
        return DateLabel("today", words)
    return DateLabel("near" if left <= NEAR else "soon" if left <= SOON else "left", words)
