"""The one table of what runs when; ``prefect.yaml`` says the same, and a test compares."""

from dataclasses import dataclass

from config.settings import ScheduleSettings

ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Scheduled:
    """A flow and the cron lines on which it is fired, in Beijing time."""

    name: str
    crons: tuple[str, ...]


def schedule(times: ScheduleSettings) -> tuple[Scheduled, ...]:
    """The nightly check once; mail in the morning, then every quarter of an hour: which mails
    may leave at that hour is the outbox's to know."""
    return (
        Scheduled("nightly-check", (_daily(times.nightly),)),
        Scheduled("send-mail", (_daily(times.mail), "*/15 * * * *")),
    )


def _daily(clock: str) -> str:
    hour, minute = clock.split(":")
    return f"{int(minute)} {int(hour)} * * *"
