"""Sharing a large night among workers: a flow run each, which takes what nobody holds."""

import asyncio
import logging
from time import perf_counter
from typing import Any

from prefect import flow, get_run_logger
from prefect.deployments import arun_deployment

from config.settings import Settings, load_settings
from duban.services.nightly import Summon, close_night
from duban.services.record_run import NightReport
from duban.services.work_night import work_night
from models.database import open_database

DEPLOYMENT = "night-worker/night-worker"


@flow(name="night-worker", persist_result=False, log_prints=False)
async def night_worker(run_id: int) -> dict[str, Any]:
    """Work at a night until nothing of it is left; it may outlive whoever asked for it."""
    batches, report = await asyncio.to_thread(_work, load_settings(), run_id)
    get_run_logger().info("run %s: %s batches here, %s", run_id, batches, report.state)
    return {"batches": batches, "state": report.state.value}


def _work(settings: Settings, run_id: int) -> tuple[int, NightReport]:
    began = perf_counter()
    url, patience = settings.database_url, settings.database.busy_seconds
    with open_database(url, busy_seconds=patience) as database:
        batches = work_night(database, run_id, settings)
        # Whoever summoned us closes the night, unless it died.
        return batches, close_night(database, run_id, perf_counter() - began)


def summoner(
    settings: Settings, asking: str, log: "logging.Logger | logging.LoggerAdapter[Any]"
) -> Summon:
    """Asks for as many flow runs as the settings allow and the night has shards for.

    ``asking`` is the flow run that asks: several installations may share a Prefect server.

    The night does not depend on them: if Prefect cannot start any, it is done alone.
    """

    def summon(run_id: int, shards: int) -> None:
        for number in range(1, min(settings.nights.workers, shards)):
            try:
                # In a flow Prefect would rather be awaited, but the night works in a thread.
                asyncio.run(
                    arun_deployment(
                        DEPLOYMENT, parameters={"run_id": run_id}, timeout=0, as_subflow=False,
                        idempotency_key=f"{asking}-{number}",
                    )
                )  # fmt: skip
            except Exception as error:  # noqa: BLE001  helpers are a help, never a condition
                log.warning("no worker could be asked for: %s", type(error).__name__)
                return

    return summon
