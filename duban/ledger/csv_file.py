"""Reading a .csv file: its encoding, its delimiter, its quotes."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from config.language import _
from duban.ledger.find_tables import LOOKED_AT, find_header
from duban.ledger.workbook import Cell, Sheet, kept_once
from models.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t|"
_HAN = re.compile(r"[\u3400-\u9fff\ue000-\ufaff]")
_RARE_AT_MOST = 0.2
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_AS_TEXT = re.compile(r'="(.*)"|\'(\d.*)', re.DOTALL)
"""How spreadsheets are told that a cell is text: ="001" and a leading apostrophe."""


def read_csv(data: bytes, name: str) -> Sheet:
    """The file as one sheet; every cell is text.

    Raises:
        BadInput: the bytes fit no encoding, or a quote is never closed.
    """
    text = _decode(data, name).replace("\0", "")
    delimiter, begin = _delimiter(text)
    first = int(begin > 0)
    rows: list[list[Cell]] = [[] for _skipped in range(first)]
    reader = csv.reader(_lines(text, begin), delimiter=delimiter, strict=True)
    known: dict[Cell, Cell] = {}
    try:
        for record in reader:
            # A cell with line breaks spans lines; rows are counted as a spreadsheet would.
            rows.append([kept_once(known, _plain(cell)) for cell in record])
    except csv.Error as error:
        raise BadInput(
            _(
                "The quotes in line {line} of {name} do not fit: one is not closed, or stands "
                "inside a text. Correct it or save the ledger as .xlsx."
            ).format(name=name, line=reader.line_num + first)
        ) from error
    return Sheet(name=name, rows=rows, merges=(), delimited=True)


def _plain(cell: str) -> str:
    if not cell.startswith(("=", "'")):
        return cell
    found = _AS_TEXT.fullmatch(cell)
    return cell if found is None else found[1] or found[2] or ""


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    if _is_utf16(data):
        return _strict(data, "utf-16-le" if not data[1] else "utf-16-be", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = _strict(data, "gb18030", name)
    if _is_garbled(text):
        raise BadInput(
            _(
                "{name} is neither UTF-8 nor GB18030 text (it would read “{sample}”); save it "
                "as UTF-8 or the ledger as .xlsx."
            ).format(name=name, sample=_sample(text))
        )
    return text


def _is_utf16(data: bytes) -> bool:
    """Whether delimiters and line ends are two bytes wide, though no mark says so."""
    sample = data[:4000]
    return len(sample) > 1 and sample.count(0) > len(sample) // 20 and 0 in sample[:2]


def _is_garbled(text: str) -> bool:
    """Almost any bytes are GB18030; other encodings betray themselves by rare characters."""
    han = Counter(_HAN.findall(text))
    rare = sum(count for char, count in han.items() if not char.encode("gb2312", "ignore"))
    return rare > _RARE_AT_MOST * han.total()


def _sample(text: str) -> str:
    rare = (m.start() for m in _HAN.finditer(text) if not m[0].encode("gb2312", "ignore"))
    place = next(rare, 0)
    return " ".join(text[max(0, place - 8) : place + 8].split())


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadInput(
            _(
                "Line {line} of {name} is neither UTF-8 nor GB18030 text; save the ledger as .xlsx."
            ).format(name=name, line=data[: error.start].count(b"\n") + 1)
        ) from error


def _lines(text: str, begin: int = 0) -> Iterator[str]:
    """The lines from a place in ``text`` on, each with its end."""
    return (found[0] for found in _LINE.finditer(text, begin))


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter, and where in ``text`` the records begin: behind a ``sep=`` line."""
    first = next(_lines(text), "")
    said = first.strip()
    if first.endswith(("\r", "\n")) and said.lower().startswith("sep=") and len(said) == 5:
        return said[-1], len(first)
    return max(_DELIMITERS, key=lambda d: (*_fit(text, d), -_DELIMITERS.index(d))), 0


def _fit(text: str, delimiter: str) -> tuple[int, float, int]:
    """How well a delimiter fits: fields that a heading names, even rows, width."""
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        rows: list[list[Cell]] = [list(record) for record in islice(reader, LOOKED_AT) if record]
    except csv.Error:
        return 0, 0.0, 0
    if not rows:
        return 0, 0.0, 0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    header = find_header(Sheet(name="", rows=rows, merges=()))
    return len(header.fields) if header else 0, count / len(rows) if width > 1 else 0.0, width
