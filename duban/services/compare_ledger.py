"""What importing a ledger would do: row by row, read-only."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache

from sqlmodel import Session

from config.language import _
from duban.ledger.keys import ANOTHER_MEETING, is_serial, normal_text
from duban.ledger.ledger import Ledger, LedgerRow, Refusal, SheetColumn
from models.finding import Finding
from models.organization import Organization, OrganizationKind
from models.queries.ledger import findings_by_key, findings_of
from models.queries.organizations import nearest_names, organizations
from models.transitions import State

ALIKE, NEARLY_EQUAL = 0.6, 0.9
"""From this likeness on two texts are one finding, reworded: under one number, and without."""

CANDIDATES = 200
"""An organization with more findings than this is not searched for reworded ones."""

CLOSED = (State.RECTIFIED, State.WITHDRAWN)

PLACE = ("sheet", "row", "key", "fingerprint", "organization")
FROZEN = ("text", "category", "meeting_on")
"""What stands in the letter and cannot change under an organization's hands."""

COLUMNS = tuple(field.name for field in fields(LedgerRow) if field.name not in PLACE)


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Compared:
    """A row that can be taken, the finding it is, and what differs: (before, after)."""

    row: LedgerRow
    verdict: Verdict
    organization: Organization | None
    finding: Finding | None = None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """The result of a check; ``digest`` is the same as long as an import would do the same."""

    ledger: Ledger
    rows: tuple[Compared, ...]
    refusals: tuple[Refusal, ...]
    new_organizations: Mapping[str, tuple[str, ...]]
    """Those that would be created, each with the nearest names that there are."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by what becomes of them; every data row of the file is in one of them."""
        tally = Counter(item.verdict for item in self.rows)
        return {
            **{verdict.value: tally[verdict] for verdict in Verdict},
            "refused": len({(refusal.sheet, refusal.row) for refusal in self.refusals}),
        }

    @property
    def digest(self) -> str:
        """Twelve characters that change when the file or its effect does."""
        content = [
            self.ledger.sha256,
            [(item.row.key, item.verdict, item.changes) for item in self.rows],
            [(refusal.sheet, refusal.row, refusal.code) for refusal in self.refusals],
            list(self.new_organizations),
        ]
        return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:12]

    @property
    def closed_again(self) -> int:
        """Rows that are closed findings already and name no meeting that could raise them anew."""
        return sum(
            item.finding is not None
            and item.finding.state in CLOSED
            and item.row.meeting_on is None
            for item in self.rows
        )


def compare(session: Session, ledger: Ledger, *, create_organizations: bool = False) -> Comparison:
    """Each row against what is stored; an unknown organization is refused or to be created."""
    everyone = organizations(session)
    # The commission writes the findings; a finding is never about it.
    names = [one.name for one in everyone if one.kind != OrganizationKind.COMMISSION]
    known = {
        normal_text(name): organization
        for organization in everyone
        for name in (organization.name, organization.code, organization.name_en)
        if name
    }
    said = {sheet.name: {column.field for column in sheet.columns} for sheet in ledger.sheets}
    place = {
        (sheet.name, column.field): column
        for sheet in ledger.sheets
        for column in reversed(sheet.columns)
    }
    near = cache(lambda name: tuple(nearest_names(names, name)))
    matched = _matched(session, ledger.rows)
    taken = {finding.id for _row, finding in matched if finding is not None}
    found, refusals, created = [], list(ledger.refusals), dict[str, str]()
    for read, stored in matched:
        organization = known.get(normal_text(read.organization))
        if organization is None and not create_organizations:
            refusals.append(_unknown(read, near(read.organization), place))
            continue
        row = read
        if organization is None:
            name = created.setdefault(normal_text(read.organization), read.organization)
            row = replace(read, organization=name)
        finding = stored or _reworded(session, row, organization, taken)
        item = _compared(row, organization, finding, said[row.sheet])
        if finding is not None:
            taken.add(finding.id)
            refused = list(_frozen(item, finding, place))
            refusals += refused
            if refused:
                continue
        found.append(item)
    order = [sheet.name for sheet in ledger.sheets]
    refusals.sort(key=lambda refusal: (order.index(refusal.sheet), refusal.row))
    added = {name: near(name) for name in created.values()}
    return Comparison(ledger, tuple(found), tuple(refusals), added)


