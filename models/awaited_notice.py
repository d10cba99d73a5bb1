"""Which year's holiday notice should be there by now and is not."""

from datetime import date

from models.calendar import Calendar

NOTICES_COME = 11
"""The month in which the State Council announces the next year's holidays."""


def awaited_year(calendar: Calendar, today: date) -> int | None:
    """This year, or from 1 November the next one, if its notice is missing."""
    wanted = (today.year, today.year + 1) if today.month >= NOTICES_COME else (today.year,)
    return next((year for year in wanted if not calendar.covers(year)), None)
