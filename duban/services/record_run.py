"""Writing the ledger of nights."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from config.language import _
from duban.services.brake import Braking
from duban.services.rules import Rules
from models.errors import NotFound
from models.nightly_run import NightlyRun, PolicyVersion, RunState
from models.outcomes import Outcome
from models.queries.runs import (
    attempts,
    failures_of,
    last_stopped,
    locked_run,
    still_running,
)
from models.queries.shards import shards_of
from models.queries.status import provisional_years
from models.run_shard import RunShard, ShardState

WARNED_OF = 20
"""Findings that could not be checked are named up to this many; all are in the account."""


TRIES = 4
"""To number an attempt; each loss means that somebody else has numbered one."""


@dataclass
class NightReport:
    """What one run did; ``counts`` is what its row keeps."""

    run_id: int
    business_date: date
    state: RunState
    counts: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    flow_run_id: str | None = None
    shards: int = 1


def start_run(
    session: Session,
    *,
    as_of: datetime,
    since: datetime | None,
    now: datetime,
    business_date: date,
    via: str,
    rules: Rules,
    flow_run_id: str | None,
) -> NightlyRun:
    """Open the next attempt at a night.

    An attempt at an earlier night that is still open died at work; it is closed as failed.
    """
    for died in still_running(session, before=business_date):
        fail_run(session, died.id or 0, _("It broke off and could not say why."))
    if session.get(PolicyVersion, rules.policy.version) is None:
        session.add(
            PolicyVersion(version=rules.policy.version, data=rules.policy.model_dump(mode="json"))
        )
    run = NightlyRun(
        business_date=business_date,
        as_of=as_of,
        since=since,
        started_at=now,
        via=via,
        flow_run_id=flow_run_id,
        policy_version=rules.policy.version,
        calendar_version=rules.calendar_version,
    )
    _number(session, run)
    return run


def _number(session: Session, run: NightlyRun) -> None:
    """Store ``run`` as the next attempt at its night, whoever else begins one just now."""
    for tries_left in reversed(range(TRIES)):
        run.attempt = attempts(session, run.business_date) + 1
        try:
            with session.begin_nested():
                session.add(run)
                session.flush()
            return
        except IntegrityError:
            if not tries_left:
                raise


def stop_run(run: NightlyRun, braking: Braking) -> None:
    """Close a run that waits for a person."""
    run.state = RunState.STOPPED
    run.counts = {}
    run.warnings = [
        *run.warnings,
        _("Stopped before any change: {planned} findings to act on, {expected} forecast. "
          "Look with “duban run preview”, then “duban run confirm {date} --by NAME”.")
        .format(planned=braking.planned, expected=braking.expected, date=run.business_date),
    ]  # fmt: skip


def fail_run(session: Session, run_id: int, why: str) -> None:
    """Close a run that could not go on, with the cause and what it had done until then."""
    run = locked_run(session, run_id)
    if run.state is RunState.RUNNING:
        run.state = RunState.FAILED
        run.counts = _account(run.counts, shards_of(session, run_id))
        run.warnings = [*run.warnings, why]
        session.add(run)


def finish_run(session: Session, run_id: int, seconds: float) -> None:
    """Close a run whose shards are done, whoever did them; the first to come does it.

    Who was longest at work says how long the night took: a helper joins it late.
    """
    run = locked_run(session, run_id)
    run.seconds = max(run.seconds or 0.0, round(seconds, 3))
    session.add(run)
    if run.state is not RunState.RUNNING:
        return
    shards = shards_of(session, run_id)
    run.counts = _account(run.counts, shards)
    run.warnings = [
        *run.warnings,
        *_of_findings(session, run_id, run.counts[Outcome.FAILED]),
        *_of_shards(shards),
        *_of_provisional_dates(session),
    ]
    run.state = RunState.WARNINGS if run.warnings else RunState.COMPLETED


def report_of(run: NightlyRun) -> NightReport:
    """What the row of a run says."""
    return NightReport(
        run.id or 0, run.business_date, run.state, run.counts, run.warnings, run.flow_run_id,
        run.shards,
    )  # fmt: skip


def _account(start: Mapping[str, int], shards: Sequence[RunShard]) -> dict[str, int]:
    tally: Counter[str] = Counter()
    for shard in shards:
        tally.update(shard.counts)
    # A run of an older version that broke off had counted nothing yet.
    return account_of_night(start.get("open", 0), start.get("waiting-for-us", 0), tally)


def account_of_night(total: int, waiting_for_us: int, tally: Mapping[str, int]) -> dict[str, int]:
    """``open`` is the sum of the five outcomes: changed, noticed, held, failed and none."""
    acted = {
        Outcome.CHANGED: tally.get("lapsed", 0),
        **{one: tally.get(one, 0) for one in (Outcome.NOTICED, Outcome.HELD, Outcome.FAILED)},
    }
    return {
        "open": total,
        **{outcome.value: count for outcome, count in acted.items()},
        "none": total - sum(acted.values()),
        "waiting-for-us": waiting_for_us,
        **{what: tally.get(what, 0) for what in ("lapsed", "messages", "proposals", "collapsed")},
    }


def _of_findings(session: Session, run_id: int, failed: int) -> list[str]:
    if not failed:
        return []
    named = [
        _("Finding #{id} could not be checked ({kind}); it stays due.").format(
            id=failure.finding_id, kind=failure.error
        )
        for failure in failures_of(session, run_id, WARNED_OF)
    ]
    if failed > len(named):
        named.append(
            _("{n} more findings could not be checked; see “duban run show”.").format(
                n=failed - len(named)
            )
        )
    return named


def _of_shards(shards: Sequence[RunShard]) -> list[str]:
    return [
        _("Part {number} of {of} could not be finished ({kind}); what is left stays due.").format(
            number=shard.number + 1, of=len(shards), kind=shard.error
        )
        for shard in shards
        if shard.state is ShardState.FAILED
    ]


def _of_provisional_dates(session: Session) -> list[str]:
    years = provisional_years(session)
    if not years:
        return []
    return [
        _(
            "Due dates in {years} are provisional until the holiday notice is imported: "
            "“duban import calendar check FILE”."
        ).format(years=", ".join(map(str, years)))
    ]


def confirm_night(session: Session, business_date: date, *, by: str) -> NightlyRun:
    """Let a stopped night go on with its next run; who said so first stays written down.

    Raises:
        NotFound: no run of that night was stopped.
    """
    run = last_stopped(session, business_date)
    if run is None:
        raise NotFound(
            _("No run of the night of {date} was stopped; see “duban run list”.").format(
                date=business_date
            )
        )
    run.confirmed_by = run.confirmed_by or by
    session.add(run)
    return run


def record_missed(
    session: Session,
    nights: list[date],
    *,
    covered_by: int,
    as_of: datetime,
    now: datetime,
    via: str,
) -> None:
    """One row for each night that was not run, naming the run that made up for it."""
    for night in nights:
        _number(
            session,
            NightlyRun(
                business_date=night,
                as_of=as_of,
                started_at=now,
                via=via,
                state=RunState.MISSED,
                covered_by=covered_by,
            ),
        )
