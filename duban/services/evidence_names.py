"""The name of an evidence file as people see it: shown, never used as a path."""

import re
import unicodedata
from collections.abc import Collection

LONGEST = 200
_LONGEST_ENDING = 12
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Categories of Unicode that hide or turn what stands beside them, RTL override among them."""
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)", re.IGNORECASE)


def display_name(given: str) -> str:
    """``given`` without folders, invisible marks and what Windows cannot store.

    Its ending stays what it was, and it has at most 200 characters.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    seen = "".join(mark for mark in last if unicodedata.category(mark) not in _INVISIBLE)
    name = " ".join(_NOT_IN_NAMES.sub("_", seen).split()).strip(" .")
    if _DEVICES.fullmatch(name.partition(".")[0].strip()):
        name = f"_{name}"
    return _cut(name or "file")


def ending_of(name: str) -> str:
    """What follows the last dot, in lower case; nothing where there is no dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def unlike(name: str, others: Collection[str]) -> str:
    """``name``, numbered where one of ``others`` is called so already."""
    taken = {other.casefold() for other in others}
    stem, dot, ending = name.rpartition(".") if "." in name else (name, "", "")
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        found = _cut(f"{stem} ({number}){dot}{ending}", f" ({number})")
    return found


def _cut(name: str, mark: str = "") -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return name[:LONGEST]
    room = LONGEST - len(mark) - 1 - len(ending)
    return f"{stem.removesuffix(mark)[:room].rstrip()}{mark}.{ending}"
