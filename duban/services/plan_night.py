"""What a night would do for one organization: decided here, read-only.

The nightly check carries out exactly this plan, and ``duban run preview`` prints it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from duban.services.rules import Rules, standing_of
from models.calendar import civil_date
from models.finding import Finding
from models.ladder import (
    Limit,
    Reached,
    RungKind,
    latest_reminders,
    reached,
    waits_for_working_day,
)
from models.organization import Contact
from models.queries.due import (
    Done,
    contacts_of,
    contacts_of_commission,
    extensions_pending,
    findings_due,
    organizations_due,
    rungs_done,
)
from models.transitions import State, has_lapsed

ORGANIZATIONS_A_BATCH = 200


class Outcome(StrEnum):
    """What a night did with a finding: exactly one of these for each open finding."""

    CHANGED = "changed"
    NOTICED = "noticed"
    HELD = "held"
    NONE = "none"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a night did nothing, or not everything."""

    NOT_DUE = "not-due"
    AWAITING_REVIEW = "awaiting-our-review"
    EXTENSION_PENDING = "extension-pending"
    ALREADY_SENT = "already-sent-this-rung"
    REST_DAY = "rest-day-deferred"
    NO_ADDRESS = "no-working-address"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Step:
    """A rung to carry out and the people to tell; proposals tell nobody yet."""

    reached: Reached
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """Everything a night does for one finding."""

    finding: Finding
    state: State
    lapses: bool
    steps: tuple[Step, ...] = ()
    collapsed: tuple[Reached, ...] = ()
    held: tuple[tuple[Reached, Reason], ...] = ()
    reason: Reason | None = None

    @property
    def proposes(self) -> bool:
        """Whether something is put before a person to decide."""
        return any(step.reached.rung.kind is RungKind.PROPOSAL for step in self.steps)

    @property
    def outcome(self) -> Outcome:
        """The one column of the account that this finding belongs to."""
        if self.lapses:
            return Outcome.CHANGED
        if self.steps:
            return Outcome.NOTICED
        if self.reason in (Reason.ALREADY_SENT, Reason.AWAITING_REVIEW, Reason.NOT_DUE, None):
            return Outcome.NONE
        return Outcome.HELD


@dataclass(slots=True)
class _Context:
    """What is looked up once for an organization."""

    rules: Rules
    now: datetime
    done: Done
    pending: set[int]
    contacts: Sequence[Contact]
    commission: Sequence[Contact]
    rest_day: bool = field(init=False)

    def __post_init__(self) -> None:
        self.rest_day = self.rules.working_calendar.is_rest_day(civil_date(self.now))


def plan_organization(
    session: Session, organization_id: int, *, now: datetime, rules: Rules, only: int | None = None
) -> list[PlannedItem]:
    """The plan for one organization's findings (or a single one) that may be due at ``now``."""
    findings = findings_due(session, now, organization_id, only)
    ids = [finding.id for finding in findings if finding.id is not None]
    context = _Context(
        rules=rules,
        now=now,
        done=rungs_done(session, ids),
        pending=extensions_pending(session, ids),
        contacts=contacts_of(session, organization_id),
        commission=contacts_of_commission(session),
    )
    return [_plan(finding, context) for finding in findings]


def plan_night(session: Session, rules: Rules, as_of: datetime) -> Iterator[PlannedItem]:
    """The plan for every organization that has something due, one after the other."""
    after = 0
    while batch := organizations_due(session, as_of, after, ORGANIZATIONS_A_BATCH):
        for organization_id in batch:
            yield from plan_organization(session, organization_id, now=as_of, rules=rules)
        after = batch[-1]


def _plan(finding: Finding, context: _Context) -> PlannedItem:
    lapses = has_lapsed(finding.state, finding.due_at, context.now)
    state = State.OVERDUE if lapses else finding.state
    standing = standing_of(finding, state)
    if standing is None or finding.id is None:
        return PlannedItem(finding, state, lapses, reason=Reason.NOT_DUE)
    come = reached(
        context.rules.ladder, standing, civil_date(context.now), context.rules.working_calendar
    )
    keep, dropped = latest_reminders(come)
    fresh = [r for r in keep if (finding.id, r.due_on, r.rung.code) not in context.done]
    collapsed = [r for r in dropped if (finding.id, r.due_on, r.rung.code) not in context.done]
    steps: list[Step] = []
    held: list[tuple[Reached, Reason]] = []
    for item in fresh:
        step = _step(item, finding.id, context)
        if isinstance(step, Step):
            steps.append(step)
        else:
            held.append((item, step))
    return PlannedItem(
        finding,
        state,
        lapses,
        tuple(steps),
        tuple(collapsed),
        tuple(held),
        held[0][1] if held else _reason(state, come, bool(steps) or lapses),
    )


def _step(item: Reached, finding_id: int, context: _Context) -> Step | Reason:
    rung = item.rung
    if context.rest_day and waits_for_working_day(rung):
        return Reason.REST_DAY
    if rung.counts is Limit.DUE and rung.level > 0 and finding_id in context.pending:
        return Reason.EXTENSION_PENDING
    if rung.kind is RungKind.PROPOSAL:
        return Step(item, ())
    people = context.commission if rung.counts is Limit.REVIEW else context.contacts
    contacts = tuple(person for person in people if person.role in rung.to)
    return Step(item, contacts) if contacts else Reason.NO_ADDRESS


def _reason(state: State, come: list[Reached], acted: bool) -> Reason | None:
    if acted:
        return None
    if state is State.SUBMITTED:
        return Reason.AWAITING_REVIEW
    return Reason.ALREADY_SENT if come else Reason.NOT_DUE
