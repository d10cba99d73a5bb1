"""What monitoring asks for, in Prometheus' text format; no label names an organization."""

from collections.abc import Mapping
from datetime import datetime
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlmodel import Session

from duban.services.rules import Rules
from models.calendar import civil_date, start_of_day
from models.database import SCHEMA_REVISION
from models.message import MessageState
from models.queries.health import (
    findings_by_state,
    night_watch,
    oldest_queued,
    oldest_review,
    overdue_since,
)
from models.queries.outbox import counts
from models.queries.runs import last_done
from models.transitions import State

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ITEMS = ("changed", "noticed", "held", "failed", "none", "messages", "proposals")


def metrics(session: Session, rules: Rules, now: datetime) -> bytes:
    """Every figure as of ``now``; what never happened has no sample."""
    registry = CollectorRegistry()
    _findings(session, registry, now)
    _nights(session, registry, rules, now)
    _mail(session, registry, now)
    _gauge(registry, "duban_calendar_last_covered_day", "Last day that a holiday notice covers, "
           "as a timestamp.", _last_covered(rules, now))  # fmt: skip
    info = Gauge("duban_build_info", "Program and schema.", ["version", "schema"],
                 registry=registry)  # fmt: skip
    info.labels(version=version("duban"), schema=SCHEMA_REVISION).set(1)
    return generate_latest(registry)


def _findings(session: Session, registry: CollectorRegistry, now: datetime) -> None:
    today = civil_date(now)
    states = findings_by_state(session)
    _labelled(registry, "duban_findings", "Findings by recorded state.", "state",
              {state.value: states.get(state, 0) for state in State})  # fmt: skip
    n, first = overdue_since(session, today)
    _gauge(
        registry, "duban_findings_overdue", "Findings whose last day is over, recorded or not.", n
    )
    _gauge(registry, "duban_overdue_oldest_days", "Days since the earliest last day of these.",
           (today - first).days if first else 0)  # fmt: skip
    review = oldest_review(session)
    _gauge(registry, "duban_review_oldest_days", "Days for which a report waits for our review.",
           (today - civil_date(review)).days if review else 0)  # fmt: skip


def _nights(session: Session, registry: CollectorRegistry, rules: Rules, now: datetime) -> None:
    settings = rules.settings
    watch = night_watch(
        session, now, nightly_at=settings.schedule.nightly_at,
        grace_minutes=settings.web.nightly_grace_minutes,
    )  # fmt: skip
    _gauge(registry, "duban_nightly_missing", "1 where a check that should be done is not.",
           int(watch.missing))  # fmt: skip
    if watch.whole_as_of is not None:
        _gauge(registry, "duban_nightly_last_success_timestamp_seconds",
               "The instant that the last whole check was about.",
               watch.whole_as_of.timestamp())  # fmt: skip
    run = last_done(session)
    if run is None:
        return
    _gauge(registry, "duban_nightly_duration_seconds", "How long the last check took.",
           run.seconds or 0)  # fmt: skip
    _gauge(registry, "duban_nightly_forecast_mismatch",
           "Findings that the last check looked at beyond what was foreseen.",
           (run.planned or 0) - (run.expected or 0))  # fmt: skip
    _labelled(registry, "duban_nightly_items", "What the last check did.", "action",
              {name: run.counts.get(name, 0) for name in _ITEMS})  # fmt: skip


def _mail(session: Session, registry: CollectorRegistry, now: datetime) -> None:
    mails = counts(session)
    _labelled(registry, "duban_mail", "Mails by state.", "state",
              {state.value: mails.get(state, 0) for state in MessageState})  # fmt: skip
    oldest = oldest_queued(session)
    _gauge(registry, "duban_mail_oldest_queued_seconds", "How long the oldest queued mail waits.",
           max(0.0, (now - oldest).total_seconds()) if oldest else 0)  # fmt: skip


def _last_covered(rules: Rules, now: datetime) -> float:
    """Midnight of 31 December of the last year from now on without a gap."""
    year = civil_date(now).year - 1
    while rules.calendar.covers(year + 1):
        year += 1
    return start_of_day(civil_date(now).replace(year=year, month=12, day=31)).timestamp()


def _gauge(registry: CollectorRegistry, name: str, words: str, value: float) -> None:
    Gauge(name, words, registry=registry).set(value)


def _labelled(
    registry: CollectorRegistry, name: str, words: str, label: str, values: Mapping[str, float]
) -> None:
    gauge = Gauge(name, words, [label], registry=registry)
    for one, value in values.items():
        gauge.labels(**{label: one}).set(value)
