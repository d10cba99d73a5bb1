"""Whether mail reaches somebody, and what to say on the telephone, in words."""

from config.language import _, ngettext
from models.calendar import civil_date
from models.day_words import list_day
from models.heard_before import HeardBefore, Hearing
from models.heard_words import reason_words
from models.organization import Contact
from models.queries.call_list import OpenLetter


def address_words(contact: Contact) -> str:
    """Whether mail reaches a person, and if not, why and since when."""
    if not contact.active:
        return _("removed")
    if contact.email is None:
        return _("no address; telephone")
    if contact.undeliverable_at is None:
        return _("is told")
    day = list_day(civil_date(contact.undeliverable_at))
    why = reason_words(contact.undeliverable_why or "")
    if why is None:
        return _("mail has not arrived since {day}").format(day=day)
    return _("mail has not arrived since {day}: {why}").format(day=day, why=why)


def hearing_words(heard: HeardBefore) -> str:
    """How far the notice before a proposal came."""
    day = list_day(civil_date(heard.at)) if heard.at else ""
    match heard.hearing:
        case Hearing.DELIVERED:
            return _("delivered {day}").format(day=day)
        case Hearing.ACCEPTED:
            return _("taken by the mail server {day}, nothing else heard").format(day=day)
        case Hearing.WAITING:
            return _("the mail has not left yet")
        case Hearing.UNTOLD:
            return _("no notice was told before")
    if not day:
        return _("reached nobody: no working address")
    why = reason_words(heard.why)
    if why is None:
        return _("reached nobody since {day}").format(day=day)
    return _("reached nobody since {day}: {why}").format(day=day, why=why)


def to_say_words(one: OpenLetter) -> str:
    """What to say of a letter: its number, how much is open, the day; no text of a finding."""
    said = ngettext(
        "Letter {number}: {n} finding waits for its report, last day {day}.",
        "Letter {number}: {n} findings wait for their report, last day {day}.",
        one.waiting,
    ).format(number=one.letter.number, n=one.waiting, day=list_day(one.last_day))
    if not one.overdue:
        return said
    late = ngettext("{n} of them is overdue.", "{n} of them are overdue.", one.overdue)
    return f"{said} {late.format(n=one.overdue)}"
