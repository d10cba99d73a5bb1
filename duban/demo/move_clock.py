"""The demo's clock moved on by a visitor: every night in between is truly run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from config.settings import Settings
from duban.demo.diary import Entry, entries_of_run
from duban.services.catch_up import catch_up, next_night
from duban.services.install import require_demo
from duban.services.send_mail import send_due
from models.calendar import SHANGHAI, civil_date
from models.database import Database
from models.nightly_run import RunState

MORNING = time(8, 30)
MOST_DAYS = 60


@dataclass(frozen=True)
class Moved:
    """Where the clock stands now, how many nights were run, and what the last of them did.

    ``stopped`` is the number of a run that the brake stopped.
    """

    now: datetime
    nights: int
    diary: Sequence[Entry]
    stopped: int | None = None


def move_clock(
    database: Database, settings: Settings, *, to_event: bool, most: int = MOST_DAYS
) -> Moved:
    """Go on to the next 08:30, or to that of the next day whose night does something.

    Each day is settled on its own, so whoever breaks off stands on a whole one. Where nothing
    happens it goes on for at most ``most`` days.

    Raises:
        RefusedByRule: the database is no demo.
    """
    nights, days = 0, 0
    while True:
        before = _clock(database)
        now, due_at = _next_morning(before), next_night(before, settings)
        report = None
        if due_at <= now:
            report = catch_up(database, as_of=due_at, settings=settings, via="demo")
        diary = entries_of_run(database, civil_date(due_at), report.run_id) if report else []
        send_due(database, now=now, settings=settings)
        _set_clock(database, now)
        if report is not None and report.state is RunState.STOPPED:
            return Moved(now, nights, diary, stopped=report.run_id)
        nights, days = nights + (report is not None), days + 1
        if diary or not to_event or days >= most:
            return Moved(now, nights, diary)


def _next_morning(now: datetime) -> datetime:
    today = datetime.combine(civil_date(now), MORNING, SHANGHAI)
    return today if today > now else today + timedelta(days=1)


def _clock(database: Database) -> datetime:
    with database.read() as session:
        installation = require_demo(session)
        return installation.demo_now or installation.created_at


def _set_clock(database: Database, now: datetime) -> None:
    with database.begin() as session:
        installation = require_demo(session)
        if installation.demo_now is None or installation.demo_now < now:
            installation.demo_now = now
            session.add(installation)
