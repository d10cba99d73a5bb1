"""Named reads for receipts: what one act settled, and every act about a letter."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from models.account_event import AccountEvent
from models.explanation import Explanation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.queries.numbers import by_number
from models.submission import Submission
from models.transition_log import TransitionRecord
from models.transitions import Event

Settled = tuple[TransitionRecord, Finding]
"""What happened to one finding by an act."""

CONTACT_CHANGED = "contact.changed"
"""What the log calls a change that an organization made itself."""

_ONLY_TIME = (Event.LAPSE, Event.REDATE)


def record_of(session: Session, finding_id: int, version: int) -> TransitionRecord | None:
    """The arrow that gave a finding this version; what time alone did is no act."""
    query = select(TransitionRecord).where(
        TransitionRecord.finding_id == finding_id,
        TransitionRecord.version == version,
        col(TransitionRecord.event).not_in(_ONLY_TIME),
    )
    return session.exec(query).first()


def settled_with(session: Session, record: TransitionRecord, letter_id: int) -> list[Settled]:
    """Everything of a letter that the same act settled, in the letter's order."""
    query = (
        select(TransitionRecord, Finding)
        .join(Finding, col(TransitionRecord.finding_id) == col(Finding.id))
        .where(
            Finding.letter_id == letter_id,
            TransitionRecord.event == record.event,
            TransitionRecord.recorded_at == record.recorded_at,
            TransitionRecord.actor == record.actor,
        )
        .order_by(col(Finding.item))
    )
    return [(one, finding) for one, finding in session.exec(query)]


def acts_of_letter(session: Session, letter_id: int) -> list[Settled]:
    """Every act on a letter's findings, the newest first."""
    query = (
        select(TransitionRecord, Finding)
        .join(Finding, col(TransitionRecord.finding_id) == col(Finding.id))
        .where(Finding.letter_id == letter_id, col(TransitionRecord.event).not_in(_ONLY_TIME))
        .order_by(col(TransitionRecord.recorded_at).desc(), col(Finding.item))
    )
    return [(one, finding) for one, finding in session.exec(query)]


def reports_at(session: Session, records: Sequence[TransitionRecord]) -> Sequence[Submission]:
    """The reports that these acts handed in, by finding."""
    query = select(Submission).where(
        col(Submission.finding_id).in_([record.finding_id for record in records]),
        col(Submission.submitted_at).in_({record.effective_at for record in records}),
    )
    return session.exec(query.order_by(col(Submission.id))).all()


def request_numbered(session: Session, request_id: int) -> ExtensionRequest | None:
    """The request for more time with this number."""
    return by_number(session, ExtensionRequest, request_id)


def contact_change_numbered(
    session: Session, event_id: int, organization_id: int
) -> AccountEvent | None:
    """The change of a contact person with this number, which this organization made."""
    found = by_number(session, AccountEvent, event_id)
    ours = found is not None and found.details.get("organization") == organization_id
    return found if ours and found is not None and found.what == CONTACT_CHANGED else None


def explanation_numbered(session: Session, explanation_id: int) -> Explanation | None:
    """The explanation with this number."""
    return by_number(session, Explanation, explanation_id)
