"""An exported ledger that came back, against what is stored: three ways, cell by cell.

What stood in a cell when it went out is known by its mark. Where somebody changed it in the
file and nobody here, the file's text is the newer one; where both did, a person decides.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from duban.ledger.cell_marks import cell_mark, finding_of, fits, row_mark
from duban.ledger.cells import as_typed
from duban.ledger.ledger import LedgerRow, Origin
from models.queries.ledger import AT_ONCE, Stored
from models.queries.ledger_out import called_findings, marked_findings

ORGANIZATION = "organization"


class Conflict(NamedTuple):
    """A cell that was changed in the file and here; ``base`` is None where it was not kept."""

    column: str
    base: str | None
    here: str
    in_file: str


class Missing(NamedTuple):
    """A finding that was exported and is not in the file; it stays as it is."""

    finding_id: int
    code: str | None
    organization: str
    text: str


class Sides(NamedTuple):
    """What differs in a row: (column, here, in the file), and what differs on both sides."""

    changes: tuple[tuple[str, str, str], ...]
    conflicts: tuple[Conflict, ...]


def findings_of_rows(
    session: Session, rows: Sequence[LedgerRow], columns: Sequence[str]
) -> dict[str, Stored]:
    """By their marks the findings that rows were exported of, at most ``AT_ONCE`` rows.

    A mark of another installation, or of a finding that is no longer there, is left out.
    """
    wanted = {
        number: row.origin.mark
        for row in rows
        if row.origin is not None and (number := finding_of(row.origin.mark)) is not None
    }
    found = marked_findings(session, list(wanted), columns)
    return {
        wanted[number]: one.stored
        for number, one in found.items()
        if row_mark(number, one.created_at) == wanted[number]
    }


def sides_of(
    row: LedgerRow, origin: Origin, version: int, stored: Mapping[str, str | date | None]
) -> Sides:
    """What somebody changed in a row, against ``stored``, the finding's cells by column.

    A finding that still has the version with which it was exported was not changed here.
    """
    changes, conflicts = [], []
    for column, before in origin.changed.items():
        here, in_file = as_text(stored[column]), as_text(getattr(row, column))
        if cell_mark(here) == cell_mark(in_file):
            continue
        if version == origin.version or fits(before.mark, here):
            changes.append((column, here, in_file))
        else:
            conflicts.append(Conflict(column, before.text, here, in_file))
    return Sides(tuple(changes), tuple(conflicts))


def missing_rows(session: Session, gone: Sequence[str]) -> list[Missing]:
    """The findings of rows that went out and are ``gone``, by their marks."""
    numbers = {number: mark for mark in gone if (number := finding_of(mark)) is not None}
    ids, found = sorted(numbers), list[Missing]()
    for start in range(0, len(ids), AT_ONCE):
        found += [
            Missing(one.id, one.code, one.organization, one.text)
            for one in called_findings(session, ids[start : start + AT_ONCE])
            if row_mark(one.id, one.created_at) == numbers[one.id]
        ]
    return found


def as_text(value: str | date | None) -> str:
    """A stored cell as text."""
    return as_typed("" if value is None else value)
