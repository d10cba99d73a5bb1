"""What the parser does not tell of an .xlsx file: stray cells, empty formulas, hidden rows."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import IO
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^/>]*>')
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s(?![^>]*\bt="str")(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
"""A cached empty text (t="str") is a value; nothing at all is none."""

_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")(?:[^>]*?\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*>'
    rb"(?:<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)</"
)
_CHUNK = 2**20
_ROW_END = b"row>"
_HIDDEN = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"')


@dataclass(frozen=True, slots=True)
class Parts:
    """Of one sheet: its furthest filled cell (from 0), cells that hold no value, hidden rows."""

    last_row: int = 0
    last_column: int = 0
    empty_formulas: frozenset[tuple[int, int]] = frozenset()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: int = 0


def parts_of(data: bytes) -> Mapping[str, Parts]:
    """By the names of the sheets; nothing for a file that is no .xlsx inside."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {}
            for name, path in _sheets(archive):
                with archive.open(path) as stream:
                    found[name] = _parts(stream)
            return found
    except (KeyError, zipfile.BadZipFile, ElementTree.ParseError, ValueError):
        return {}


def cell_name(row: int, column: int) -> str:
    """``A1`` for the first cell."""
    return f"{column_letter(column)}{row + 1}"


def column_letter(index: int) -> str:
    """The letter of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The column of a letter, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _sheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id", ""): one.get("Target", "") for one in relations}
    return [
        (sheet.get("name", ""), _inside(targets[sheet.get(_ID, "")]))
        for sheet in book.iter(f"{_MAIN}sheet")
        if targets.get(sheet.get(_ID, ""), "").endswith(".xml")
    ]


def _inside(target: str) -> str:
    return target[1:] if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _parts(stream: IO[bytes]) -> Parts:
    last_row = last_column = hidden_rows = 0
    empty_formulas: set[tuple[int, int]] = set()
    errors: dict[tuple[int, int], str] = {}
    for xml in _whole_rows(stream):
        filled = _FILLED.findall(xml)
        rows, columns = set(map(itemgetter(1), filled)), set(map(itemgetter(0), filled))
        last_row = max(last_row, *(int(row) - 1 for row in rows), 0)
        last_column = max(last_column, *(column_index(letters.decode()) for letters in columns), 0)
        if b"<f" in xml or b":f" in xml:
            empty_formulas |= {_place(*found) for found in _EMPTY_FORMULA.findall(xml)}
        errors |= {
            _place(letters, row): value.decode("utf-8", "replace")
            for letters, row, value in _ERROR.findall(xml)
        }
        hidden_rows += len(_HIDDEN.findall(xml))
    return Parts(last_row, last_column, frozenset(empty_formulas), errors, hidden_rows)


def _whole_rows(stream: IO[bytes]) -> Iterator[bytes]:
    """The sheet in pieces of some rows each, so that it is never in memory as a whole."""
    pieces: list[bytes] = []
    while chunk := stream.read(_CHUNK):
        end = chunk.rfind(_ROW_END) + len(_ROW_END)
        if end < len(_ROW_END):
            pieces.append(chunk)
        else:
            yield b"".join((*pieces, chunk[:end]))
            pieces = [chunk[end:]]
    yield b"".join(pieces)


def _place(letters: bytes, row: bytes) -> tuple[int, int]:
    return int(row) - 1, column_index(letters.decode())
