"""What tonight's check reads: the open findings for which something may be due.

The predicate is a condition, never a window: what a missed night left undone is
still due the next night, and a second run finds nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.escalation import Escalation, Notice
from models.extension import ExtensionRequest
from models.finding import Finding
from models.letter import Letter
from models.organization import Contact, Organization, OrganizationKind
from models.queries.findings import is_open
from models.transitions import State


def organizations_due(session: Session, now: datetime, after: int, limit: int) -> list[int]:
    """The next ``limit`` organizations beyond id ``after`` that have something due."""
    query = (
        select(Finding.organization_id)
        .where(is_open(), col(Finding.next_action_at) <= now)
        .where(Finding.organization_id > after)
        .distinct()
        .order_by(col(Finding.organization_id))
        .limit(limit)
    )
    return list(session.exec(query))


def findings_due(
    session: Session, now: datetime, organization_id: int, only: int | None = None
) -> list[Finding]:
    """One organization's findings for which something may be due, in letter order.

    ``only`` reads a single one of them, whatever is wrong with the others.
    """
    query = (
        select(Finding)
        .where(is_open(), col(Finding.next_action_at) <= now)
        .where(Finding.organization_id == organization_id)
        .order_by(col(Finding.letter_id), col(Finding.item), col(Finding.id))
    )
    if only is not None:
        query = query.where(Finding.id == only)
    return list(session.exec(query))


def ids_due(session: Session, now: datetime, organization_id: int) -> list[int]:
    """The ids of the same findings, read without looking at them."""
    query = (
        select(Finding.id)
        .where(is_open(), col(Finding.next_action_at) <= now)
        .where(Finding.organization_id == organization_id)
        .order_by(col(Finding.id))
    )
    return [found for found in session.exec(query) if found is not None]


def count_due(session: Session, now: datetime) -> int:
    """How many open findings may have something due."""
    query = select(func.count()).where(is_open(), col(Finding.next_action_at) <= now)
    return session.exec(query).one()


def count_open(session: Session) -> dict[State, int]:
    """Open findings by recorded state."""
    query = select(Finding.state, func.count()).where(is_open()).group_by(col(Finding.state))
    return {State(state): count for state, count in session.exec(query)}


def forecast(session: Session) -> dict[str, int]:
    """How many open findings come due at each instant (ISO, UTC), by what is known now."""
    query = (
        select(Finding.next_action_at, func.count())
        .where(is_open(), col(Finding.next_action_at).is_not(None))
        .group_by(col(Finding.next_action_at))
    )
    found: dict[str, int] = defaultdict(int)
    for instant, count in session.exec(query):
        if instant is not None:
            found[instant.isoformat()] += count
    return dict(found)


Done = set[tuple[int, date, str]]


def rungs_done(session: Session, finding_ids: Sequence[int]) -> Done:
    """(finding, due date, rung) of every notice given and every proposal made."""
    done: Done = set()
    for table in (Notice, Escalation):
        query = select(col(table.finding_id), col(table.due_on), col(table.rung)).where(
            col(table.finding_id).in_(finding_ids)
        )
        done.update((finding, day, rung) for finding, day, rung in session.exec(query))
    return done


def rungs_done_by(session: Session, instant: datetime) -> Done:
    """(finding, due date, rung) of everything that was told or proposed by ``instant``."""
    done: Done = set()
    for table, at in ((Notice, Notice.recorded_at), (Escalation, Escalation.proposed_at)):
        query = select(col(table.finding_id), col(table.due_on), col(table.rung)).where(
            col(at) <= instant
        )
        done.update((finding, day, rung) for finding, day, rung in session.exec(query))
    return done


def extensions_pending(session: Session, finding_ids: Sequence[int]) -> set[int]:
    """Findings with a request that came in time and that nobody has decided."""
    query = select(ExtensionRequest.finding_id).where(
        col(ExtensionRequest.finding_id).in_(finding_ids),
        col(ExtensionRequest.granted).is_(None),
        col(ExtensionRequest.late).is_(False),
    )
    return set(session.exec(query))


def contacts_of(session: Session, organization_id: int) -> list[Contact]:
    """The active people of one organization that have an address."""
    query = (
        select(Contact)
        .where(Contact.organization_id == organization_id)
        .where(col(Contact.active).is_(True), col(Contact.email).is_not(None))
        .order_by(col(Contact.id))
    )
    return list(session.exec(query))


def contacts_of_commission(session: Session) -> list[Contact]:
    """The active people of the commission that have an address."""
    query = (
        select(Contact)
        .join(Organization, col(Contact.organization_id) == col(Organization.id))
        .where(Organization.kind == OrganizationKind.COMMISSION)
        .where(col(Contact.active).is_(True), col(Contact.email).is_not(None))
        .order_by(col(Contact.id))
    )
    return list(session.exec(query))


def letters_by_id(session: Session, letter_ids: Iterable[int]) -> dict[int, Letter]:
    """Letters by their ids."""
    query = select(Letter).where(col(Letter.id).in_(set(letter_ids)))
    return {letter.id: letter for letter in session.exec(query) if letter.id is not None}
