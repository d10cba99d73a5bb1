"""The calendar of an organization as iCalendar (RFC 5545): numbers, days and counts only."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Alarm, Calendar, Event

from config.language import _, ngettext
from config.settings import Site
from models.queries.feed import Deadline

WARNED_BEFORE = timedelta(days=3)
KEPT = timedelta(days=366)
"""So long a calendar goes on to say that everything of a letter is closed."""


def calendar_of(deadlines: Sequence[Deadline], site: Site) -> bytes:
    """One event a letter, on its last day; cancelled where nothing of it is open."""
    calendar = Calendar()
    calendar.add("prodid", "-//Duban//duban//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("Rectification: last days"))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for one in deadlines:
        calendar.add_component(_event(one, site))
    written: bytes = calendar.to_ical()
    return written


def _event(one: Deadline, site: Site) -> Event:
    letter = one.letter
    host = urlsplit(site.base_url).hostname or "duban"
    summary = _summary(one)
    event = Event()
    event.add("uid", f"letter-{letter.year}-{letter.sequence}@{host}")
    event.add("sequence", one.changes)
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("dtstart", one.last_day)
    event.add("dtend", one.last_day + timedelta(days=1))
    event.add("summary", summary)
    event.add("url", f"{site.base_url}/letters/{letter.year}-{letter.sequence}")
    event.add("status", "CONFIRMED" if one.open else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    if one.open:
        event.add_component(_alarm(summary))
    return event


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -WARNED_BEFORE)
    return alarm


def _summary(one: Deadline) -> str:
    if not one.open:
        return _("Letter {number}: nothing is open").format(number=one.letter.number)
    return ngettext(
        "Letter {number}: last day, {n} finding open",
        "Letter {number}: last day, {n} findings open",
        one.open,
    ).format(number=one.letter.number, n=one.open)
