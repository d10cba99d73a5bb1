"""Telling an organization that the commission took back what it did by mistake."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from duban.services.rules import Rules
from duban.services.tell_event import LEADING, Told, tell_letters, version_of
from models.escalation import Escalation
from models.finding import Finding
from models.organization import ContactRole
from models.transitions import State

TEMPLATE = "taken-back"


def tell_reinstated(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """The findings are to be rectified after all, by when; of a report that waits no day."""
    told = [
        Told(finding, version_of(finding), {
            "what": "withdrawal",
            "day": None if finding.state is State.SUBMITTED else finding.last_day,
        })
        for finding in findings
    ]  # fmt: skip
    tell_letters(session, TEMPLATE, told, rules=rules, now=now, roles=LEADING)


def tell_revoked(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """The last day is again the one before."""
    told = [
        Told(finding, version_of(finding), {"what": "extension", "day": finding.last_day})
        for finding in findings
    ]
    tell_letters(session, TEMPLATE, told, rules=rules, now=now, roles=LEADING)


def tell_rescinded(
    session: Session,
    rescinded: Iterable[tuple[Finding, Escalation]],
    *,
    rules: Rules,
    now: datetime,
) -> None:
    """A step counts no more; told to whom the approval was told."""
    told = [
        Told(finding, version_of(finding), {"what": "step", "level": proposal.level})
        for finding, proposal in rescinded
    ]
    tell_letters(session, TEMPLATE, told, rules=rules, now=now, roles=(ContactRole.HEAD,))


def tell_annulled(
    session: Session, findings: Iterable[Finding], *, rules: Rules, now: datetime
) -> None:
    """The letter waits for its receipt again."""
    told = [
        Told(finding, version_of(finding), {"what": "receipt", "day": finding.sign_by})
        for finding in findings
    ]
    tell_letters(session, TEMPLATE, told, rules=rules, now=now)
