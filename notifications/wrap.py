"""Lines of plain text no wider than 76 columns, in which a Chinese character takes two."""

import re
from unicodedata import east_asian_width

COLUMNS = 76
_PIECES = re.compile(r"\s+|[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]+")
_NOT_FIRST = frozenset("，。、；：！？）》」』】〕%,.;:!?)]}")
"""What may not begin a line."""


def width(text: str) -> int:
    """How many columns ``text`` takes."""
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def wrapped(text: str) -> str:
    """``text`` with its long lines broken; a word that is longer, such as an address, stays whole."""
    return "".join(_broken(line) for line in text.splitlines(keepends=True))


def _broken(line: str) -> str:
    if width(line.rstrip()) <= COLUMNS:
        return line
    rows = [""]
    for piece in _PIECES.findall(line.rstrip()):
        if width(rows[-1] + piece) <= COLUMNS or piece[0] in _NOT_FIRST or not rows[-1].strip():
            rows[-1] += piece
        elif not piece.isspace():
            rows.append(piece)
    return "\n".join(row.rstrip() for row in rows) + "\n"
