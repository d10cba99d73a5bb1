"""The head and foot of a letter (信函格式): the issuer between red rules, the number, the pages."""

from typing import Any

from docx.document import Document
from docx.section import _Footer
from docx.shared import Length, Mm, Pt

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.parts import element, field, put

_INK_BEGINS = 0.16
"""Of its size, how far below its line's top a Chinese character begins, the line being 1.25."""


def add_letterhead(document: Document, issuer: str, number: str) -> None:
    """Put ``issuer``, both red rules and ``number`` on the first page; pages number from 2 on.

    Both texts may be tags of a template.
    """
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Length(Mm(30) - round(m.ISSUER * _INK_BEGINS))
    section.footer_distance = Mm(20)
    head = section.first_page_header
    head.is_linked_to_previous = False
    name = head.paragraphs[0]
    name.style = document.styles[styles.ISSUER]
    name.add_run(issuer)
    _beyond_text(name, "bottom", "thickThinSmallGap", space="5")
    below = head.add_paragraph(number, style=document.styles[styles.NUMBER])
    below.paragraph_format.space_before = Pt(11)
    foot = section.first_page_footer
    foot.is_linked_to_previous = False
    line = foot.paragraphs[0]
    line.style = document.styles[styles.ISSUER]
    line.paragraph_format.line_spacing = Pt(1)
    _beyond_text(line, "bottom", "thinThickSmallGap", space="0")
    add_page_numbers(document)


def add_page_numbers(document: Document) -> None:
    """Number the pages in 四号 digits between dashes: odd pages right, even pages left."""
    section = document.sections[0]
    section.footer_distance = Mm(20)
    _number(document, section.footer, "right")
    _number(document, section.even_page_footer, "left")


def fit_issuer(document: Document) -> None:
    """Print an issuer's name that is too long for one line smaller; the rest stays as it is."""
    issuer = styles.id_of(document, styles.ISSUER)
    for paragraph in document.sections[0].first_page_header.paragraphs:
        length = len(paragraph.text)
        room = m.TEXT_WIDTH / max(length, 1)
        if paragraph._p.style == issuer and room < m.ISSUER:
            paragraph.paragraph_format.line_spacing = Length(round(room * 1.25))
            for run in paragraph.runs:
                run.font.size = Pt(int(room / Pt(1)))


def _beyond_text(paragraph: Any, side: str, kind: str, *, space: str) -> None:
    """A red double rule of 170 mm under or over a paragraph of the text area."""
    left, right = m.RULE_OVERHANG
    border = element(f"w:{side}", val=kind, sz="24", space=space, color=m.RED)
    put(paragraph._p.get_or_add_pPr(), element("w:pBdr", border))
    paragraph.paragraph_format.left_indent = Length(-left)
    paragraph.paragraph_format.right_indent = Length(-right)


def _number(document: Document, footer: _Footer, side: str) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = document.styles[styles.PAGE_NUMBER]
    paragraph.add_run("— ")
    paragraph._p.extend(field("PAGE"))
    paragraph.add_run(" —")
    paragraph.paragraph_format.space_after = Pt(5)
    indent = {f"{side}Chars": "100", side: m.twips(m.SMALL)}
    put(paragraph._p.get_or_add_pPr(), element("w:ind", **indent), element("w:jc", val=side))
