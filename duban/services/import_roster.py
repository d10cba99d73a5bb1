"""Bringing in a list of organizations and people (单位联络员名单), all or nothing."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.language import _, ngettext
from duban.ledger.keys import normal_text
from duban.ledger.ledger import Refusal
from duban.ledger.roster import Roster, RosterRow
from duban.services.organizations import (
    add_contact,
    add_organization,
    change_contact,
    change_organization,
)
from models.errors import BadInput, RefusedByRule, StaleVersion
from models.organization import Contact, Organization
from models.queries.contacts import contacts
from models.queries.organizations import commission, nearest_names, organizations
from notifications.mail import check_address


@dataclass(frozen=True)
class RosterItem:
    """What becomes of one row: (field, before, after) of each thing that is new or differs."""

    row: RosterRow
    organization: Organization | None
    person: Contact | None
    changes: tuple[tuple[str, str, str], ...]

    @property
    def verdict(self) -> str:
        """``new``, ``changed`` or ``same``."""
        if self.organization is None or (self.row.person and self.person is None):
            return "new"
        return "changed" if self.changes else "same"


@dataclass(frozen=True)
class RosterComparison:
    """The result of a check."""

    items: tuple[RosterItem, ...]
    refusals: tuple[Refusal, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them."""
        tally = Counter(item.verdict for item in self.items)
        refused = len({(refusal.sheet, refusal.row) for refusal in self.refusals})
        return {**{name: tally[name] for name in ("new", "changed", "same")}, "refused": refused}

    @property
    def digest(self) -> str:
        """Twelve characters that change when the effect does."""
        content = [(i.row.organization, i.row.person, i.verdict, i.changes) for i in self.items]
        refused = [(refusal.sheet, refusal.row, refusal.code) for refusal in self.refusals]
        return hashlib.sha256(json.dumps([content, refused]).encode()).hexdigest()[:12]


def compare_roster(session: Session, roster: Roster) -> RosterComparison:
    """Each row against what is stored; nothing is written."""
    known = _by_name(session)
    items, refusals, listed = [], list(roster.refusals), set[str]()
    for row in roster.rows:
        try:
            if row.email:
                check_address(row.email)
        except BadInput as error:
            refusals.append(
                _refused(row, "email", row.email, "address", error.message, _("write the address"))
            )
            continue
        if row.under and normal_text(row.under) not in known.keys() | listed:
            refusals.append(_no_superior(row, known.values()))
            continue
        listed |= {normal_text(name) for name in (row.organization, row.code) if name}
        organization = known.get(normal_text(row.organization))
        person = _person(session, organization, row)
        items.append(RosterItem(row, organization, person, _changes(row, organization, person)))
    return RosterComparison(tuple(items), tuple(refusals))


def import_roster(
    session: Session, roster: Roster, *, now: datetime, checked: str
) -> RosterComparison:
    """Add and change what the check showed; people who are not in the file stay.

    Raises:
        StaleVersion: the check now says something else than ``checked``.
        RefusedByRule: rows are refused.
    """
    comparison = compare_roster(session, roster)
    if comparison.digest != checked:
        raise StaleVersion(
            _("The check of {name} now gives another result; look at it again.").format(
                name=roster.file_name
            )
        )
    if comparison.refusals:
        raise RefusedByRule(
            ngettext(
                "{count} row is refused, so nothing was written; correct it.",
                "{count} rows are refused, so nothing was written; correct them.",
                comparison.counts["refused"],
            ).format(count=comparison.counts["refused"])
        )
    for item in comparison.items:
        organization = _put_organization(session, item.row, now)
        if item.row.person:
            _put_person(session, organization, item.row)
    return comparison


def _by_name(session: Session) -> dict[str, Organization]:
    return {
        normal_text(name): one
        for one in organizations(session)
        for name in (one.name, one.code, one.name_en)
        if name
    }


def _put_organization(session: Session, row: RosterRow, now: datetime) -> Organization:
    known = _by_name(session)
    organization = known.get(normal_text(row.organization))
    if organization is None:
        above = known.get(normal_text(row.under)) if row.under else None
        organization = add_organization(
            session, code=row.code or None, name=row.organization, kind=row.kind, now=now,
            parent=above or commission(session),
        )  # fmt: skip
    if values := _organization_values(row):
        change_organization(session, organization, **values)
    return organization


def _put_person(session: Session, organization: Organization, row: RosterRow) -> None:
    person = _person(session, organization, row)
    if person is None:
        add_contact(
            session, organization, name=row.person, role=row.role, email=row.email or None,
            language=row.language or "zh", phone=row.phone or None,
        )  # fmt: skip
    elif values := _person_values(row):
        change_contact(session, person, **values)


def _person(session: Session, organization: Organization | None, row: RosterRow) -> Contact | None:
    """The person of that name in that capacity."""
    if organization is None or not row.person:
        return None
    return next(
        (
            person
            for person in contacts(session, organization.id or 0)
            if person.active and (person.name, person.role) == (row.person, row.role)
        ),
        None,
    )


def _organization_values(row: RosterRow) -> dict[str, Any]:
    said = {"name_en": row.name_en, "group": row.group, "kind": row.kind}
    return {name: value for name, value in said.items() if value}


def _person_values(row: RosterRow) -> dict[str, Any]:
    email = check_address(row.email) if row.email else ""
    said = {"email": email, "phone": row.phone, "language": row.language}
    return {name: value for name, value in said.items() if value}


def _changes(
    row: RosterRow, organization: Organization | None, person: Contact | None
) -> tuple[tuple[str, str, str], ...]:
    before: dict[str, Any] = {}
    if organization is not None:
        before |= {"name_en": organization.name_en, "group": organization.ranking_group,
                   "kind": organization.kind}  # fmt: skip
    if person is not None:
        before |= {"email": person.email, "phone": person.phone, "language": person.language}
    after = {**_organization_values(row), **_person_values(row)}
    return tuple(
        (name, str(before[name] or ""), str(value))
        for name, value in after.items()
        if name in before and before[name] != value
    )


def _no_superior(row: RosterRow, known: Iterable[Organization]) -> Refusal:
    near = nearest_names([one.name for one in known], row.under)
    return _refused(
        row, "under", row.under, "superior-unknown",
        _("no organization above this row, and none that is stored, has this name"),
        _("write one of these: {names}").format(names=", ".join(near)) if near
        else _("give the superior a row of its own above this one"),
    )  # fmt: skip


def _refused(
    row: RosterRow, heading: str, value: str, code: str, reason: str, remedy: str
) -> Refusal:
    return Refusal(row.sheet, row.row, None, heading, value, code, reason, remedy)
