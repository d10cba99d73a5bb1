"""What people type into the search box: a letter's number, a finding's, or an organization."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models.finding import Finding
from models.letter import Letter
from models.organization import Organization
from models.queries.findings import Row, state_at
from models.queries.scope import Scope
from models.transitions import State

MOST = 20

_SHORT = re.compile(r"(?:(\d{4})-)?0*(\d{1,9})", re.ASCII)
_WHOLE = re.compile(r"\S*?[〔\[（(](\d{4})[〕\]）)]\s*0*(\d{1,9})号?", re.ASCII)
"""``12`` or ``2023-12``, and ``示纪函〔2023〕12号``."""


@dataclass(frozen=True)
class Hits:
    """What was found; of each kind at most ``MOST``."""

    findings: Sequence[Row] = ()
    letters: Sequence[tuple[Letter, Organization]] = ()
    organizations: Sequence[Organization] = ()


def search(session: Session, wanted: str, now: datetime, *, scope: Scope) -> Hits:
    """Everything within ``scope`` that ``wanted`` can mean.

    ``12``, ``2023-12`` and ``示纪函〔2023〕12号`` are letters, ``12-3``, ``2023-12-3`` and ``#17``
    findings; anything else, and a code like a number, is looked for among the organizations.
    """
    return Hits(
        _findings(session, wanted, now, scope),
        _letters(session, wanted, scope),
        _organizations(session, wanted, scope),
    )


def _findings(session: Session, wanted: str, now: datetime, scope: Scope) -> list[Row]:
    if match := re.fullmatch(r"#(\d{1,18})", wanted, re.ASCII):
        called = [col(Finding.id) == int(match[1])]
    elif match := re.fullmatch(r"(?:(\d{4})-)?(\d{1,9})-(\d{1,9})", wanted, re.ASCII):
        called = [col(Letter.sequence) == int(match[2]), col(Finding.item) == int(match[3])]
        called += [col(Letter.year) == int(match[1])] if match[1] else []
    else:
        return []
    query = (
        select(Finding, Letter, Organization, state_at(now))
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .join(Letter, col(Finding.letter_id) == col(Letter.id), isouter=True)
        .where(*called, scope.of(Finding.organization_id))
        .order_by(col(Letter.year).desc())
        .limit(MOST)
    )
    return [Row(f, letter, org, State(state)) for f, letter, org, state in session.exec(query)]


def _letters(session: Session, wanted: str, scope: Scope) -> list[tuple[Letter, Organization]]:
    match = _SHORT.fullmatch(wanted) or _WHOLE.fullmatch(wanted)
    if match is None:
        return []
    year, number = match.groups()
    fits = col(Letter.sequence) == int(number)
    query = (
        select(Letter, Organization)
        .join(Organization, col(Letter.organization_id) == col(Organization.id))
        .where(
            and_(fits, col(Letter.year) == int(year)) if year else fits,
            scope.of(Letter.organization_id),
        )
        .order_by(col(Letter.year).desc())
        .limit(MOST)
    )
    return [(letter, organization) for letter, organization in session.exec(query)]


def _organizations(session: Session, wanted: str, scope: Scope) -> list[Organization]:
    """The one that is called so; else those whose name or code holds the words."""
    names = (col(Organization.code), col(Organization.name), col(Organization.name_en))
    within = select(Organization).where(scope.of(Organization.id))
    exact = session.exec(within.where(or_(*(name == wanted for name in names)))).all()
    if exact:
        return list(exact)
    like = or_(*(name.icontains(wanted, autoescape=True) for name in names))
    return list(session.exec(within.where(like).order_by(col(Organization.path)).limit(MOST)))
