"""The nightly check: lapse what is due, walk the ladder, account for every open finding."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import perf_counter

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from config.settings import Settings
from duban.services.brake import Braking, look_ahead
from duban.services.plan_night import (
    ORGANIZATIONS_A_BATCH,
    Outcome,
    PlannedItem,
    Reason,
    plan_organization,
)
from duban.services.record_run import finish_run, start_run
from duban.services.rules import Rules, load_rules
from duban.services.tally_night import account_of_night, tally_of
from duban.services.tell_rungs import Night, tell_rungs
from duban.services.transition import lapse
from models.database import Database
from models.errors import Unavailable
from models.finding import Finding
from models.ladder import RungKind
from models.nightly_run import RunItem, RunState
from models.queries.due import count_open, ids_due, organizations_due
from models.queries.findings import is_open
from models.queries.runs import last_done
from models.queries.status import provisional_years


@dataclass
class NightReport:
    """What one run did; ``counts`` is what its row keeps."""

    run_id: int
    business_date: date
    state: RunState
    counts: dict[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    flow_run_id: str | None = None


def run_night(
    database: Database,
    *,
    as_of: datetime,
    business_date: date,
    via: str,
    settings: Settings,
    now: datetime | None = None,
    flow_run_id: str | None = None,
    note: str | None = None,
) -> NightReport:
    """Run the check for one night, one transaction an organization.

    ``as_of`` is the instant that the night is about, ``now`` when it is at work. Safe to
    repeat and to run twice at once: the database's constraints decide who did what. A
    night far beyond its forecast stops before it changes anything.
    """
    began = perf_counter()
    now = now or as_of
    with database.begin() as session:
        rules = load_rules(session, settings)
        run = start_run(
            session, as_of=as_of, now=now, business_date=business_date, via=via, rules=rules,
            flow_run_id=flow_run_id,
        )  # fmt: skip
        report = NightReport(run, business_date, RunState.RUNNING, flow_run_id=flow_run_id)
        _look_at_all_after_a_rule_change(session, rules, as_of)
    if note:
        report.warnings.append(note)
    with database.read() as session:
        braking = look_ahead(session, rules, as_of=as_of, business_date=business_date)
    if braking.stops:
        report.state = RunState.STOPPED
        report.warnings.append(
            _("Stopped before any change: {planned} findings to act on, {expected} forecast. "
              "Look with “duban run preview”, then “duban run confirm {date} --by NAME”.")
            .format(planned=braking.planned, expected=braking.expected, date=business_date)
        )  # fmt: skip
    else:
        try:
            _work(database, report, Night(run, rules, as_of, now))
        except BaseException:
            report.state = RunState.FAILED
            with suppress(Unavailable):  # the error that is on its way says more
                _finish(database, report, braking, began)
            raise
        report.warnings += _provisional_dates(database)
        report.state = RunState.WARNINGS if report.warnings else RunState.COMPLETED
    _finish(database, report, braking, began)
    return report


def _finish(database: Database, report: NightReport, braking: Braking, began: float) -> None:
    with database.begin() as session:
        finish_run(
            session, report, expected=braking.expected, planned=braking.planned,
            seconds=perf_counter() - began,
        )  # fmt: skip


def _work(database: Database, report: NightReport, night: Night) -> None:
    with database.read() as session:
        open_before = count_open(session)
    tally: Counter[str] = Counter()
    after = 0
    while True:
        with database.read() as session:
            batch = organizations_due(session, night.as_of, after, ORGANIZATIONS_A_BATCH)
        if not batch:
            break
        for organization_id in batch:
            try:
                with database.begin() as session:
                    tally += _organization(session, organization_id, night)
            except Unavailable:
                raise
            except Exception:  # noqa: BLE001  one bad finding must neither stop the night nor vanish
                tally += _one_by_one(database, organization_id, report, night)
        after = batch[-1]
    report.counts = account_of_night(open_before, tally)


def _one_by_one(
    database: Database, organization_id: int, report: NightReport, night: Night
) -> Counter[str]:
    """Check an organization finding by finding, so that only what is wrong is left out."""
    tally: Counter[str] = Counter()
    with database.read() as session:
        due = ids_due(session, night.as_of, organization_id)
    for finding_id in due:
        try:
            with database.begin() as session:
                tally += _organization(session, organization_id, night, only=finding_id)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001  it is recorded as failed, and stays due
            report.warnings.append(
                _("Finding #{id} could not be checked ({kind}); it stays due.").format(
                    id=finding_id, kind=type(error).__name__
                )
            )
            tally += _failed(database, finding_id, night)
    return tally


def _organization(
    session: Session, organization_id: int, night: Night, only: int | None = None
) -> Counter[str]:
    items = plan_organization(
        session, organization_id, now=night.as_of, rules=night.rules, only=only
    )
    for item in items:
        if item.lapses:
            lapse(session, item.finding, now=night.now, rules=night.rules, run_id=night.run_id)
    tell_rungs(session, items, organization_id, night, only)
    for item in items:
        if item.outcome is not Outcome.NONE or item.reason is Reason.ALREADY_SENT:
            session.add(_record(item, night.run_id))
        _look_again(session, item, night)
    return tally_of(items)


def _look_again(session: Session, item: PlannedItem, night: Night) -> None:
    """Settle when the check looks at this finding again; what was held comes back tomorrow."""
    levels = [s.reached.rung.level for s in item.steps if s.reached.rung.kind is RungKind.NOTICE]
    next_at = night.rules.next_look(item.finding, night.as_of)
    if item.reason in (Reason.REST_DAY, Reason.EXTENSION_PENDING, Reason.NO_ADDRESS):
        tomorrow = night.as_of + timedelta(days=1)
        next_at = min(next_at, tomorrow) if next_at else tomorrow
    values: dict[str, object] = {"next_action_at": next_at}
    if levels:
        values["rung"] = max(item.finding.rung, *levels)
    session.exec(
        update(Finding)
        .where(col(Finding.id) == item.finding.id, col(Finding.version) == item.finding.version)
        .values(**values)
    )


def _record(item: PlannedItem, run_id: int) -> RunItem:
    if item.finding.id is None:
        raise ValueError("the finding was never stored")
    return RunItem(
        run_id=run_id,
        finding_id=item.finding.id,
        outcome=item.outcome,
        reason=item.reason,
        details={
            "rungs": [step.reached.rung.code for step in item.steps],
            "proposes": item.proposes,
            "collapsed": [r.rung.code for r in item.collapsed],
            "held": {r.rung.code: reason for r, reason in item.held},
            "lapsed": item.lapses,
        },
    )


def _failed(database: Database, finding_id: int, night: Night) -> Counter[str]:
    with database.begin() as session:
        session.add(
            RunItem(
                run_id=night.run_id, finding_id=finding_id, outcome=Outcome.FAILED,
                reason=Reason.ERROR,
            )
        )  # fmt: skip
    return Counter({Outcome.FAILED.value: 1})


def _provisional_dates(database: Database) -> list[str]:
    with database.read() as session:
        years = provisional_years(session)
    if not years:
        return []
    return [
        _(
            "Due dates in {years} are provisional until the holiday notice is imported: "
            "“duban import calendar check FILE”."
        ).format(years=", ".join(map(str, years)))
    ]


def _look_at_all_after_a_rule_change(session: Session, rules: Rules, as_of: datetime) -> None:
    last = last_done(session)
    if last is None or (
        last.policy_version == rules.policy.version
        and last.calendar_version == rules.calendar.version_of(rules.calendar.covered_years)
    ):
        return
    session.exec(update(Finding).where(is_open()).values(next_action_at=as_of))
