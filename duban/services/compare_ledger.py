"""What importing a ledger would do: row by row, read-only."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from operator import attrgetter

from sqlmodel import Session

from duban.ledger.keys import ANOTHER_MEETING, is_keyed_by_text, is_serial, normal_text
from duban.ledger.ledger import Ledger, LedgerRow, Refusal
from duban.ledger.progress import Told, nobody
from duban.services.compare_returned import missing_rows
from duban.services.comparison import COLUMNS, Compared, Comparison, Verdict
from duban.services.find_reworded import find_reworded
from duban.services.match_returned import match_returned
from duban.services.refuse_rows import frozen, is_here, unknown
from models.organization import OrganizationKind
from models.queries.ledger import (
    AT_ONCE,
    Stored,
    findings_by_key,
    named_organizations,
)
from models.queries.organizations import nearest_names
from models.transitions import State

_CODE, _MEETING_ON = COLUMNS.index("code"), COLUMNS.index("meeting_on")
_NAMES_COMPARED, _NAMES_REMEMBERED = 100_000, 4_096
_values = attrgetter(*COLUMNS)


def compare(
    session: Session, ledger: Ledger, *, create_organizations: bool = False, told: Told = nobody
) -> Comparison:
    """Each row against what is stored; an unknown organization is refused or to be created."""
    return _Comparing(session, ledger, create_organizations, told).result()


class _Near:
    """The names nearest to one, as long as looking for them does not take too long."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.left = names, _NAMES_COMPARED
        self.found: dict[str, tuple[str, ...]] = {}

    def __call__(self, name: str) -> tuple[str, ...]:
        if name not in self.found and self.names and self.left > 0:
            self.left -= len(self.names)
            self.found[name] = tuple(nearest_names(self.names, name))
        return self.found.get(name, ())


