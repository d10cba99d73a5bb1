"""The nightly check as a Prefect flow: a thin wrapper around a plain function.

Prefect's records hold counts and states, never a finding's text.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import Flow, flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from config import clock
from config.settings import Settings, load_settings
from duban.services.catch_up import check_night
from duban.services.nightly import Summon
from duban.services.record_run import NightReport
from flows.night_worker import summoner
from models.database import open_database
from models.nightly_run import RunState


def nightly_flow(
    settings: Settings | None = None,
    on_report: Callable[[NightReport], None] = lambda _report: None,
) -> Flow[[datetime | None], Any]:
    """The flow; with ``settings`` it belongs to a running process, else it loads its own.

    A deployed one shares a night that is large with workers, a flow run each.
    """

    # Asynchronous, because a synchronous flow costs a second more each run.
    @flow(name="nightly-check", persist_result=False, log_prints=False)
    async def nightly_check(as_of: datetime | None = None) -> State[dict[str, int]]:
        # A run may begin a moment before its time, so the clock is not asked.
        instant = as_of or flow_run.scheduled_start_time
        chosen = settings or load_settings()
        summon = summoner(chosen, str(flow_run.id), get_run_logger()) if settings is None else None
        report = await asyncio.to_thread(_check, chosen, instant, str(flow_run.id), summon)
        on_report(report)
        summary = f"night {report.business_date}: {report.state}, {len(report.warnings)} warnings"
        get_run_logger().info("%s, %s", summary, report.counts)
        if report.state is RunState.STOPPED:
            return Failed(message=summary)
        return Completed(message=summary, data=report.counts)

    return nightly_check


def _check(
    settings: Settings, as_of: datetime, flow_run_id: str, summon: Summon | None
) -> NightReport:
    url, patience = settings.database_url, settings.database.busy_seconds
    with open_database(url, busy_seconds=patience) as database:
        return check_night(
            database, as_of=as_of, now=clock.now(), settings=settings, via="prefect",
            flow_run_id=flow_run_id, summon=summon,
        )  # fmt: skip


nightly_check = nightly_flow()
