"""Which nights were not run, and making up for them once."""

from datetime import date, datetime, timedelta

from config.settings import Settings
from duban.services.nightly import Summon, run_night
from duban.services.record_run import NightReport, record_missed
from models.calendar import SHANGHAI, civil_date
from models.database import Database
from models.nightly_run import DONE_STATES
from models.queries.runs import nights_missed


def missed_nights(database: Database, *, now: datetime, settings: Settings) -> list[date]:
    """The nights that no run accounts for, oldest first."""
    with database.read() as session:
        return nights_missed(session, now, settings.schedule.nightly_at)


def next_night(now: datetime, settings: Settings) -> datetime:
    """The instant of the next scheduled check."""
    tonight = datetime.combine(civil_date(now), settings.schedule.nightly_at, SHANGHAI)
    return tonight if tonight > now else tonight + timedelta(days=1)


def check_night(
    database: Database,
    *,
    as_of: datetime,
    settings: Settings,
    via: str,
    now: datetime | None = None,
    flow_run_id: str | None = None,
    note: str | None = None,
    summon: Summon | None = None,
) -> NightReport:
    """What a scheduled time asks for: every missing night up to ``as_of``, or one more look."""
    return catch_up(
        database, as_of=as_of, now=now, settings=settings, via=via, flow_run_id=flow_run_id,
        note=note, summon=summon,
    ) or run_night(
        database, as_of=as_of, now=now, business_date=civil_date(as_of), via=via,
        settings=settings, flow_run_id=flow_run_id, note=note, summon=summon,
    )  # fmt: skip


def catch_up(
    database: Database,
    *,
    as_of: datetime,
    settings: Settings,
    via: str,
    now: datetime | None = None,
    flow_run_id: str | None = None,
    note: str | None = None,
    summon: Summon | None = None,
) -> NightReport | None:
    """Account for every night missed up to ``as_of`` and run once; None where none was missed."""
    missed = missed_nights(database, now=as_of, settings=settings)
    if not missed:
        return None
    report = run_night(
        database,
        as_of=as_of,
        now=now,
        business_date=missed[-1],
        via=via,
        settings=settings,
        flow_run_id=flow_run_id,
        note=note,
        summon=summon,
    )
    if report.state in DONE_STATES:
        with database.begin() as session:
            still = set(nights_missed(session, as_of, settings.schedule.nightly_at))
            record_missed(
                session,
                [night for night in missed[:-1] if night in still],
                covered_by=report.run_id,
                as_of=as_of,
                now=now or as_of,
                via=via,
            )
    return report
