"""What becomes of cells that were changed in the file and here: one decision for a whole file."""

from dataclasses import replace
from enum import StrEnum

from duban.services.compare_returned import ORGANIZATION
from duban.services.comparison import Compared, Comparison, Verdict
from duban.services.match_returned import BY_WHICH_KNOWN


class Conflicts(StrEnum):
    """Whose text stays in all of them: that which is here, or that of the file."""

    OURS = "ours"
    THEIRS = "theirs"


def choice(name: str | None) -> Conflicts | None:
    """The decision that a form or a program names; none where it names none."""
    return next((one for one in Conflicts if one == name), None)


def decided(comparison: Comparison, choice: Conflicts | None) -> Comparison:
    """The same with its conflicts decided; without a choice as it is."""
    if choice is None or not comparison.conflicts:
        return comparison
    rows = tuple(_decided(item, choice) if item.conflicts else item for item in comparison.rows)
    return replace(comparison, rows=rows)


def _decided(item: Compared, choice: Conflicts) -> Compared:
    if choice is Conflicts.THEIRS:
        taken = tuple((one.column, one.here, one.in_file) for one in item.conflicts)
        return replace(item, changes=(*item.changes, *taken), conflicts=())
    columns = {one.column for one in item.conflicts}
    row, organization_id = item.row, item.organization_id
    if columns & BY_WHICH_KNOWN:
        row = replace(row, key=item.key_here)
    if ORGANIZATION in columns and item.finding is not None:
        organization_id = item.finding.organization_id
    verdict = Verdict.CHANGED if item.changes else Verdict.SAME
    return replace(item, row=row, organization_id=organization_id, verdict=verdict, conflicts=())
