"""What is wrong with a year's calendar, so that a copied or invented one is refused."""

from datetime import date

from config.language import _
from models.calendar import CalendarYear
from models.day_words import festival_words
from models.statutory_days import statutory_days
from models.working_days import SATURDAY


def faults_of(year: CalendarYear) -> list[str]:
    """Every fault, in sentences; an empty list means that the year may be used."""
    if not year.off_days:
        return [_("{year}: the file lists no days off.").format(year=year.year)]
    return [*_stray_days(year), *_work_on_weekdays(year), *_festivals(year)]


def _stray_days(year: CalendarYear) -> list[str]:
    # A notice's spans may begin in the last days of the year before.
    first, last = date(year.year - 1, 12, 25), date(year.year, 12, 31)
    return [
        _("{day} does not lie in {year}.").format(day=day, year=year.year)
        for day in sorted({*year.off_days, *year.make_up_days})
        if not first <= day <= last
    ]


def _work_on_weekdays(year: CalendarYear) -> list[str]:
    faults = [
        _("The make-up working day {day} is not a Saturday or Sunday.").format(day=day)
        for day in sorted(year.make_up_days)
        if day.weekday() < SATURDAY
    ]
    return faults + [
        _("{day} is both a day off and a make-up working day.").format(day=day)
        for day in sorted(set(year.off_days) & set(year.make_up_days))
    ]


def _festivals(year: CalendarYear) -> list[str]:
    """The law's own days are off whatever the notice arranges around them."""
    return [
        _("{festival} falls on {day}, but that day is not off in this file.").format(
            festival=festival_words(festival), day=day
        )
        for day, festival in sorted(statutory_days(year.year).items())
        if day not in year.off_days
    ]
