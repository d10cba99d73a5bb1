"""The default way to run: one process that checks every night and sends mail."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from uuid import UUID

from apscheduler.events import EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from config import clock
from config.language import _, ngettext
from config.origins import without_password
from config.settings import Settings
from duban.services.catch_up import check_night, missed_nights
from duban.services.record_run import NightReport
from duban.services.send_mail import send_due
from duban.services.send_report import SendReport
from flows.prefect_server import PortTaken, PrefectServer
from flows.schedule import ZONE, schedule
from models.database import open_database
from models.day_words import local_minute
from models.words import run_label

log = logging.getLogger("duban")


@dataclass(frozen=True)
class FlowRunSeen:
    """A night that ran as a flow, as Prefect's API tells it.

    ``start_seconds`` is how long Prefect took to answer, ``seconds`` the flow run itself.
    """

    flow_run_id: str
    name: str
    state: str
    report: NightReport
    start_seconds: float
    seconds: float


def serve(settings: Settings, *, prefect_port: int = 4200, use_prefect: bool = True) -> None:
    """Run until told to stop: catch up what was missed, then every night and morning.

    What happens is logged to ``duban``, a line each.
    """
    log.info(
        _("Nights at {nightly}, mail from {mail} on (Beijing time); database {database}").format(
            nightly=settings.schedule.nightly,
            mail=settings.schedule.mail,
            database=without_password(settings.database_url),
        )
    )
    with ExitStack() as stack:
        server = _start_prefect(stack, settings, prefect_port) if use_prefect else None
        asyncio.run(_serve(settings, server))


def run_one_night(settings: Settings, *, as_of: datetime) -> FlowRunSeen:
    """One night as a real flow run, read back through Prefect's API on a free port.

    If Prefect does not answer, the night runs all the same and ``state`` says so.
    """
    with ExitStack() as stack:
        began = perf_counter()
        server = _start_prefect(stack, settings, 0)
        started = perf_counter()
        report = asyncio.run(_check(settings, server, as_of))
        spent = started - began, perf_counter() - started
        if report.flow_run_id is None:
            return FlowRunSeen("", "", "NOT ANSWERING", report, *spent)
        from prefect.client.orchestration import get_client

        with get_client(sync_client=True) as client:
            seen = client.read_flow_run(UUID(report.flow_run_id))
        state = seen.state_type.value if seen.state_type else ""
        return FlowRunSeen(str(seen.id), seen.name, state, report, *spent)


async def _serve(settings: Settings, server: PrefectServer | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with open_database(settings.database_url) as database:
        missed = missed_nights(database, now=clock.now(), settings=settings)
    if missed:
        log.info(
            ngettext(
                "{n} night was missed, from {first} to {last}; making up for it",
                "{n} nights were missed, from {first} to {last}; making up for them",
                len(missed),
            ).format(n=len(missed), first=missed[0], last=missed[-1])
        )
        await _survive(partial(_check, settings, server), clock.now())
    scheduler = _scheduler(
        {
            "nightly-check": partial(_check, settings, server),
            "send-mail": partial(_mail, settings, server),
        },
        settings,
    )
    scheduler.start()
    log.info(_("Ready; stop with Ctrl-C."))
    await stop.wait()
    scheduler.shutdown(wait=False)
    log.info(_("Stopped."))


Job = Callable[[datetime], Awaitable[object]]


def _scheduler(jobs: dict[str, Job], settings: Settings) -> AsyncIOScheduler:
    """Every job of the schedule table, told the time it was meant for.

    The ledger of nights is the truth about what ran, so nothing of this is stored:
    APScheduler only wakes us.
    """
    meant_for: dict[str, datetime] = {}

    def remember(event: JobSubmissionEvent) -> None:
        meant_for[event.job_id] = event.scheduled_run_times[-1]

    async def fire(job: Job, job_id: str) -> None:
        await _survive(job, meant_for[job_id])

    scheduler = AsyncIOScheduler(timezone=ZONE)
    scheduler.add_listener(remember, EVENT_JOB_SUBMITTED)
    for entry in schedule(settings.schedule):
        for number, cron in enumerate(entry.crons):
            job_id = f"{entry.name}-{number}"
            scheduler.add_job(
                fire,
                CronTrigger.from_crontab(cron, timezone=ZONE),
                args=(jobs[entry.name], job_id),
                id=job_id,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
    return scheduler


async def _survive(job: Job, at: datetime) -> None:
    """One failed night or mailing must not end the process; the next one makes up for it."""
    try:
        await job(at)
    except Exception as error:
        sentence = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
        log.error(
            _("Failed for {instant}; the next run makes up for it: {why}").format(
                instant=local_minute(at), why=sentence
            ),
            exc_info=log.isEnabledFor(logging.DEBUG),
        )


async def _check(settings: Settings, server: PrefectServer | None, as_of: datetime) -> NightReport:
    """One check, logged with what it did."""
    report = await _check_by_flow(settings, server, as_of)
    log.info(night_line(report))
    for warning in report.warnings:
        log.warning("%s", warning)
    return report


def night_line(report: NightReport) -> str:
    """A night with its counts in one line."""
    counts = ", ".join(f"{name} {count}" for name, count in report.counts.items())
    return _("Night of {night}: {state}; {counts}").format(
        night=report.business_date, state=run_label(report.state), counts=counts or "–"
    )


async def _check_by_flow(
    settings: Settings, server: PrefectServer | None, as_of: datetime
) -> NightReport:
    """The nightly check as a flow; without Prefect, if it does not answer."""
    done: list[NightReport] = []
    trouble = None
    if server is not None and not await asyncio.to_thread(server.answers):
        trouble = _("no answer on port {port}").format(port=server.port)
    elif server is not None:
        try:
            from flows.nightly_check import nightly_flow

            state = await nightly_flow(settings, done.append)(as_of, return_state=True)
        except Exception as error:  # noqa: BLE001  whatever fails in Prefect, the night must run
            trouble = type(error).__name__
        else:
            if not done:
                await state.result()  # the check itself failed: say so, do not hide it
    if done:
        return done[0]
    note = None
    if trouble is not None:
        note = _("Prefect did not answer ({why}); the night ran without it.").format(why=trouble)
    return await asyncio.to_thread(_check_plainly, settings, as_of, note)


def _check_plainly(settings: Settings, as_of: datetime, note: str | None) -> NightReport:
    with open_database(settings.database_url) as database:
        return check_night(
            database, as_of=as_of, now=clock.now(), settings=settings, via="embedded", note=note
        )


async def _mail(settings: Settings, server: PrefectServer | None, at: datetime) -> SendReport:
    """Send mail, logged if there was any."""
    report = await _mail_by_flow(settings, server, at)
    if any(report.counts.values()):
        counts = ", ".join(f"{name} {count}" for name, count in report.counts.items())
        log.info(_("Mail: {counts}").format(counts=counts))
    return report


async def _mail_by_flow(
    settings: Settings, server: PrefectServer | None, _at: datetime
) -> SendReport:
    """Send mail as a flow; without Prefect, if it does not answer."""
    done: list[SendReport] = []
    if server is not None and await asyncio.to_thread(server.answers):
        try:
            from flows.send_mail import mail_flow

            await mail_flow(settings, done.append)(return_state=True)
        except Exception as error:  # noqa: BLE001  whatever fails in Prefect, mail must leave
            log.warning(
                _("Prefect did not answer ({why}); sending without it").format(
                    why=type(error).__name__
                )
            )
    return done[0] if done else await asyncio.to_thread(_mail_plainly, settings)


def _mail_plainly(settings: Settings) -> SendReport:
    with open_database(settings.database_url) as database:
        return send_due(database, now=clock.now(), settings=settings)


def _start_prefect(stack: ExitStack, settings: Settings, port: int) -> PrefectServer:
    server = PrefectServer(settings.data_dir / "prefect", port)
    try:
        stack.enter_context(server)
    except PortTaken:
        log.warning(
            _("Port {port} is taken by another program: the nights run without Prefect's pages; "
              "--prefect-port names another.").format(port=port)
        )  # fmt: skip
    except (TimeoutError, OSError) as error:
        log.warning("%s", error)
    return server
