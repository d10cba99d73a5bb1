"""The printed page of a letter, measured: ``make measure-letter`` prints the table.

A letter by the shipped template, with more text put in as an office would, is made into a PDF;
positions are read from its characters, and those of what is red from the picture of its page.
"""

import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

import pdfplumber
from docx import Document
from docx.oxml.ns import qn

from benchmarks.red_ink import Stripe, red_stripes
from duban.documents import letter, styles
from duban.documents.fill import fill
from duban.documents.page import saved
from duban.documents.to_pdf import to_pdf

MM = 72 / 25.4
BASELINE = 0.8
"""Of a line's height, where LibreOffice puts the baseline of lines of exact height."""
FILLER = "国有四维一维绝则倾二维绝则危三维绝则覆四维绝则灭"


@dataclass(frozen=True)
class Measure:
    """What was measured, what the standard asks for, and how far it may be off."""

    what: str
    required: float
    measured: float
    tolerance: float
    unit: str = "mm"

    @property
    def fits(self) -> bool:
        """Whether it is near enough."""
        return abs(self.measured - self.required) <= self.tolerance


def sample() -> bytes:
    """A letter of several full pages with a list of findings over several more."""
    template = Document(BytesIO(letter.letter_template()))
    body = styles.id_of(template, styles.BODY)
    first = next(p for p in template.paragraphs if p._p.style == body)
    full_line = (FILLER * 2)[:28]
    for text in (*[FILLER * 20] * 3, f"{full_line}，{FILLER}"):
        first.insert_paragraph_before(text, style=template.styles[styles.FLUSH])
    finding = dict.fromkeys(letter.ALLOWED.lists["findings"], "示例") | {"text": FILLER * 2}
    values: dict[str, object] = dict.fromkeys(letter.ALLOWED.texts, "示例")
    values |= {
        "issuer": "示例区纪委监委", "number": "示纪函〔2024〕12号", "addressee": "示例镇党委",
        "issued_day": "2024年1月12日", "last_day": "2024年2月18日", "provisional": "",
        "findings": [finding | {"no": str(n)} for n in range(1, 41)],
    }  # fmt: skip
    return saved(fill(saved(template), letter.ALLOWED, values, name=letter.FILE))


def measures(document: bytes) -> list[Measure]:
    """Everything that is measured on the pages of ``sample``."""
    with pdfplumber.open(BytesIO(to_pdf(document))) as pdf:
        first, second, third = pdf.pages[:3]
        return [
            *_page(second), *_text(second), *_head(first), *_numbers(first, second, third),
            *_lists(pdf.pages[4:]), *_nothing_lost(document, pdf.pages),
        ]  # fmt: skip


def _page(page: Any) -> list[Measure]:
    return [
        Measure("paper, width", 210, page.width / MM, 0.5),
        Measure("paper, height", 297, page.height / MM, 0.5),
    ]


def _text(page: Any) -> list[Measure]:
    lines = _lines(page)[:-1]
    full = [line for line in lines if len(line) >= 28]
    bases = [_base(page, line[0]) for line in lines]
    pitch = median(b - a for a, b in pairwise(bases))
    top = (bases[0] - BASELINE * pitch) / MM
    return [
        Measure("text area, from the top edge", 37, top, 1),
        Measure("text area, from the left edge", 28, min(one[0]["x0"] for one in full) / MM, 1),
        Measure("text area, width", 156,
                (max(one[-1]["x1"] for one in full) - min(one[0]["x0"] for one in full)) / MM, 1),
        Measure("text area, height", 225, len(bases) * pitch / MM, 1),
        Measure("lines of a full page", 22, len(lines), 0, "lines"),
        Measure("characters of a full line", 28, _commonest(len(one) for one in full), 0, "chars"),
        Measure("line pitch", 29, pitch, 0.1, "pt"),
        Measure("text, size", 16, full[0][0]["size"], 0.1, "pt"),
    ]  # fmt: skip


