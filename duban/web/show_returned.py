"""An exported ledger that came back, as the page of its check shows it: cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from duban.services.compare_returned import Conflict, Missing
from duban.services.comparison import Compared, Comparison, Verdict
from duban.services.decide_conflicts import Conflicts, decided

SHOWN = 200
"""So many cells and rows stand in each table of the page."""


class CellShown(NamedTuple):
    """A cell that would be written: its row, the column, before and after."""

    item: Compared
    column: str
    before: str
    after: str


class ConflictShown(NamedTuple):
    """A cell that was changed on both sides, and the row in which it stands."""

    item: Compared
    cell: Conflict


@dataclass(frozen=True)
class Returned:
    """What the copy says otherwise than what is here."""

    comparison: Comparison

    @cached_property
    def cells(self) -> list[CellShown]:
        """Every cell that only the file changed."""
        return [
            CellShown(item, *change) for item in self.comparison.rows for change in item.changes
        ]

    @cached_property
    def conflicts(self) -> list[ConflictShown]:
        """Every cell that was changed on both sides."""
        return [
            ConflictShown(item, cell) for item in self.comparison.rows for cell in item.conflicts
        ]

    @cached_property
    def added(self) -> list[Compared]:
        """Every row that is no exported finding."""
        return [item for item in self.comparison.rows if item.verdict is Verdict.NEW]

    @property
    def missing(self) -> Sequence[Missing]:
        """Every exported finding that is not in the file."""
        return self.comparison.missing

    def wanted(self, choice: str) -> int:
        """How many rows would be written if the conflicts were decided so."""
        counts = decided(self.comparison, Conflicts(choice)).counts
        return counts["new"] + counts["changed"]
