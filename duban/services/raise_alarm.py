"""Telling those who watch, at once and past the outbox: what empties that may be what is dead."""

from contextlib import closing
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
from models.trouble import Trouble, TroubleKind
from models.trouble_words import (
    trouble_effect_words,
    trouble_remedy_words,
    trouble_title,
    trouble_words,
)
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
    trouble: Trouble | None = None
    early: bool = False
    """Whether the time of grace of a check that failed or was stopped is not over yet."""

    @property
    def since(self) -> datetime | None:
        """Since when it stands, where that is known."""
        return self.trouble.since if self.trouble else self.expected


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

    @property
    def reached(self) -> bool:
        """Whether somebody knows, or would."""
        return bool(self.now or self.before or self.would)


def alarm_of(watch: NightWatch) -> Alarm | None:
    """The alarm that a check is missing, failed or was stopped; none where it is there."""
    newest = watch.newest
    expected = watch.expected if watch.missing else _broken(watch)
    if expected is None:
        return None
    night = civil_date(expected)
    return Alarm(
        f"night {night}",
        "night-missing",
        "/nights",
        expected,
        watch.whole_as_of,
        newest.state if newest is not None and newest.business_date >= night else None,
        early=not watch.missing,
    )


def _broken(watch: NightWatch) -> datetime | None:
    """The time of a newer check that failed or waits for a person; it is told before its grace."""
    newest = watch.newest
    if newest is None or newest.state not in (RunState.FAILED, RunState.STOPPED):
        return None
    confirmed = newest.confirmed_by is not None
    done = watch.whole_as_of is not None and watch.whole_as_of >= newest.as_of
    return None if confirmed or done else newest.as_of


def alarm_of_trouble(trouble: Trouble) -> Alarm:
    """The alarm that something is wrong with mail or a calendar."""
    page = "/rules" if trouble.kind is TroubleKind.CALENDAR else "/mails"
    return Alarm(trouble.about, "trouble", page, trouble=trouble)


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
            with closing(transport_of(settings)) as transport:
                transport.send(_mail(settings, mail, to), now)
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
        **_said(alarm.trouble),
    )


def _said(trouble: Trouble | None) -> dict[str, str]:
    if trouble is None:
        return {}
    return {
        "title": trouble_title(trouble),
        "what": trouble_words(trouble),
        "since": local_minute(trouble.since),
        "remedy": trouble_remedy_words(trouble),
        "effect": trouble_effect_words(trouble),
    }


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
