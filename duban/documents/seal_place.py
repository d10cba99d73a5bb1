"""Issuer and date at the end of a text, where the office presses its seal."""

import unicodedata
from itertools import pairwise

from docx.document import Document
from docx.text.paragraph import Paragraph

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.parts import element, put
from duban.documents.write import add, add_blank

DAY_INDENT, LEAST_INDENT = 4, 2
"""Characters between the date, or a long issuer, and the right edge."""


def add_seal_place(document: Document, issuer: str, day: str, *, blank: int = 2) -> None:
    """Issuer above the date, both to the right, with room for the seal; no seal is drawn.

    Both may be tags of a template. What stands before goes along to the next page, so that
    they never stand on a page alone.
    """
    before = document.paragraphs[-1]
    add_blank(document, blank)
    add(document, styles.SIGNATURE, issuer)
    add(document, styles.DAY, day)
    for paragraph in document.paragraphs[-blank - 3 : -1]:
        paragraph.paragraph_format.keep_with_next = True
    before.paragraph_format.keep_together = True


def centre_signatures(document: Document) -> None:
    """Let each issuer stand centred on the date below it."""
    wanted = [styles.id_of(document, style) for style in (styles.SIGNATURE, styles.DAY)]
    for issuer, day in pairwise(document.paragraphs):
        if [issuer._p.style, day._p.style] == wanted:
            wider = (_width(issuer.text) - _width(day.text)) / 2
            _indent(issuer, max(DAY_INDENT - wider, LEAST_INDENT))
            _indent(day, max(DAY_INDENT, LEAST_INDENT + wider))


def _width(text: str) -> float:
    """In characters; digits take half of one."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in text)


def _indent(paragraph: Paragraph, characters: float) -> None:
    right = str(round(characters * m.BODY.pt * 20))
    indent = element("w:ind", rightChars=str(round(characters * 100)), right=right)
    put(paragraph._p.get_or_add_pPr(), indent)
