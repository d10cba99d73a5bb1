"""Which days a night is about: limits of which a rung, or their end, has come since the last one.

Every finding with the same limit climbs together, so a night asks the calendar and not each
finding what is due. Pure: a ladder, days and a calendar in, days out.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from models.calendar import Calendar
from models.ladder import Limit, Rung, waits_for_working_day
from models.periods import Unit

_DAY = timedelta(days=1)
_SPAN = {Unit.DAY: 1, Unit.WORKING_DAY: 2, Unit.MONTH: 31}
"""Civil days that a step of a period takes at most, longer holidays apart."""

_HOLIDAYS = 20
"""More than any row of rest days."""


def days_come(
    ladder: Iterable[Rung], since: date, today: date, calendar: Calendar
) -> Mapping[Limit, list[date]]:
    """By kind of limit the last days of which something comes later than ``since``, by ``today``.

    A rung that keeps off rest days comes on the next working day; a period that runs ends on
    the day after its last one.
    """
    found: dict[Limit, set[date]] = {limit: set() for limit in Limit}
    found[Limit.DUE] |= set(_between(since, today - _DAY))
    for rung in ladder:
        for limit in _candidates(rung, since, today):
            if since < _told_on(rung, rung.day(limit, calendar), calendar) <= today:
                found[rung.counts].add(limit)
    return {limit: sorted(days) for limit, days in found.items()}


def _told_on(rung: Rung, day: date, calendar: Calendar) -> date:
    return calendar.next_working_day(day) if waits_for_working_day(rung) else day


def _candidates(rung: Rung, since: date, today: date) -> Iterator[date]:
    """Limits that may have this rung in the window, and some more."""
    span = timedelta(days=abs(rung.at.count) * _SPAN[rung.at.unit] + _HOLIDAYS)
    yield from _between(
        since - (span if rung.at.count >= 0 else _HOLIDAYS * _DAY),
        today + (span if rung.at.count < 0 else _HOLIDAYS * _DAY),
    )


def _between(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)
