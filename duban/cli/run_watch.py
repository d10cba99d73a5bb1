"""``duban run watch``: whether the newest check is there, asked by another process than its own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import typer

from config import clock
from config.language import _
from config.settings import Settings
from duban.cli.app import App
from duban.cli.exit_codes import ATTENTION
from duban.cli.options import OPTIONS
from duban.cli.output import emit, say, tell
from duban.cli.session import database, now_of, settings
from duban.services.mail_setup import check_watch
from duban.services.raise_alarm import DATABASE_GONE, Alarm, Told, alarm_of, raise_alarm
from models.day_words import local_minute
from models.errors import Unavailable
from models.installation import Installation
from models.queries.health import NightWatch, night_watch
from notifications.ping import PingFailed, ping


@dataclass(frozen=True)
class _Seen:
    now: datetime
    watch: NightWatch
    demo: bool
    rehearsal: bool


def add_to(app: App) -> None:
    """Give ``duban run`` its watch."""
    words = _(
        "For cron: pings when the newest check is there, else mails an alarm and exits with 3."
    )
    app.verb(help=words)(watch)


def watch() -> None:
    chosen = settings()
    try:
        seen = _look(chosen)
    except Unavailable as error:
        told = _told(chosen, DATABASE_GONE, clock.now(), held=OPTIONS.dry_run)
        raise Unavailable(
            " ".join([error.message, *_good_news(told), *_bad_news(told)]),
            **error.details, **_shape(told),
        ) from error  # fmt: skip
    alarm = alarm_of(seen.watch)
    if alarm is None:
        _say_well(chosen, seen)
        return
    held = OPTIONS.dry_run or seen.demo or seen.rehearsal
    told = _told(chosen, alarm, seen.now, held=held)
    emit(_data(chosen, seen, told, pinged=False), lambda: _say_missing(seen, told))
    for line in _bad_news(told):
        tell(line)
    raise typer.Exit(ATTENTION)


def _look(chosen: Settings) -> _Seen:
    with database() as opened, opened.read() as session:
        now = now_of(session)
        installation = session.get_one(Installation, 1)
        found = night_watch(
            session, now, nightly_at=chosen.schedule.nightly_at,
            grace_minutes=chosen.web.nightly_grace_minutes,
        )  # fmt: skip
        return _Seen(now, found, installation.demo, installation.rehearsal)


def _told(chosen: Settings, alarm: Alarm, now: datetime, *, held: bool) -> Told:
    """Raise the alarm; ``held`` only says to whom it would go."""
    return Told(would=[*chosen.watch.to]) if held else raise_alarm(chosen, alarm, now)


def _say_well(chosen: Settings, seen: _Seen) -> None:
    """Ping, now that it is known that an alarm could leave if it had to."""
    check_watch(chosen)
    url, held = chosen.watch.ping_url, OPTIONS.dry_run or seen.demo
    failure = None
    if url is not None and not held:
        try:
            ping(url)
        except PingFailed as error:
            failure = error.message
    pinged = url is not None and not held and failure is None

    def words() -> None:
        if seen.watch.expected is None:
            say(_("The first nightly check is still to come."))
        else:
            say(
                _("The nightly check of {time} has been done.").format(
                    time=local_minute(seen.watch.expected)
                )
            )
        if pinged:
            say(_("The monitor was pinged."))
        elif url is not None and held:
            say(_("The monitor would be pinged; a dry run and a demo ping nobody."))

    emit(_data(chosen, seen, Told(), pinged=pinged), words)
    if failure is not None:
        tell(_("The monitor of “watch.ping_url” was not reached: {why}").format(why=failure))


def _say_missing(seen: _Seen, told: Told) -> None:
    if seen.watch.expected is not None:
        say(
            _("The nightly check of {time} has not been done.").format(
                time=local_minute(seen.watch.expected)
            )
        )
    for line in _good_news(told):
        say(line)


def _good_news(told: Told) -> list[str]:
    """Who knows of the alarm, or would."""
    kinds = (
        (_("An alarm was mailed to {to}."), told.now),
        (_("An alarm was mailed in the last 24 hours to {to}."), told.before),
        (_("An alarm would be mailed to {to}; in a dry run, a rehearsal or a demo none leaves."),
         told.would),
    )  # fmt: skip
    return [line.format(to=", ".join(people)) for line, people in kinds if people]


def _bad_news(told: Told) -> list[str]:
    """Who does not, and why."""
    lines = [
        _("No alarm reached {to}: {why}; it is tried again at the next call.").format(
            to=to, why=why.rstrip(".")
        )
        for to, why in told.failures.items()
    ]
    if told.forgotten is not None:
        line = _("The folder “data_dir” cannot be written ({why}), so the next call mails again.")
        lines.append(line.format(why=told.forgotten))
    if not (told.now or told.before or told.would or told.failures):
        lines.append(_("Nobody is mailed: “watch.to” names no address."))
    return lines


def _data(chosen: Settings, seen: _Seen, told: Told, *, pinged: bool) -> dict[str, Any]:
    return {
        "as_of": seen.now,
        "missing": seen.watch.missing,
        "expected": seen.watch.expected,
        "last_success": seen.watch.whole_as_of,
        "grace_minutes": chosen.web.nightly_grace_minutes,
        "pinged": pinged,
        **_shape(told),
    }


def _shape(told: Told) -> dict[str, Any]:
    return {
        "told": told.now,
        "told_before": told.before,
        "would_tell": told.would,
        "not_told": [{"to": to, "answer": why} for to, why in told.failures.items()],
    }
