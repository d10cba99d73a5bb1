"""Rows laid out for a screen: whole where they fit, and nothing is ever cut off or torn apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil

from rich.cells import cell_len

GAP = "  "
INDENT = "    "
SHORT = 18
"""Columns no wider than this are never folded: dates, numbers, references, states."""

NARROWEST = 12
"""A folded column is at least this wide, and half as wide as its longest text; else that text
goes below the line."""

_PIECES = re.compile(
    r"\s+|[\x21-\x7e]*[^\s\x21-\x7e]{1,20}〔\d{4}〕\d+号|[\x21-\x7e]+|[（“《〔]*\S[，。；：、！？）”》〕]*"
)


def lay_out(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of a table of at most ``width`` cells, as long as that tears nothing apart.

    Long texts are folded; where that is not enough, the last of them go below their line.
    """
    table = [list(headings), *(list(row) for row in rows)]
    columns = [_Column.of([row[n] for row in table]) for n in range(len(headings))]
    beside = list(range(len(headings)))
    below: list[int] = []
    while sum(columns[n].least for n in beside) + len(GAP) * (len(beside) - 1) > width:
        long = [n for n in beside[1:] if columns[n].widest > SHORT]
        if not long:
            break
        moved = next((n for n in reversed(long) if columns[n].folds), long[-1])
        beside.remove(moved)
        below = sorted([*below, moved])
    shown = _share([columns[n] for n in beside], width)
    lines = []
    for number, row in enumerate(table):
        folded = [fold(row[n], wide) for n, wide in zip(beside, shown, strict=True)]
        lines += _side_by_side(folded, shown)
        for n in below:
            lines += [INDENT + line for line in fold(row[n], width - len(INDENT)) if line]
        if number == 0:
            lines.append("─" * min(width, sum(shown) + len(GAP) * (len(shown) - 1)))
    return lines


def fold(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells; words, dates and numbers stay whole."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if cell_len(lines[-1]) + cell_len(piece.rstrip()) > width and lines[-1]:
            lines.append("")
        if lines[-1] or piece.strip():
            lines[-1] += piece
    return [line.rstrip() for line in lines]


@dataclass(frozen=True)
class _Column:
    """How wide a column is when whole and when folded as far as it may be."""

    widest: int
    least: int

    @classmethod
    def of(cls, cells: Sequence[str]) -> "_Column":
        widest = max(map(cell_len, cells))
        piece = max(cell_len(p.rstrip()) for cell in cells for p in ["", *_PIECES.findall(cell)])
        least = widest if widest <= SHORT else max(NARROWEST, piece, ceil(widest / 2))
        return cls(widest, min(widest, least))

    @property
    def folds(self) -> bool:
        return self.least < self.widest


def _share(columns: Sequence[_Column], width: int) -> list[int]:
    """How wide each column is shown: the widest give way first."""
    shown = [column.widest for column in columns]
    excess = sum(shown) + len(GAP) * (len(shown) - 1) - width
    for n in sorted(range(len(columns)), key=lambda n: columns[n].widest, reverse=True):
        given = min(max(excess, 0), shown[n] - columns[n].least)
        shown[n] -= given
        excess -= given
    return shown


def _side_by_side(cells: list[list[str]], widths: list[int]) -> list[str]:
    return [
        GAP.join(
            part + " " * (wide - cell_len(part)) for part, wide in zip(line, widths, strict=True)
        ).rstrip()
        for line in zip_longest(*cells, fillvalue="")
    ]
