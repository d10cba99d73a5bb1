"""What the tables look like as plain values, for ``--json`` and for the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import SQLModel

from duban.services.account_run import Entry
from duban.services.explain_finding import RungStory
from duban.services.issue_letters import LetterPlan
from duban.services.preview_night import PlannedItem
from models.calendar import CalendarYear, civil_date
from models.deadline_proof import deadline_record, told
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.heard_before import HeardBefore
from models.letter import Letter
from models.organization import Contact, Organization
from models.queries.findings import Row
from models.transition_log import TransitionRecord
from models.transitions import RUNNING_STATES, State
from models.words import recorded_reason, state_label

T = TypeVar("T")

_INTERNAL = {"fingerprint", "batch_id", "settled_at", "phase", "state"}


def finding_shape(row: Row, now: datetime) -> dict[str, Any]:
    """A finding with the names of what it belongs to and its state as of ``now``."""
    finding = row.finding
    left = late = None
    if finding.last_day is not None and row.state in (*RUNNING_STATES, State.OVERDUE):
        left = (finding.last_day - civil_date(now)).days
    elif finding.last_day is not None and finding.submitted_at is not None:
        late = max(0, (civil_date(finding.submitted_at) - finding.last_day).days)
    return {
        "reference": row.reference,
        "state": row.state,
        "label": state_label(row.state),
        "recorded_state": finding.state,
        "organization": row.organization.name,
        "organization_code": row.organization.code,
        "group": row.organization.ranking_group,
        "letter": row.letter.number if row.letter else None,
        "days_left": left,
        "reported_days_late": late,
        **columns(finding, _INTERNAL),
    }


def letter_shape(letter: Letter, organization: Organization, findings: int) -> dict[str, Any]:
    """A letter with its addressee and how many findings it carries."""
    return {
        "number": letter.number,
        "organization": organization.name,
        "organization_code": organization.code,
        "findings": findings,
        "present_last_day": letter.present_last_day,
        "present_report_by": letter.present_report_by,
        **columns(letter, {"organization_id", "proof", "number"}),
    }


def extension_shape(
    request: ExtensionRequest, reference: str, revoked: bool = False
) -> dict[str, Any]:
    """A request for more time with the finding it concerns; ``revoked`` if taken back since."""
    return {"reference": reference, **columns(request, set()), "revoked": revoked}


def escalation_shape(
    proposal: Escalation, row: Row, heard: HeardBefore | None = None
) -> dict[str, Any]:
    """A proposal to escalate with the finding it concerns, and how far the notice before came.

    Of a proposal that was decided nobody asks any more how far it came.
    """
    return {
        "reference": row.reference,
        "organization": row.organization.name,
        **columns(proposal, {"organization_id"}),
        "heard": heard.hearing if heard else None,
        "heard_at": heard.at if heard else None,
        "heard_why": heard.why if heard else None,
    }


def event_shape(record: TransitionRecord) -> dict[str, Any]:
    """An arrow that a finding took, with the reason in words."""
    return {**columns(record, {"details", "id"}), "reason": recorded_reason(record)}


def why_shape(
    row: Row, history: Sequence[TransitionRecord], stories: Sequence[RungStory]
) -> dict[str, Any]:
    """Why a finding's last day is that one, and what became of every rung."""
    return {
        "reference": row.reference,
        "state": row.state,
        "due_at": row.finding.due_at,
        "last_day": row.finding.last_day,
        "original_last_day": row.finding.original_last_day,
        "provisional": row.finding.provisional,
        "deadlines": [
            {"event": record.event, "at": record.effective_at, "actor": record.actor,
             "reason": recorded_reason(record), **told(record.details["deadline"])}
            for record in history if "deadline" in record.details
        ],
        "rungs": [rung_shape(story) for story in stories],
    }  # fmt: skip


def rung_shape(story: RungStory) -> dict[str, Any]:
    """One rung of the ladder: its day, what became of it, and who was told."""
    return {
        "rung": story.code,
        "day": story.day,
        "counted_day": story.counted_day,
        "fate": story.fate,
        "reason": story.reason,
        "to": [{"name": name, "mail": state} for name, state in story.to],
    }


def plans_shape(plans: Sequence[LetterPlan]) -> dict[str, Any]:
    """The letters that would be issued, by when, and why that day."""
    finish, report = plans[0].finish, plans[0].report
    return {
        "count": len(plans),
        "finish": told(deadline_record(finish)),
        "report": told(deadline_record(report)),
        "sign_by": plans[0].sign_by,
        "letters": [
            {
                "organization": plan.organization.name,
                "to": [person.name for person in plan.contacts],
                "findings": [{"id": f.id, "text": f.text} for f in plan.findings],
            }
            for plan in plans
        ],
    }


def planned_shape(item: PlannedItem) -> dict[str, Any]:
    """What a night would do for one finding."""
    return {
        "reference": item.row.reference,
        "organization": item.row.organization.name,
        "outcome": item.outcome,
        "lapses": item.lapses,
        "rungs": item.rungs,
        "to": item.to,
        "reason": item.reason,
    }


def entry_shape(entry: Entry, reference: str, organization: str) -> dict[str, Any]:
    """What a night did or did not do for one finding."""
    return {
        "reference": reference,
        "organization": organization,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "rungs": entry.rungs,
    }


def calendar_year_shape(year: CalendarYear) -> dict[str, Any]:
    """A year's holiday notice."""
    return {
        "year": year.year,
        "version": year.version,
        "notice": year.notice_number,
        "noticed_on": year.noticed_on,
        "off": [{"day": day, "name": name} for day, name in sorted(year.off_days.items())],
        "make_up": [{"day": day, "name": name} for day, name in sorted(year.make_up_days.items())],
    }


def organization_shape(organization: Organization) -> dict[str, Any]:
    """An organization."""
    return columns(organization, set())


def contact_shape(contact: Contact) -> dict[str, Any]:
    """A person of an organization."""
    return columns(contact, {"organization_id"})


def columns(row: SQLModel, without: set[str]) -> dict[str, Any]:
    """The columns of a row but some."""
    # What is loaded lies in the row itself; asking for each by name costs three times as much.
    loaded = vars(row)
    return {
        name: loaded[name] if name in loaded else getattr(row, name)
        for name in type(row).model_fields
        if name not in without
    }


def cut(found: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """The first ``limit`` of what was found, and whether there was more."""
    return list(found[:limit]), len(found) > limit
