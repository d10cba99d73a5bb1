"""What the tables look like as plain values, for ``--json`` and for the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlmodel import SQLModel

from models.calendar import civil_date
from models.extension import ExtensionRequest
from models.letter import Letter
from models.organization import Contact, Organization
from models.queries.findings import Row
from models.transitions import RUNNING_STATES, State
from models.words import state_label

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


def extension_shape(request: ExtensionRequest, reference: str) -> dict[str, Any]:
    """A request for more time with the finding it concerns."""
    return {"reference": reference, **columns(request, set())}


def organization_shape(organization: Organization) -> dict[str, Any]:
    """An organization."""
    return columns(organization, set())


def contact_shape(contact: Contact) -> dict[str, Any]:
    """A person of an organization."""
    return columns(contact, {"organization_id"})


def columns(row: SQLModel, without: set[str]) -> dict[str, Any]:
    """The columns of a row but some."""
    return {name: getattr(row, name) for name in type(row).model_fields if name not in without}


def cut(found: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """The first ``limit`` of what was found, and whether there was more."""
    return list(found[:limit]), len(found) > limit
