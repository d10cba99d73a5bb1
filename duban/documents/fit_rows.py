"""How many rows of a table still fit on a page, reckoned rather than seen."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from docx.shared import Length, Mm, Pt

from duban.documents import measures as m
from duban.documents.table import Column

CELL_LINE, PADDING = Pt(16), Pt(1)
"""The height of a line in a cell, and what is above and below all of a cell's lines."""
_BESIDE = Mm(2.5)
"""Of a column's width, what its text does not fill."""
_ASCII, _SEAM = 0.6, 0.25
"""A digit's width in Chinese characters, and the gap between one and the other."""


def lines_of(text: str, width: Length, size: Length) -> int:
    """At most how many lines ``text`` takes in this width and size."""
    narrow = [ord(letter) < 0x100 for letter in text]
    seams = sum(one != other for one, other in pairwise(narrow))
    taken = sum(_ASCII if one else 1.0 for one in narrow) + seams * _SEAM
    room = width / size
    if taken <= room:
        return 1
    # Lines that are followed by others may end early: some signs begin none.
    return math.ceil(taken / max(1.0, room - 0.5))


def rows_that_fit(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], room: Length, *, left_out: Length
) -> int:
    """How many of the rows fit into ``room``; ``left_out`` is kept free where not all do."""
    heights = [_height(columns, row) for row in rows]
    if sum(heights) <= room:
        return len(heights)
    left, fitting = room - left_out, 0
    for height in heights:
        left -= height
        if left < 0:
            break
        fitting += 1
    return fitting


def _height(columns: Sequence[Column], row: Sequence[str]) -> int:
    lines = max(
        lines_of(text, Length(Mm(column.width) - _BESIDE), m.CELL)
        for column, text in zip(columns, row, strict=True)
    )
    return lines * CELL_LINE + 2 * PADDING + Pt(1)
