"""``duban run watch``: whether checks and mail are well, asked by another process than theirs."""

from collections.abc import Iterable
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
from duban.cli.watch_words import alarm_line, bad_news, good_news
from duban.services.find_troubles import find_troubles
from duban.services.mail_setup import check_watch
from duban.services.raise_alarm import (
    DATABASE_GONE,
    Alarm,
    Told,
    alarm_of,
    alarm_of_trouble,
    raise_alarm,
)
from duban.services.rules import load_rules
from models.day_words import local_minute
from models.errors import Unavailable
from models.installation import Installation
from models.queries.health import NightWatch, night_watch
from notifications.ping import PingFailed, ping


@dataclass(frozen=True)
class _Seen:
    now: datetime
    watch: NightWatch
    alarms: list[Alarm]
    night_is_there: bool
    demo: bool
    rehearsal: bool


def add_to(app: App) -> None:
    """Give ``duban run`` its watch."""
    words = _(
        "For cron: pings when the newest check is there; mails an alarm and exits with 3 when it "
        "is not, or when mail does not leave or arrive."
    )
    app.verb(help=words)(watch)


def watch() -> None:
    chosen = settings()
    try:
        seen = _look(chosen)
    except Unavailable as error:
        told = _told(chosen, DATABASE_GONE, clock.now(), held=OPTIONS.dry_run)
        raise Unavailable(
            " ".join([error.message, *good_news(told), *bad_news(told)]),
            **error.details, **_shape([told]),
        ) from error  # fmt: skip
    held = OPTIONS.dry_run or seen.demo or seen.rehearsal
    found = [(one, _told(chosen, one, seen.now, held=held)) for one in seen.alarms]
    if not found:
        check_watch(chosen)
    # Who listens for the ping learns of what could be told to nobody else.
    well = seen.night_is_there and all(told.reached for _one, told in found)
    failure = _ping(chosen, seen) if well else None
    pinged = well and failure is None and _pings(chosen, seen)
    emit(_data(chosen, seen, found, pinged=pinged), lambda: _say(chosen, seen, found, pinged, well))
    for _one, told in found:
        for line in bad_news(told):
            tell(line)
    if failure is not None:
        tell(_("The monitor of “watch.ping_url” was not reached: {why}").format(why=failure))
    if found:
        raise typer.Exit(ATTENTION)


def _look(chosen: Settings) -> _Seen:
    with database() as opened, opened.read() as session:
        now = now_of(session)
        installation = session.get_one(Installation, 1)
        found = night_watch(
            session, now, nightly_at=chosen.schedule.nightly_at,
            grace_minutes=chosen.web.nightly_grace_minutes,
        )  # fmt: skip
        night = alarm_of(found)
        troubles = find_troubles(session, load_rules(session, chosen), now)
        alarms = [*([night] if night else []), *map(alarm_of_trouble, troubles)]
        return _Seen(
            now, found, alarms, night is None, installation.demo, installation.rehearsal
        )  # fmt: skip


def _told(chosen: Settings, alarm: Alarm, now: datetime, *, held: bool) -> Told:
    """Raise the alarm; ``held`` only says to whom it would go."""
    return Told(would=[*chosen.watch.to]) if held else raise_alarm(chosen, alarm, now)


def _pings(chosen: Settings, seen: _Seen) -> bool:
    """Whether there is a monitor, and it is to hear of this call."""
    return chosen.watch.ping_url is not None and not OPTIONS.dry_run and not seen.demo


def _ping(chosen: Settings, seen: _Seen) -> str | None:
    """Ping; why the monitor did not hear it."""
    if chosen.watch.ping_url is not None and _pings(chosen, seen):
        try:
            ping(chosen.watch.ping_url)
        except PingFailed as error:
            return error.message
    return None


def _say(
    chosen: Settings, seen: _Seen, found: list[tuple[Alarm, Told]], pinged: bool, well: bool
) -> None:
    if seen.watch.expected is None:
        say(_("The first nightly check is still to come."))
    elif not seen.watch.missing:
        say(
            _("The nightly check of {time} has been done.").format(
                time=local_minute(seen.watch.expected)
            )
        )
    for alarm, told in found:
        say(alarm_line(alarm))
        for line in good_news(told):
            say(line)
    if pinged:
        say(_("The monitor was pinged."))
    elif well and chosen.watch.ping_url is not None and not _pings(chosen, seen):
        say(_("The monitor would be pinged; a dry run and a demo ping nobody."))


def _data(
    chosen: Settings, seen: _Seen, found: list[tuple[Alarm, Told]], *, pinged: bool
) -> dict[str, Any]:
    return {
        "as_of": seen.now,
        "missing": seen.watch.missing,
        "expected": seen.watch.expected,
        "last_success": seen.watch.whole_as_of,
        "grace_minutes": chosen.web.nightly_grace_minutes,
        "pinged": pinged,
        "alarms": [
            {"about": one.about, "since": one.since, "says": alarm_line(one), **_shape([told])}
            for one, told in found
        ],
        **_shape([told for _one, told in found]),
    }


def _shape(all_told: list[Told]) -> dict[str, Any]:
    """Who was told of one alarm, or of any of several."""
    return {
        "told": _each(to for told in all_told for to in told.now),
        "told_before": _each(to for told in all_told for to in told.before),
        "would_tell": _each(to for told in all_told for to in told.would),
        "not_told": [
            {"to": to, "answer": why}
            for to, why in {k: v for told in all_told for k, v in told.failures.items()}.items()
        ],
    }


def _each(people: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(people))
