"""Refusals that people read: the same one of rows in a run is one line."""

from collections.abc import Iterable
from typing import NamedTuple

from duban.ledger.ledger import Refusal


class Run(NamedTuple):
    """A refusal and the last of the rows that it concerns; the first stands in it."""

    refusal: Refusal
    last_row: int

    @property
    def rows(self) -> str:
        """``7``, or ``7-12``."""
        first = self.refusal.row
        return str(first) if first == self.last_row else f"{first}-{self.last_row}"


def runs_of(refusals: Iterable[Refusal]) -> list[Run]:
    """The refusals in their order, those alike of rows in a run together."""
    runs: list[Run] = []
    last: dict[tuple[str | None, ...], int] = {}
    for one in refusals:
        alike = (one.sheet, one.code, one.column, one.value, one.remedy)
        place = last.get(alike)
        if place is not None and runs[place].last_row + 1 == one.row:
            runs[place] = runs[place]._replace(last_row=one.row)
        else:
            last[alike] = len(runs)
            runs.append(Run(one, one.row))
    return runs
