"""The account of a night: every open finding once, with what was done or why not."""

from dataclasses import dataclass

from sqlmodel import Session

from duban.services.plan_night import Outcome, Reason
from duban.services.rules import Rules
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import Standing, latest_reminders, reached, waits_for_working_day
from models.nightly_run import NightlyRun, RunState
from models.queries.due import rungs_done_by
from models.queries.findings import in_letter_order
from models.queries.runs import items_of, last_days_at, states_at
from models.transitions import State


@dataclass(frozen=True)
class Entry:
    """One finding in the account of a night; ``proposes`` where a person had to decide."""

    finding: Finding
    outcome: str
    reason: str | None
    rungs: tuple[str, ...] = ()
    proposes: bool = False


def account_of(session: Session, run: NightlyRun, rules: Rules) -> list[Entry]:
    """What ``run`` recorded, completed by what follows from the states of that night.

    A rung that had come and kept off a rest day is told from one that had not. A night that
    was missed or stopped did nothing, so it has no account of its own.
    """
    if run.id is None or run.state in (RunState.MISSED, RunState.STOPPED, RunState.RUNNING):
        return []
    recorded = {item.finding_id: item for item in items_of(session, run.id)}
    states = states_at(session, run.started_at)
    put_off = _put_off(session, run, rules, states)
    account = []
    for finding in in_letter_order(session, {*recorded, *states}):
        finding_id = finding.id or 0
        item = recorded.get(finding_id)
        if item is not None:
            rungs = tuple(item.details.get("rungs", ()))
            proposes = bool(item.details.get("proposes"))
            account.append(Entry(finding, item.outcome, item.reason, rungs, proposes))
        elif states.get(finding_id) is State.SUBMITTED:
            account.append(Entry(finding, Outcome.NONE, Reason.AWAITING_REVIEW))
        else:
            reason = Reason.REST_DAY if finding_id in put_off else Reason.NOT_DUE
            account.append(Entry(finding, Outcome.NONE, reason))
    return account


def _put_off(session: Session, run: NightlyRun, rules: Rules, states: dict[int, State]) -> set[int]:
    """The findings for which a rung had come that waited for a working day."""
    night, calendar = civil_date(run.as_of), rules.working_calendar
    if not calendar.is_rest_day(night):
        return set()
    done, last_days = rungs_done_by(session, run.started_at), last_days_at(session, run.started_at)
    found = set()
    for finding in in_letter_order(session, states):
        finding_id = finding.id or 0
        # A night run by hand about a past instant may be older than what was recorded since.
        if finding.sign_by is None or finding_id not in last_days:
            continue
        standing = Standing(states[finding_id], last_days[finding_id], finding.sign_by, None)
        keep, _dropped = latest_reminders(reached(rules.ladder, standing, night, calendar))
        if any(
            waits_for_working_day(come.rung)
            and (finding_id, come.due_on, come.rung.code) not in done
            for come in keep
        ):
            found.add(finding_id)
    return found
