"""Findings and what belongs to them, as the API tells them."""

from datetime import date, datetime

from pydantic import ConfigDict

from duban.services.explain_finding import Fate
from duban.web.api.shape import Body, PeriodText, Shape, Text, without_requirements
from models.submission import Decision
from models.transitions import Event, Role, State


class FindingShape(Shape):
    """One finding.

    ``state`` is the state as of now, ``recorded_state`` what the last act or nightly check wrote.
    ``last_day`` is inclusive, ``due_at`` the instant at which that day ends. ``remark`` and
    ``escalated`` are null for organizations.
    """

    reference: str
    state: State
    label: str
    recorded_state: State
    organization: str
    organization_code: str
    group: str | None
    letter: str | None
    days_left: int | None
    reported_days_late: int | None
    id: int
    key: str
    code: str | None
    organization_id: int
    letter_id: int | None
    item: int | None
    text: str
    category: str | None
    source: str | None
    raised_by: str | None
    requirement: str | None
    measures: str | None
    owner: str | None
    lead: str | None
    co_organizations: str | None
    remark: str | None
    ledger_due: str | None
    meeting_on: date | None
    created_at: datetime
    version: int
    issued_at: datetime | None
    acknowledged_at: datetime | None
    submitted_at: datetime | None
    rectified_at: datetime | None
    withdrawn_at: datetime | None
    overdue_at: datetime | None
    sign_by: date | None
    review_by: date | None
    original_last_day: date | None
    original_due_at: datetime | None
    last_day: date | None
    due_at: datetime | None
    provisional: bool
    on_time_original: bool | None
    on_time: bool | None
    returns: int
    rung: int
    escalated: bool | None


class FindingLine(FindingShape):
    """A finding of a list; with ``fields=`` only the named ones and the reference."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_requirements)


class EventShape(Shape):
    """Something that happened to a finding: when it took effect, and when it was written down."""

    finding_id: int
    version: int
    event: Event
    source: State
    target: State
    effective_at: datetime
    recorded_at: datetime
    actor: str
    role: Role
    reason: str | None
    run_id: int | None


class StepShape(Shape):
    """One step of the reasoning of a date."""

    code: str
    on: date
    note: str
    text: str


class DeadlineShape(Shape):
    """A date with its reasoning."""

    due_at: datetime
    last_day: date
    nominal_last_day: date
    day_zero: date
    window: str
    rule: str
    calendar_version: str
    provisional: bool
    steps: list[StepShape]


class DatedEvent(DeadlineShape):
    """An act that gave a finding a date."""

    event: Event
    at: datetime
    actor: str
    reason: str | None


class Told(Shape):
    """Somebody who was told, and how far the mail came."""

    name: str
    mail: str


class RungShape(Shape):
    """One rung of the ladder: the day it came or comes, and what became of it."""

    rung: str
    day: date
    counted_day: date
    fate: Fate
    reason: str
    to: list[Told]


class WhyShape(Shape):
    """Why the last day is that one, and what was told, put off or not told, and why."""

    reference: str
    state: State
    due_at: datetime | None
    last_day: date | None
    original_last_day: date | None
    provisional: bool
    deadlines: list[DatedEvent]
    rungs: list[RungShape]


class ForecastShape(Shape):
    """What comes next, if nobody does anything."""

    reference: str
    as_of: datetime
    last_day: date | None
    days_left: int | None
    rungs: list[RungShape]


class EvidenceShape(Shape):
    """A file; ``sha256`` is its digest. Without a submission it waits with the draft."""

    id: int
    finding_id: int
    submission_id: int | None
    name: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str


class SubmissionShape(Shape):
    """A report, and what the verifier decided."""

    id: int
    finding_id: int
    report: str
    submitted_at: datetime
    submitted_by: str
    on_time: bool
    review_by: date
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    evidence: list[EvidenceShape]


class ExtensionShape(Shape):
    """A request for more time; ``granted`` is null until somebody decides.

    ``revoked`` says that the time which it gave was taken back since.
    """

    reference: str
    id: int
    finding_id: int
    period: str
    reason: str
    requested_at: datetime
    requested_by: str
    late: bool
    old_last_day: date
    new_last_day: date
    granted: bool | None
    decided_at: datetime | None
    decided_by: str | None
    decision_reason: str | None
    revoked: bool


class ExplanationShape(Shape):
    """What an organization says about a delay."""

    id: int
    finding_id: int
    text: str
    said_at: datetime
    said_by: str


class ReportBody(Body):
    """A report."""

    report: Text


class ReasonBody(Body):
    """A reason that people will read."""

    reason: Text


class ExtensionBody(Body):
    """How much more time, and why."""

    period: PeriodText
    reason: Text


class TextBody(Body):
    """A text."""

    text: Text
