"""The rows of an exported ledger and the findings that they were exported of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session

from duban.ledger.ledger import LedgerRow, Origin, Refusal
from duban.services.compare_returned import ORGANIZATION, Sides, findings_of_rows, sides_of
from duban.services.comparison import COLUMNS, Compared, Verdict
from duban.services.refuse_rows import Places, is_here
from models.queries.ledger import AT_ONCE, Stored, findings_by_key

BY_WHICH_KNOWN = frozenset({"code", "text", ORGANIZATION})
"""What a finding's key is made of."""

Addressed = Callable[[LedgerRow], tuple[LedgerRow, int | None] | Refusal]
"""Finds the organization of a row: none where it would be created, or refuses the row."""

Found = dict[int, Compared | Refusal]


def match_returned(
    session: Session,
    rows: Sequence[LedgerRow],
    *,
    names: Mapping[int, str],
    addressed: Addressed,
    places: Places,
) -> Found:
    """By its place what becomes of each row whose mark is known here; other rows are left out.

    ``names`` are those of the organizations by id.
    """
    found: Found = {}
    marked = [place for place, row in enumerate(rows) if row.origin is not None]
    for start in range(0, len(marked), AT_ONCE):
        chunk = marked[start : start + AT_ONCE]
        stored = findings_of_rows(session, [rows[place] for place in chunk], COLUMNS)
        renamed = [rows[place].key for place in chunk if _is_renamed(rows[place])]
        holders = findings_by_key(session, renamed, ())
        for place in chunk:
            origin = rows[place].origin
            if origin is not None and (finding := stored.get(origin.mark)) is not None:
                found[place] = _matched(
                    rows[place], origin, finding, holders, names, addressed, places
                )
    return found


def _matched(
    row: LedgerRow, origin: Origin, finding: Stored, holders: Mapping[str, Stored],
    names: Mapping[int, str], addressed: Addressed, places: Places,
) -> Compared | Refusal:  # fmt: skip
    known, organization_id = finding.known, finding.known.organization_id
    sides, key = Sides((), ()), finding.key
    if origin.changed:
        before = {**dict(zip(COLUMNS, finding.values, strict=True)),
                  ORGANIZATION: names[organization_id]}  # fmt: skip
        sides = sides_of(row, origin, known.version, before)
        if ORGANIZATION in _columns(sides):
            to = addressed(row)
            if isinstance(to, Refusal):
                return to
            row, moved_to = to
            if moved_to == organization_id:
                sides = _without(sides, ORGANIZATION)
            else:
                organization_id = moved_to or 0
        if BY_WHICH_KNOWN & _columns(sides):
            holder = holders.get(row.key)
            if holder is not None and holder.known.id != known.id:
                return is_here(row, holder.known, places)
            key = row.key
    return Compared(
        replace(row, key=key), Verdict.CHANGED if _columns(sides) else Verdict.SAME,
        organization_id or None, known, *sides, finding.key,
    )  # fmt: skip


def _is_renamed(row: LedgerRow) -> bool:
    return row.origin is not None and not BY_WHICH_KNOWN.isdisjoint(row.origin.changed)


def _columns(sides: Sides) -> set[str]:
    return {one[0] for one in sides.changes} | {one.column for one in sides.conflicts}


def _without(sides: Sides, column: str) -> Sides:
    return Sides(
        tuple(one for one in sides.changes if one[0] != column),
        tuple(one for one in sides.conflicts if one.column != column),
    )
