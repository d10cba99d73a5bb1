"""How many rows of a table fit on what is left of the brief's page."""

import math
from collections.abc import Sequence

from docx.shared import Pt

CHARACTERS = 12
"""Of the first column in a line; Chinese characters are as wide as they are high."""
ROOM = Pt(262)
"""For the rows, where each of the sentences is as long as it can be."""
_LINE, _RULES, _LEFT_OUT = Pt(16), Pt(1), Pt(22)


def rows_that_fit(names: Sequence[str]) -> int:
    """How many organizations fit, by their names; room is kept to count the others."""
    heights = [_lines(name) * _LINE + _RULES for name in names]
    if sum(heights) <= ROOM:
        return len(names)
    room, fitting = ROOM - _LEFT_OUT, 0
    for height in heights:
        room -= height
        if room < 0:
            break
        fitting += 1
    return fitting


def _lines(name: str) -> int:
    width = sum(1.0 if ord(letter) > 0xFF else 0.7 for letter in name)
    return max(1, math.ceil(width / CHARACTERS))
