"""The account of a night: every open finding once, with what was done or why not."""

from dataclasses import dataclass

from sqlmodel import Session

from duban.services.plan_night import Outcome, Reason
from models.finding import Finding
from models.nightly_run import NightlyRun, RunState
from models.queries.findings import in_letter_order
from models.queries.runs import items_of, states_at
from models.transitions import State


@dataclass(frozen=True)
class Entry:
    """One finding in the account of a night."""

    finding: Finding
    outcome: str
    reason: str | None
    rungs: tuple[str, ...]


def account_of(session: Session, run: NightlyRun) -> list[Entry]:
    """What ``run`` recorded, completed by what follows from the states of that night.

    A night that was missed or stopped did nothing, so it has no account of its own.
    """
    if run.id is None or run.state in (RunState.MISSED, RunState.STOPPED, RunState.RUNNING):
        return []
    recorded = {item.finding_id: item for item in items_of(session, run.id)}
    states = states_at(session, run.started_at)
    ids = {*recorded, *states}
    account = []
    for finding in in_letter_order(session, ids):
        item = recorded.get(finding.id or 0)
        if item is not None:
            rungs = tuple(item.details.get("rungs", ()))
            account.append(Entry(finding, item.outcome, item.reason, rungs))
        else:
            waits = states.get(finding.id or 0) is State.SUBMITTED
            reason = Reason.AWAITING_REVIEW if waits else Reason.NOT_DUE
            account.append(Entry(finding, Outcome.NONE, reason, ()))
    return account
