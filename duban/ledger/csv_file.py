"""Reading a .csv file: its encoding, its delimiter, its quotes."""

import codecs
import csv
import io
from statistics import median

from config.language import _
from duban.ledger.workbook import Cell, Sheet
from models.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_SAMPLE = 30


def read_csv(data: bytes, name: str) -> Sheet:
    """The file as one sheet; every cell is text.

    Raises:
        BadInput: the bytes fit no encoding, or a quote is never closed.
    """
    text = _decode(data, name).replace("\0", "")
    delimiter, body, first = _delimiter(text)
    rows: list[list[Cell]] = [[] for _skipped in range(first)]
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    try:
        for record in reader:
            # A cell with line breaks spans lines; rows are counted as a spreadsheet would.
            rows.append(list(record))
    except csv.Error as error:
        raise BadInput(
            _(
                "The file {name} breaks off near line {line} ({why}); a quote is probably not "
                "closed there. Correct it or save the ledger as .xlsx."
            ).format(name=name, line=reader.line_num + first, why=error)
        ) from error
    return Sheet(name=name, rows=rows, merges=())


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _strict(data, "gb18030", name)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(
            _(
                "Line {line} of {name} is neither UTF-8 nor GB18030 text; save the ledger as .xlsx."
            ).format(name=name, line=data[: error.start].count(b"\n") + 1)
        ) from error


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text behind a ``sep=`` line, and how many lines that took."""
    first, _newline, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
        return first.strip()[-1], rest, 1
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]
    widths = {d: median([line.count(d) for line in lines] or [0]) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: (widths[d], -_DELIMITERS.index(d))), text, 0
