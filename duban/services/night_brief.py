"""How the nights since the last brief went, a line each."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from config.language import _
from duban.services.rules import Rules
from models.calendar import civil_date
from models.message import NOT_ARRIVED, TAKEN, MessageState
from models.nightly_run import NightlyRun, RunState
from models.outcomes import Outcome
from models.queries.brief import mails_of_runs
from models.queries.runs import runs_of_nights
from models.words import run_label
from notifications.brief_values import NightLine

NIGHTS = 14
"""At most so many nights are told of."""

_WAITING = (
    MessageState.QUEUED, MessageState.SENDING, MessageState.IN_DOUBT, MessageState.HELD,
)  # fmt: skip
_SUM = (Outcome.CHANGED, Outcome.NOTICED, Outcome.NONE, Outcome.HELD, Outcome.FAILED)
_UNDONE = (RunState.STOPPED, RunState.FAILED, RunState.RUNNING)


def night_lines(
    session: Session, since: date, now: datetime, rules: Rules
) -> tuple[NightLine, ...]:
    """The nights after the day ``since`` whose time has come by ``now``, the oldest first."""
    last = civil_date(now)
    if now < datetime.combine(last, rules.settings.schedule.nightly_at, now.tzinfo):
        last -= timedelta(days=1)
    first = max(since + timedelta(days=1), last - timedelta(days=NIGHTS - 1))
    runs = _telling(runs_of_nights(session, first, last))
    mails = mails_of_runs(session, [run.id for run in runs.values() if run.id is not None])
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return tuple(_line(day, runs.get(day), mails) for day in days)


def _telling(attempts: Sequence[NightlyRun]) -> dict[date, NightlyRun]:
    """Of each night the attempt that did its work, else the newest."""
    found: dict[date, NightlyRun] = {}
    for run in attempts:
        before = found.get(run.business_date)
        if before is None or before.state in _UNDONE or run.counts.get("noticed", 0):
            found[run.business_date] = run
    return found


def _line(
    day: date, run: NightlyRun | None, mails: Mapping[int, Mapping[MessageState, int]]
) -> NightLine:
    if run is None:
        return NightLine(day, _("did not run"))
    if run.state in (*_UNDONE, RunState.MISSED):
        return NightLine(day, run_label(run.state))
    of_run = mails.get(run.id or 0, {})

    def how_many(states: Sequence[MessageState]) -> int:
        return sum(of_run.get(state, 0) for state in states)

    arrived, waiting, lost = how_many(TAKEN), how_many(_WAITING), how_many(NOT_ARRIVED)
    return NightLine(
        day,
        run_label(run.state),
        open=run.counts.get("open", 0),
        parts=tuple(run.counts.get(outcome.value, 0) for outcome in _SUM),
        forecast=None if run.expected is None else run.expected == run.planned,
        mails=arrived + waiting + lost,
        arrived=arrived,
        waiting=waiting,
        lost=lost,
    )
