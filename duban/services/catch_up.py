"""Which nights were not run, and making up for them once."""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from config.settings import Settings
from duban.services.nightly import NightReport, run_night
from duban.services.record_run import record_missed
from models.calendar import SHANGHAI, civil_date
from models.database import Database
from models.installation import Installation
from models.nightly_run import DONE_STATES
from models.queries.runs import nights_done


def missed_nights(database: Database, *, now: datetime, settings: Settings) -> list[date]:
    """The business dates whose time has passed and that no run accounts for, oldest first."""
    with database.read() as session:
        return undone(session, now, settings)


def undone(session: Session, now: datetime, settings: Settings) -> list[date]:
    """The same inside a transaction."""
    first = session.get_one(Installation, 1).nights_from
    last = civil_date(now)
    if now.astimezone(SHANGHAI).time() < time.fromisoformat(settings.schedule.nightly):
        last -= timedelta(days=1)
    if last < first:
        return []
    done = nights_done(session, first, last)
    span = (last - first).days + 1
    return [day for n in range(span) if (day := first + timedelta(days=n)) not in done]


def check_night(
    database: Database,
    *,
    as_of: datetime,
    settings: Settings,
    via: str,
    flow_run_id: str | None = None,
    note: str | None = None,
) -> NightReport:
    """What a scheduled time asks for: every missing night up to ``as_of``, or one more look."""
    return catch_up(
        database, now=as_of, settings=settings, via=via, flow_run_id=flow_run_id, note=note
    ) or run_night(
        database, as_of=as_of, business_date=civil_date(as_of), via=via, settings=settings,
        flow_run_id=flow_run_id, note=note,
    )  # fmt: skip


def catch_up(
    database: Database,
    *,
    now: datetime,
    settings: Settings,
    via: str,
    flow_run_id: str | None = None,
    note: str | None = None,
) -> NightReport | None:
    """Account for every missed night and run once as of now; None where none was missed."""
    missed = missed_nights(database, now=now, settings=settings)
    if not missed:
        return None
    report = run_night(
        database,
        as_of=now,
        business_date=missed[-1],
        via=via,
        settings=settings,
        flow_run_id=flow_run_id,
        note=note,
    )
    if report.state in DONE_STATES:
        with database.begin() as session:
            still = set(undone(session, now, settings))
            record_missed(
                session,
                [night for night in missed[:-1] if night in still],
                covered_by=report.run_id,
                now=now,
                via=via,
            )
    return report
