"""Days as a document bears them, in Chinese whatever language the reader has chosen."""

from datetime import date

BLANK_DAY = "　　年　　月　　日"
"""A day to be filled in by hand."""


def letter_day(day: date) -> str:
    """``2023年12月7日``: the full year, and no zero before month or day."""
    return f"{day.year}年{day.month}月{day.day}日"