class _Comparing:
    """One check: some rows at a time, so that only a little of what is stored is in memory."""

    def __init__(
        self, session: Session, ledger: Ledger, create_organizations: bool, told: Told
    ) -> None:
        self.session, self.ledger, self.told = session, ledger, told
        self.create_organizations = create_organizations
        everyone = named_organizations(session)
        # The commission writes the findings; a finding is never about it.
        names = [one.name for one in everyone if one.kind != OrganizationKind.COMMISSION]
        self.known = {
            normal_text(name): one.id
            for one in everyone
            for name in (one.name, one.code, one.name_en)
            if name
        }
        self.said = {
            sheet.name: {column.field for column in sheet.columns} for sheet in ledger.sheets
        }
        self.place = {
            (sheet.name, column.field): column
            for sheet in ledger.sheets
            for column in reversed(sheet.columns)
        }
        self.near = _Near(names)
        self.normal = lru_cache(maxsize=_NAMES_REMEMBERED)(normal_text)
        self.created: dict[str, str] = {}
        self.taken: set[int] = set()
        self.items: dict[int, Compared] = {}
        self.refused: dict[int, list[Refusal]] = {}
        self.unmatched: dict[int, tuple[LedgerRow, int]] = {}
        self.names = {one.id: one.name for one in everyone}
        self.known_by_mark: set[int] = set()
        """The places of rows whose finding is known by the mark with which it was exported."""

    def result(self) -> Comparison:
        rows = self.ledger.rows
        self._match_returned(rows)
        for start in range(0, len(rows), AT_ONCE):
            self._match(start, rows[start : start + AT_ONCE])
            self.told(max(0, start - len(self.unmatched)), len(rows))
        matched = len(rows) - len(self.unmatched)
        reworded = find_reworded(
            self.session, self.unmatched, COLUMNS, taken=self.taken, differs=_is_another_meeting,
            told=lambda done: self.told(matched + done, len(rows)),
        )  # fmt: skip
        for place, finding in reworded:
            row, organization_id = self.unmatched[place]
            self._take(place, _compared(row, organization_id, finding, self.said[row.sheet]))
        self.told(len(rows), len(rows))
        order = {sheet.name: n for n, sheet in enumerate(self.ledger.sheets)}
        refusals = [
            *self.ledger.refusals,
            *(refusal for place in sorted(self.refused) for refusal in self.refused[place]),
        ]
        refusals.sort(key=lambda refusal: (order[refusal.sheet], refusal.row))
        added = {name: self.near(name) for name in self.created.values()}
        found = tuple(self.items[place] for place in range(len(rows)) if place in self.items)
        missing = tuple(missing_rows(self.session, self.ledger.gone))
        return Comparison(self.ledger, found, tuple(refusals), added, missing)

    def _match_returned(self, rows: Sequence[LedgerRow]) -> None:
        """Compare what was exported cell by cell; no other row can be one of these findings."""
        found = match_returned(
            self.session, rows, names=self.names, addressed=self._addressed, places=self.place
        )
        for place, item in found.items():
            self.known_by_mark.add(place)
            if isinstance(item, Refusal):
                self.refused[place] = [item]
            else:
                self._take(place, item)
                self.taken.add(item.finding.id if item.finding else 0)

    def _match(self, start: int, rows: Sequence[LedgerRow]) -> None:
        """Look for the findings that have the rows' keys; a recurrence has a key of its own."""
        stored = findings_by_key(self.session, [row.key for row in rows], COLUMNS)
        again = {
            row.key: replace(row, key=f"{row.key}-{row.meeting_on}")
            for row in rows
            if (finding := stored.get(row.key)) is not None
            and finding.known.state is not State.DRAFT
            and _is_another_meeting(finding, row)
        }
        stored |= findings_by_key(self.session, [row.key for row in again.values()], COLUMNS)
        for place, read in enumerate(rows, start):
            if place in self.known_by_mark:
                continue
            row = again.get(read.key, read)
            finding = stored.get(row.key)
            if finding is not None and self.ledger.returned and finding.known.id in self.taken:
                self.refused[place] = [is_here(row, finding.known, self.place)]
                continue
            if finding is not None:
                self.taken.add(finding.known.id)
            to = self._addressed(row)
            if isinstance(to, Refusal):
                self.refused[place] = [to]
                continue
            row, organization_id = to
            if finding is None and organization_id is not None:
                self.unmatched[place] = row, organization_id
            self._take(place, _compared(row, organization_id, finding, self.said[row.sheet]))

    def _addressed(self, row: LedgerRow) -> tuple[LedgerRow, int | None] | Refusal:
        """The row with its organization's id, or without one where it would be created."""
        organization_id = self.known.get(self.normal(row.organization))
        if organization_id is None and not self.create_organizations:
            return unknown(row, self.near(row.organization), self.place)
        if organization_id is None:
            name = self.created.setdefault(self.normal(row.organization), row.organization)
            row = row if row.organization == name else replace(row, organization=name)
        return row, organization_id

    def _take(self, place: int, item: Compared) -> None:
        """Keep what was found out, unless it cannot be."""
        both = [(one.column, one.here, one.in_file) for one in item.conflicts]
        if refused := list(frozen(item.row, item.finding, [*item.changes, *both], self.place)):
            self.refused[place] = refused
            self.items.pop(place, None)
        else:
            self.items[place] = item


def _is_another_meeting(finding: Stored, row: LedgerRow) -> bool:
    met = finding.values[_MEETING_ON]
    if met is None or row.meeting_on is None:
        return False
    return bool(abs(met - row.meeting_on) >= ANOTHER_MEETING)


def _compared(
    row: LedgerRow, organization_id: int | None, finding: Stored | None, said: set[str]
) -> Compared:
    if finding is None:
        return Compared(row, Verdict.NEW, organization_id)
    if finding.values == _values(row):
        return Compared(row, Verdict.SAME, organization_id, finding.known)
    changes = tuple(
        (name, _text(before), _text(after))
        for name, before, after in zip(COLUMNS, finding.values, _values(row), strict=True)
        if normal_text(before) != normal_text(after)
        # What the ledger has no column for is not taken back, and a serial number says nothing.
        and (name in said or after is not None)
        and not (name == "code" and is_keyed_by_text(row.key) and _is_serial(finding))
    )
    verdict = Verdict.CHANGED if changes else Verdict.SAME
    return Compared(row, verdict, organization_id, finding.known, changes)


def _is_serial(finding: Stored) -> bool:
    return is_keyed_by_text(finding.key) or is_serial(finding.values[_CODE])


def _text(value: object) -> str:
    return "" if value is None else str(value)
