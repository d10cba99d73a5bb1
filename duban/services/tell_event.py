"""Telling people what somebody did: one mail an act, letter and person."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from duban.services.queue_message import queue_message
from duban.services.render_mail import letter_facts
from duban.services.rules import Rules
from duban.services.still_true import DAY, FINDINGS, PROPOSALS
from duban.services.whom_to_tell import whom_to_tell
from models.escalation import Escalation
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import ContactRole, Organization
from models.queries.contacts import contacts_of
from models.queries.findings import of_letter
from models.submission import Submission
from models.transitions import State
from models.words import level_label
from notifications.values import LetterMail

LEADING = (ContactRole.CONTACT, ContactRole.HEAD)

CALENDAR_PAGE = "/details/feed"
"""Where an organization subscribes to its last days."""


@dataclass(frozen=True)
class Told:
    """What is told of one finding: the key of the act, and what the mail says of it.

    ``of`` names what makes it true as long as it stands, and ``number`` which one; without it
    that is the finding itself.
    """

    finding: Finding
    key: str
    facts: Mapping[str, Any]
    of: str = FINDINGS
    number: int = 0


def tell_issued(
    session: Session, letter: Letter, findings: Sequence[Finding], *, rules: Rules, now: datetime
) -> None:
    """The letter is there: acknowledge it, finish by."""
    _tell(
        session, "issued", letter, len(findings), f"issued:{letter.id}", rules=rules, now=now,
        roles=LEADING, guard={FINDINGS: [finding.id for finding in findings]},
        calendar=rules.settings.site.base_url + CALENDAR_PAGE,
    )  # fmt: skip


def tell_acknowledged(
    session: Session, findings: Iterable[Finding], *, by: str, rules: Rules, now: datetime
) -> None:
    """A receipt for the receipt."""
    tell_letters(
        session, "acknowledged",
        [
            Told(finding, version_of(finding), {
                "day": finding.last_day, "by": by, "at": now,
                "calendar": rules.settings.site.base_url + CALENDAR_PAGE,
            })
            for finding in findings
        ],
        rules=rules, now=now,
    )  # fmt: skip


def tell_submitted(
    session: Session,
    reports: Iterable[tuple[Finding, Submission]],
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """The reports arrived, and until when we review them."""
    tell_letters(
        session, "submitted",
        [Told(finding, str(report.id), {"day": report.review_by}) for finding, report in reports],
        rules=rules, now=now,
    )  # fmt: skip


def tell_returned(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """Rework is needed; the reason stands in the system, not in the mail."""
    tell_letters(
        session, "returned",
        [
            Told(finding, version_of(finding), {
                "day": finding.last_day, "overdue": finding.state is State.OVERDUE,
            })
            for finding in findings
        ],
        rules=rules, now=now,
    )  # fmt: skip


def tell_extension(
    session: Session,
    decided: Iterable[tuple[Finding, ExtensionRequest]],
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """More time was granted or declined."""
    tell_letters(
        session, "extension",
        [
            Told(finding, str(request.id), {
                "day": request.new_last_day, "old_day": request.old_last_day,
                "granted": bool(request.granted),
            })
            for finding, request in decided
        ],
        rules=rules, now=now, roles=LEADING,
    )  # fmt: skip


def tell_escalated(
    session: Session,
    decided: Iterable[tuple[Finding, Escalation]],
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """A person decided to escalate."""
    tell_letters(
        session, "escalated",
        [
            Told(finding, str(proposal.id), {
                "day": proposal.due_on, "by": proposal.decided_by or "", "at": proposal.decided_at,
                "level": proposal.level,
            }, PROPOSALS, proposal.id or 0)
            for finding, proposal in decided
        ],
        rules=rules, now=now, roles=(ContactRole.HEAD,),
    )  # fmt: skip


def tell_closed(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """A letter is closed; told once, when its last finding is."""
    for letter_id in dict.fromkeys(f.letter_id for f in findings if f.letter_id is not None):
        of_it = of_letter(session, letter_id)
        if any(f.state not in (State.RECTIFIED, State.WITHDRAWN) for f in of_it):
            continue
        rectified = [f for f in of_it if f.state is State.RECTIFIED]
        step = f"closed:{letter_id}:{sum(f.version for f in of_it)}"
        _tell(
            session, "closed", session.get_one(Letter, letter_id), len(rectified), step,
            rules=rules, now=now, roles=LEADING,
            late=sum(f.on_time is False for f in rectified),
            guard={FINDINGS: [f.id for f in of_it]},
        )  # fmt: skip


def tell_reopened(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """A re-check opened findings again."""
    tell_letters(
        session, "reopened",
        [Told(finding, version_of(finding), {"day": finding.last_day}) for finding in findings],
        rules=rules, now=now, roles=LEADING,
    )  # fmt: skip


def tell_withdrawn(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """Nothing more is needed for these findings."""
    tell_letters(
        session, "withdrawn", [Told(finding, version_of(finding), {}) for finding in findings],
        rules=rules, now=now, roles=LEADING,
    )  # fmt: skip


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
    """A holiday notice moved a date, later."""
    step = f"moved:{letter.id}:{old}:{new}"
    _tell(
        session, "deadline-moved", letter, count, step, rules=rules, now=now,
        roles=LEADING, old_day=old, day=new, guard={DAY: str(new)},
    )  # fmt: skip


def version_of(finding: Finding) -> str:
    """The key of an act that gave a finding its present version."""
    return f"{finding.id}:{finding.version}"


def tell_letters(
    session: Session,
    template: str,
    told: Iterable[Told],
    *,
    rules: Rules,
    now: datetime,
    roles: tuple[ContactRole, ...] = (ContactRole.CONTACT,),
) -> None:
    """One mail a letter and person for an act, however many findings it concerned."""
    groups: dict[tuple[int, tuple[tuple[str, Any], ...]], list[Told]] = defaultdict(list)
    for one in told:
        if one.finding.letter_id is not None:
            groups[one.finding.letter_id, tuple(one.facts.items())].append(one)
    for (letter_id, facts), members in groups.items():
        _tell(
            session, template, session.get_one(Letter, letter_id), len(members),
            f"{template}:{members[0].key}", rules=rules, now=now, roles=roles,
            guard={members[0].of: [one.number or one.finding.id for one in members]},
            **dict(facts),
        )  # fmt: skip


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
    guard: Mapping[str, Any],
    level: int | None = None,
    **facts: Any,
) -> None:
    def fill(base: dict[str, Any]) -> LetterMail:
        mail = LetterMail(**base, letter=letter_facts(letter), count=count, **facts)
        return mail if level is None else replace(mail, rung=level_label(level))

    people = contacts_of(session, letter.organization_id)
    queue_message(
        session, template, fill, whom_to_tell(people, roles),
        organization=session.get_one(Organization, letter.organization_id),
        letter=letter, step=step, now=now, rules=rules, guard=guard,
    )  # fmt: skip
