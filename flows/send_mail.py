"""Sending mail as a Prefect flow: a thin wrapper around a plain function."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from prefect import Flow, flow, get_run_logger

from config import clock
from config.settings import Settings, load_settings
from duban.services.send_mail import send_due
from duban.services.send_report import SendReport
from models.database import open_database


def mail_flow(
    settings: Settings | None = None,
    on_report: Callable[[SendReport], None] = lambda _report: None,
) -> Flow[[datetime | None], Any]:
    """The flow; with ``settings`` it belongs to a running process, else it loads its own."""

    @flow(name="send-mail", persist_result=False, log_prints=False)
    async def send_mail(now: datetime | None = None) -> dict[str, int]:
        report = await asyncio.to_thread(_send, settings or load_settings(), now or clock.now())
        on_report(report)
        get_run_logger().info("mail: %s", report.counts)
        return report.counts

    return send_mail


def _send(settings: Settings, now: datetime) -> SendReport:
    url, patience = settings.database_url, settings.database.busy_seconds
    with open_database(url, busy_seconds=patience) as database:
        return send_due(database, now=now, settings=settings)


send_mail = mail_flow()
