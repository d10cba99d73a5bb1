"""The merged ranges of an .ods file, which the parser does not tell."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from typing import IO
from xml.etree import ElementTree

Merge = tuple[tuple[int, int], tuple[int, int]]

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def merges_of(data: bytes) -> Mapping[str, list[Merge]]:
    """By the names of the sheets, from 0 and inclusive; nothing for a file that is no .ods."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("content.xml") as stream:
            return _merges(stream)
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, ValueError):
        return {}


def _merges(stream: IO[bytes]) -> Mapping[str, list[Merge]]:
    found: dict[str, list[Merge]] = defaultdict(list)
    name, row, column = "", 0, 0
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        if event == "start" and element.tag == f"{_TABLE}table":
            name, row = element.get(f"{_TABLE}name", ""), 0
        elif event == "start" and element.tag == f"{_TABLE}table-row":
            column = 0
        elif event == "start" and element.tag in _CELLS:
            down = int(element.get(f"{_TABLE}number-rows-spanned", "1"))
            right = int(element.get(f"{_TABLE}number-columns-spanned", "1"))
            if down > 1 or right > 1:
                found[name].append(((row, column), (row + down - 1, column + right - 1)))
            column += int(element.get(f"{_TABLE}number-columns-repeated", "1"))
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            row += int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            element.clear()
    return found
