"""The ladder in words: from which limit a rung counts, when it comes, what it does."""

from datetime import date, timedelta

from config.language import _, ngettext
from models.calendar import Calendar
from models.deadlines import Rule, count_from
from models.ladder import Limit, Rung, RungKind
from models.periods import Period, Unit


def limit_label(limit: Limit) -> str:
    """The limit that a rung counts from."""
    return {
        Limit.SIGN: _("the limit for the receipt"),
        Limit.DUE: _("the last day"),
        Limit.REVIEW: _("the limit of our review"),
    }[limit]


def kind_of_rung_label(kind: RungKind) -> str:
    """What a rung does."""
    return {
        RungKind.REMINDER: _("reminder, on working days"),
        RungKind.NOTICE: _("notice, also on rest days"),
        RungKind.PROPOSAL: _("proposal, decided by a person"),
    }[kind]


def when_words(rung: Rung) -> str:
    """How far from its limit a rung comes."""
    n, unit = abs(rung.at.count), rung.at.unit
    if n == 0:
        return _("on the day itself")
    if rung.at.count < 0:
        return {
            Unit.DAY: ngettext("{n} day before", "{n} days before", n),
            Unit.WORKING_DAY: ngettext("{n} working day before", "{n} working days before", n),
            Unit.MONTH: ngettext("{n} month before", "{n} months before", n),
        }[unit].format(n=n)
    return {
        Unit.DAY: ngettext("{n} day after", "{n} days after", n),
        Unit.WORKING_DAY: ngettext("{n} working day after", "{n} working days after", n),
        Unit.MONTH: ngettext("{n} month after", "{n} months after", n),
    }[unit].format(n=n)


def first_concerned(year: int, window: Period, rule: Rule, calendar: Calendar) -> date:
    """The first day of issue from which a letter's last day lies in ``year``."""
    working = calendar.provisionally()
    day = date(year, 1, 1)
    while count_from(day - timedelta(days=1), window, rule, working).last_day.year >= year:
        day -= timedelta(days=1)
    return day
