"""Which rungs have come, and when the check looks again."""

from datetime import date

import pytest

from config.policy_file import policy_file
from models.calendar import shipped_calendar
from models.ladder import (
    Limit,
    Reached,
    Standing,
    applies,
    ladder_from,
    latest_reminders,
    reached,
)
from models.transitions import State

LADDER = ladder_from(policy_file().policy())
CALENDAR = shipped_calendar()
DUE, SIGN = date(2024, 1, 26), date(2023, 12, 28)


def standing(state: str, review_by: date | None = None) -> Standing:
    return Standing(State(state), DUE, SIGN, review_by)


def codes(state: str, today: str, review_by: date | None = None) -> list[tuple[str, str]]:
    found = reached(LADDER, standing(state, review_by), date.fromisoformat(today), CALENDAR)
    return [(item.rung.code, str(item.effective_on)) for item in found]


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        ("issued", "2023-12-28", []),
        ("issued", "2023-12-29", [("receipt", "2023-12-29")]),
        ("issued", "2024-01-03", [("receipt", "2023-12-29"), ("receipt-again", "2024-01-03")]),
        ("acknowledged", "2024-01-18", []),
        ("acknowledged", "2024-01-19", [("due-7", "2024-01-19")]),
        ("acknowledged", "2024-01-26",
         [("due-7", "2024-01-19"), ("due-3", "2024-01-23"), ("due-1", "2024-01-25")]),
        ("overdue", "2024-01-27", [("urge", "2024-01-27")]),
        ("overdue", "2024-02-08",
         [("urge", "2024-01-27"), ("circular", "2024-02-02"), ("summons", "2024-02-08")]),
        ("overdue", "2024-02-26",
         [("urge", "2024-01-27"), ("circular", "2024-02-02"), ("summons", "2024-02-08"),
          ("referral", "2024-02-26")]),
        ("submitted", "2024-02-26", []),
        ("rectified", "2024-02-26", []),
        ("withdrawn", "2024-02-26", []),
    ],
)  # fmt: skip
def test_rungs_by_state_and_day(state: str, today: str, expected: list[tuple[str, str]]) -> None:
    assert codes(state, today) == expected


def test_a_submission_counts_only_our_own_limit() -> None:
    review_by = date(2024, 1, 29)
    assert codes("submitted", "2024-01-29", review_by) == []
    assert codes("submitted", "2024-01-30", review_by) == [("review-late", "2024-01-30")]


def test_missed_reminders_collapse_into_the_latest_of_their_limit() -> None:
    keep, dropped = latest_reminders(
        reached(LADDER, standing("issued"), date(2024, 1, 25), CALENDAR)
    )
    assert ([r.rung.code for r in keep], [r.rung.code for r in dropped]) == (
        ["receipt-again", "due-1"], ["receipt", "due-7", "due-3"],
    )  # fmt: skip


def test_legal_steps_never_collapse() -> None:
    come = reached(LADDER, standing("overdue"), date(2024, 2, 26), CALENDAR)
    assert latest_reminders(come) == (come, [])


def test_every_rung_applies_in_some_state_and_none_when_closed() -> None:
    review = date(2024, 1, 29)
    for rung in LADDER:
        states = {state for state in State if applies(rung, standing(state, review))}
        assert (
            states
            == {
                Limit.SIGN: {State.ISSUED},
                Limit.REVIEW: {State.SUBMITTED},
                Limit.DUE: {State.ISSUED, State.ACKNOWLEDGED}
                if rung.before_due
                else {State.OVERDUE},
            }[rung.counts]
        )


def test_a_reached_rung_names_the_limit_it_counts_from() -> None:
    (item,) = reached(LADDER, standing("overdue"), date(2024, 1, 27), CALENDAR)
    assert item == Reached(item.rung, DUE, date(2024, 1, 27))
