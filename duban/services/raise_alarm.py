"""Telling those who watch, at once and past the outbox: what empties that may be what is dead."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from config.errors import ConfigurationInvalid
from config.language import current_language
from config.settings import Settings
from duban.services.mail_setup import transport_of
from duban.services.remember_alarms import recent_alarms, remember_alarm
from models.calendar import civil_date
from models.day_words import local_minute
from models.errors import BadInput
from models.nightly_run import RunState
from models.queries.health import NightWatch
from models.words import run_label
from notifications.mail import Mail
from notifications.render import Rendered, render_in_both
from notifications.transports import SendFailed
from notifications.values import AlarmMail


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is wrong; ``about`` is what it is remembered by, ``page`` where its mail leads."""

    about: str
    template: str
    page: str = "/"
    expected: datetime | None = None
    last_success: datetime | None = None
    attempt: RunState | None = None


DATABASE_GONE = Alarm("database", "database-gone")


@dataclass(slots=True)
class Told:
    """Who was told now, who in the last 24 hours, who would be, and why others were not.

    ``forgotten`` is why it could not be remembered that somebody was told.
    """

    now: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    would: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    forgotten: str | None = None


def alarm_of(watch: NightWatch) -> Alarm | None:
    """The alarm that a check is missing; none where it is there."""
    if watch.expected is None or not watch.missing:
        return None
    night, newest = civil_date(watch.expected), watch.newest
    return Alarm(
        f"night {night}",
        "night-missing",
        "/nights",
        watch.expected,
        watch.whole_as_of,
        newest.state if newest is not None and newest.business_date >= night else None,
    )


def raise_alarm(settings: Settings, alarm: Alarm, now: datetime) -> Told:
    """Mail the alarm to everybody who was not told of it in the last 24 hours.

    Whoever cannot be told is tried again at the next call.
    """
    told = Told()
    recent = recent_alarms(settings.data_dir, now).get(alarm.about, {})
    mail = render_in_both(alarm.template, lambda: _values(settings, alarm))
    for to in dict.fromkeys(settings.watch.to):
        if to in recent:
            told.before.append(to)
            continue
        try:
            transport_of(settings).send(_mail(settings, mail, to), now)
        except (SendFailed, BadInput, ConfigurationInvalid) as error:
            told.failures[to] = error.message
            continue
        told.now.append(to)
        try:
            remember_alarm(settings.data_dir, alarm.about, to, now)
        except OSError as error:
            told.forgotten = error.strerror
    return told


def _values(settings: Settings, alarm: Alarm) -> AlarmMail:
    site = settings.site
    english = current_language() == "en"
    name = site.name_en if english else site.name
    return AlarmMail(
        organization=name,
        site=name,
        office=site.office_en if english else site.office,
        phone=site.phone,
        link=site.base_url + alarm.page,
        expected=local_minute(alarm.expected) if alarm.expected else "",
        last_success=local_minute(alarm.last_success) if alarm.last_success else "",
        attempt=run_label(alarm.attempt) if alarm.attempt else "",
        stopped=alarm.attempt is RunState.STOPPED,
    )


def _mail(settings: Settings, rendered: Rendered, to: str) -> Mail:
    sender = settings.mail.sender
    return Mail(
        message_id=f"{uuid4().hex}@{sender.partition('@')[2]}",
        sender=sender,
        sender_name=settings.site.name,
        reply_to=settings.mail.reply_to,
        to=to,
        to_name="",
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
    )
