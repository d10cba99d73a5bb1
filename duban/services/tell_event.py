"""Telling people what somebody did: one mail an act and person."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from duban.services.queue_message import letter_facts, queue_message
from duban.services.rules import Rules
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import ContactRole, Organization
from models.queries.due import contacts_of
from models.queries.findings import of_letter
from models.submission import Submission
from models.transitions import State
from models.words import level_label
from notifications.values import LetterMail


def tell_issued(
    session: Session,
    letter: Letter,
    organization: Organization,
    count: int,
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """The letter is there: acknowledge it, finish by."""
    _tell(session, "issued", letter, count, f"issued:{letter.id}", rules=rules, now=now)


def tell_acknowledged(
    session: Session, letter: Letter, count: int, *, by: str, rules: Rules, now: datetime
) -> None:
    """A receipt for the receipt."""
    step = f"acknowledged:{letter.id}:{now.isoformat()}"
    _tell(session, "acknowledged", letter, count, step, rules=rules, now=now, by=by)


def tell_submitted(
    session: Session, finding: Finding, submission: Submission, *, rules: Rules, now: datetime
) -> None:
    """The report arrived, and until when we review it."""
    _tell_of(
        session, "submitted", finding, f"submitted:{submission.id}", rules=rules, now=now,
        day=submission.review_by,
    )  # fmt: skip


def tell_returned(
    session: Session, finding: Finding, submission: Submission, *, rules: Rules, now: datetime
) -> None:
    """Rework is needed; the reason stands in the system, not in the mail."""
    _tell_of(
        session, "returned", finding, f"returned:{submission.id}", rules=rules, now=now,
        day=finding.last_day,
    )  # fmt: skip


def tell_extension(
    session: Session, finding: Finding, request: ExtensionRequest, *, rules: Rules, now: datetime
) -> None:
    """More time was granted or declined."""
    _tell_of(
        session, "extension", finding, f"extension:{request.id}", rules=rules, now=now,
        roles=(ContactRole.CONTACT, ContactRole.HEAD), day=request.new_last_day,
        old_day=request.old_last_day, granted=bool(request.granted),
    )  # fmt: skip


def tell_escalated(
    session: Session, finding: Finding, proposal: Escalation, *, rules: Rules, now: datetime
) -> None:
    """A person decided to escalate."""
    _tell_of(
        session, "escalated", finding, f"escalated:{proposal.id}", rules=rules, now=now,
        roles=(ContactRole.HEAD,), day=proposal.due_on, by=proposal.decided_by or "",
        level=proposal.level,
    )  # fmt: skip


def tell_closed(session: Session, finding: Finding, *, rules: Rules, now: datetime) -> None:
    """The letter is closed; told once, when its last finding is."""
    if finding.letter_id is None:
        return
    findings = of_letter(session, finding.letter_id)
    if any(f.state not in (State.RECTIFIED, State.WITHDRAWN) for f in findings):
        return
    rectified = [f for f in findings if f.state is State.RECTIFIED]
    step = f"closed:{finding.letter_id}:{now.isoformat()}"
    _tell(
        session, "closed", session.get_one(Letter, finding.letter_id), len(rectified), step,
        rules=rules, now=now, roles=(ContactRole.CONTACT, ContactRole.HEAD),
        late=sum(f.on_time is False for f in rectified),
    )  # fmt: skip


def tell_reopened(session: Session, finding: Finding, *, rules: Rules, now: datetime) -> None:
    """A re-check opened a finding again."""
    step = f"reopened:{finding.id}:{finding.version}"
    _tell_of(
        session, "reopened", finding, step, rules=rules, now=now,
        roles=(ContactRole.CONTACT, ContactRole.HEAD), day=finding.last_day,
    )  # fmt: skip


def tell_withdrawn(session: Session, finding: Finding, *, rules: Rules, now: datetime) -> None:
    """Nothing more is needed for this finding."""
    step = f"withdrawn:{finding.id}:{finding.version}"
    _tell_of(session, "withdrawn", finding, step, rules=rules, now=now)


def tell_moved(
    session: Session,
    letter: Letter,
    count: int,
    old: date,
    new: date,
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """A holiday notice moved a provisional date, later."""
    step = f"moved:{letter.id}:{old}:{new}"
    _tell(
        session, "deadline-moved", letter, count, step, rules=rules, now=now,
        roles=(ContactRole.CONTACT, ContactRole.HEAD), old_day=old, day=new,
    )  # fmt: skip


def _tell_of(
    session: Session, template: str, finding: Finding, step: str, *, rules: Rules, now: datetime,
    **facts: Any,
) -> None:  # fmt: skip
    if finding.letter_id is not None:
        letter = session.get_one(Letter, finding.letter_id)
        _tell(session, template, letter, 1, step, rules=rules, now=now, **facts)


def _tell(
    session: Session,
    template: str,
    letter: Letter,
    count: int,
    step: str,
    *,
    rules: Rules,
    now: datetime,
    roles: tuple[ContactRole, ...] = (ContactRole.CONTACT,),
    level: int | None = None,
    **facts: Any,
) -> None:
    def fill(base: dict[str, Any]) -> LetterMail:
        mail = LetterMail(**base, letter=letter_facts(letter), count=count, **facts)
        return mail if level is None else replace(mail, rung=level_label(level))

    people = contacts_of(session, letter.organization_id)
    queue_message(
        session, template, fill, [person for person in people if person.role in roles],
        organization=session.get_one(Organization, letter.organization_id),
        letter=letter, step=step, now=now, rules=rules,
    )  # fmt: skip