def _matched(session: Session, rows: Sequence[LedgerRow]) -> list[tuple[LedgerRow, Finding | None]]:
    """Each row with the stored finding that has its key; a recurrence has a key of its own."""
    stored = findings_by_key(session, [row.key for row in rows])
    again = {
        row.key: replace(row, key=f"{row.key}-{row.meeting_on}")
        for row in rows
        if (finding := stored.get(row.key)) is not None
        and finding.state is not State.DRAFT
        and _is_another_meeting(finding, row)
    }
    stored |= findings_by_key(session, [row.key for row in again.values()])
    actual = [again.get(row.key, row) for row in rows]
    return [(row, stored.get(row.key)) for row in actual]


def _is_another_meeting(finding: Finding, row: LedgerRow) -> bool:
    if finding.meeting_on is None or row.meeting_on is None:
        return False
    return abs(finding.meeting_on - row.meeting_on) >= ANOTHER_MEETING


def _reworded(
    session: Session, row: LedgerRow, organization: Organization | None, taken: set[int | None]
) -> Finding | None:
    """The open finding that a row was before somebody corrected its text."""
    if organization is None or organization.id is None:
        return None
    # A serial number says nothing: the texts alone must then be nearly the same.
    code = None if is_serial(row.code) else row.code
    least = NEARLY_EQUAL if code is None else ALIKE
    wanted = normal_text(row.text)
    for finding in findings_of(session, organization.id, code, CANDIDATES):
        if finding.id in taken or finding.state in CLOSED or _is_another_meeting(finding, row):
            continue
        like = SequenceMatcher(None, wanted, normal_text(finding.text), autojunk=False)
        if like.quick_ratio() >= least and like.ratio() >= least:
            return finding
    return None


def _compared(
    row: LedgerRow, organization: Organization | None, finding: Finding | None, said: set[str]
) -> Compared:
    if finding is None:
        return Compared(row, Verdict.NEW, organization)
    changes = tuple(
        (name, _text(getattr(finding, name)), _text(getattr(row, name)))
        for name in COLUMNS
        if normal_text(getattr(finding, name)) != normal_text(getattr(row, name))
        # What the ledger has no column for is not taken back, and a serial number says nothing.
        and (name in said or getattr(row, name) is not None)
        and not (name == "code" and is_serial(row.code) and is_serial(finding.code))
    )
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    return Compared(row, verdict, organization, finding, changes)


Places = Mapping[tuple[str, str], SheetColumn]
"""By sheet and field, the column that holds it."""


def _frozen(item: Compared, finding: Finding, place: Places) -> Iterator[Refusal]:
    if finding.state is State.DRAFT:
        return
    for name, before, after in item.changes:
        if name in FROZEN:
            yield _refusal(
                item.row,
                place,
                name,
                after,
                code="already-issued",
                reason=_("finding #{id} stands in an issued letter as “{before}”").format(
                    id=finding.id, before=before
                ),
                remedy=_("put the old text back, or withdraw the finding and issue it anew"),
            )


def _unknown(row: LedgerRow, near: Sequence[str], place: Places) -> Refusal:
    return _refusal(
        row,
        place,
        "organization",
        row.organization,
        code="organization-unknown",
        reason=_("there is no organization “{name}”").format(name=row.organization),
        remedy=_("write one of these: {names}; or use --create-organizations").format(
            names=", ".join(near)
        )
        if near
        else _("add it with “duban org add”, or use --create-organizations"),
    )


def _refusal(
    row: LedgerRow, place: Places, field: str, value: str, *, code: str, reason: str, remedy: str
) -> Refusal:
    """A refusal of what the check found out, at the cell that it concerns."""
    column = place.get((row.sheet, field))
    return Refusal(
        sheet=row.sheet,
        row=row.row,
        column=column.column if column else None,
        heading=column.heading if column else field,
        value=value,
        code=code,
        reason=reason,
        remedy=remedy,
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
