"""Lines of plain text no wider than 76 columns, in which a Chinese character takes two."""

import re
from unicodedata import east_asian_width

COLUMNS = 76

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")
"""A line may be broken at white space and beside any Chinese character."""

_NOT_FIRST = frozenset("，。、；：！？）》」』】〕%,.;:!?)]}")
_ROOM = 4
"""What may not begin a line, and how much room is kept at the end of one for it."""


def width(text: str) -> int:
    """How many columns ``text`` takes."""
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def wrapped(text: str) -> str:
    """``text`` with its long lines broken; a longer word, such as an address, stays whole."""
    return "".join(_broken(line) for line in text.splitlines(keepends=True))


def _broken(line: str) -> str:
    line = line.rstrip()
    if len(line) * 2 <= COLUMNS or width(line) <= COLUMNS:
        return f"{line}\n"
    rows = [""]
    for piece in _PIECES.findall(line):
        most = COLUMNS if piece[0] in _NOT_FIRST else COLUMNS - _ROOM
        if width(rows[-1] + piece) <= most or not rows[-1].strip():
            rows[-1] += piece
        elif not piece.isspace():
            rows.append(piece)
    return "".join(f"{row.rstrip()}\n" for row in rows)