def _head(page: Any) -> list[Measure]:
    issuer, *rules = red_stripes(page)
    upper, lower = rules[:2], rules[2:]
    number = next(line for line in _lines(page) if "〔" in _words(line))
    title = next(line for line in _lines(page) if _words(line).startswith("关于"))
    height = page.height / MM
    return [
        Measure("issuer, from the top edge", 30, issuer.top, 1),
        Measure("issuer, middle from the left edge", 105, (issuer.left + issuer.right) / 2, 1),
        Measure("first red rule, below the issuer", 4, upper[0].top - issuer.bottom, 0.5),
        Measure("first red rule, width", 170, _width(upper), 0.5),
        Measure("first red rule, thick over thin", 1, _is_thicker(*upper), 0, ""),
        Measure("second red rule, from the bottom edge", 20, height - lower[-1].bottom, 1),
        Measure("second red rule, width", 170, _width(lower), 0.5),
        Measure("second red rule, thin over thick", 1, _is_thicker(*reversed(lower)), 0, ""),
        Measure("number, from the right edge", 26, (page.width - number[-1]["x1"]) / MM, 1),
        Measure("title, size", 22, title[0]["size"], 0.1, "pt"),
        Measure("title, middle from the left edge", 106,
                (title[0]["x0"] + title[-1]["x1"]) / 2 / MM, 1),
    ]  # fmt: skip


def _numbers(first: Any, second: Any, third: Any) -> list[Measure]:
    left, right = (_lines(page)[-1] for page in (second, third))
    below = _base(second, left[0]) - left[0]["size"] * 0.88
    on_first = [line for line in _lines(first) if "—" in _words(line)]
    return [
        Measure("page numbers on page 1", 0, len(on_first), 0, ""),
        Measure("page number, size", 14, left[0]["size"], 0.1, "pt"),
        Measure("page number, below the text area", 7, below / MM - 262, 1),
        Measure("page number of page 2, from the left edge", 28 + 14 / MM, left[0]["x0"] / MM, 1),
        Measure("page number of page 3, from the right edge", 26 + 14 / MM,
                (third.width - right[-1]["x1"]) / MM, 1),
    ]  # fmt: skip


def _lists(pages: Sequence[Any]) -> list[Measure]:
    tables = [text for page in pages if "二维" in (text := page.extract_text())]
    headed = [text for text in tables if "序号" in text]
    return [Measure("pages of the lists with their heading", len(tables), len(headed), 0, "")]


def _nothing_lost(document: bytes, pages: Sequence[Any]) -> list[Measure]:
    body = Document(BytesIO(document)).element.body
    written = Counter(_plain_letters("".join(one.text or "" for one in body.iter(qn("w:t")))))
    printed = Counter(_plain_letters("".join(char["text"] for one in pages for char in one.chars)))
    return [Measure("characters that are not printed", 0, (written - printed).total(), 0, "")]


def _plain_letters(text: str) -> str:
    """``text`` without blanks, in the plain forms of its characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _lines(page: Any) -> list[list[Any]]:
    """The characters of each line without blanks, from the top."""
    found: dict[float, list[Any]] = {}
    for char in page.chars:
        if char["text"].strip():
            found.setdefault(round(_base(page, char)), []).append(char)
    return [sorted(found[base], key=lambda char: char["x0"]) for base in sorted(found)]


def _base(page: Any, char: Any) -> float:
    return float(page.height - char["matrix"][5])


def _words(line: Sequence[Any]) -> str:
    return "".join(char["text"] for char in line)


def _commonest(numbers: Any) -> int:
    ((number, _times),) = Counter(numbers).most_common(1)
    return int(number)


def _width(stripes: Sequence[Stripe]) -> float:
    return stripes[0].right - stripes[0].left


def _is_thicker(one: Stripe, other: Stripe) -> int:
    return int(one.bottom - one.top > other.bottom - other.top)


def main() -> None:
    """Print the table; the exit code says whether everything fits."""
    found = measures(sample())
    sys.stdout.write(f"{'':44}{'required':>10}{'measured':>10}\n")
    for one in found:
        mark = "" if one.fits else "  <-- off"
        sys.stdout.write(
            f"{one.what:44}{one.required:>10.2f}{one.measured:>10.2f} {one.unit}{mark}\n"
        )
    sys.exit(0 if all(one.fits for one in found) else 1)


if __name__ == "__main__":
    main()
