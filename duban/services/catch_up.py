"""Which nights were not run, and making up for them once."""

from datetime import date, datetime

from config.settings import Settings
from duban.services.nightly import NightReport, run_night
from duban.services.record_run import record_missed
from models.calendar import civil_date
from models.database import Database
from models.nightly_run import DONE_STATES
from models.queries.runs import nights_missed


def missed_nights(database: Database, *, now: datetime, settings: Settings) -> list[date]:
    """The nights that no run accounts for, oldest first."""
    with database.read() as session:
        return nights_missed(session, now, settings.schedule.nightly_at)


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
            still = set(nights_missed(session, now, settings.schedule.nightly_at))
            record_missed(
                session,
                [night for night in missed[:-1] if night in still],
                covered_by=report.run_id,
                now=now,
                via=via,
            )
    return report
