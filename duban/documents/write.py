"""Paragraphs of an official document, each in its style."""

from typing import Any

from docx.document import Document
from docx.text.paragraph import Paragraph

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.parts import element, put


def add(document: Document, style: str, text: str = "") -> Paragraph:
    """A paragraph in one of the styles of ``duban.documents.styles``."""
    return document.add_paragraph(text, style=document.styles[style])


def add_blank(document: Document, lines: int = 1) -> None:
    """Empty lines."""
    for _line in range(lines):
        add(document, styles.FLUSH)


def add_title(document: Document, *lines: str) -> None:
    """A title in 二号, broken where its meaning allows: one line for each part."""
    for line in lines:
        add(document, styles.TITLE, line)


def add_body(document: Document, *paragraphs: str) -> None:
    """Text, indented by two characters."""
    for text in paragraphs:
        add(document, styles.BODY, text)


def add_lead(document: Document, heading: str, text: str) -> None:
    """A paragraph that begins with a heading in 黑体 and goes on as text."""
    paragraph = add(document, styles.BODY)
    paragraph.add_run(heading, style=None)
    set_font(paragraph.runs[0], styles.HEADING_1, document)
    paragraph.add_run(text)


def add_addressee(document: Document, name: str) -> None:
    """Whom it is for, flush left with a full-width colon."""
    add(document, styles.FLUSH, f"{name}：")


def add_annex_note(document: Document, *names: str) -> None:
    """The note below the text that lists the annexes, aligned at their names."""
    add_blank(document)
    for number, name in enumerate(names, start=1):
        label = "附件：" if number == 1 else ""
        order = f"{number}．" if len(names) > 1 else ""
        paragraph = add(document, styles.ANNEX_NOTE, f"{label}{order}{name}")
        before = 2 + 3 if number == 1 else 5
        hang = len(label) + (1.5 if order else 0)
        put(paragraph._p.get_or_add_pPr(), _hanging(before if not label else 2, hang))


def begin_annex(document: Document, label: str, title: str) -> None:
    """A new page with the annex's number in 黑体 and its title on the third line."""
    paragraph = add(document, styles.ANNEX, label)
    paragraph.paragraph_format.page_break_before = True
    add_blank(document)
    add_title(document, title)
    add_blank(document)


def set_font(run: Any, style: str, document: Document) -> None:
    """Give a run the typeface of a paragraph style."""
    fonts = document.styles[style].element.rPr.find(element("w:rFonts").tag)
    put(run._r.get_or_add_rPr(), element("w:rFonts"))
    for name, value in fonts.attrib.items():
        run._r.rPr.rFonts.set(name, value)


def _hanging(first: float, hang: float) -> Any:
    """The first line begins after ``first`` characters, the next ones ``hang`` further."""
    return element(
        "w:ind",
        leftChars=str(int((first + hang) * 100)), left=_wide(first + hang),
        hangingChars=str(int(hang * 100)), hanging=_wide(hang),
    )  # fmt: skip


def _wide(characters: float) -> str:
    return str(int(characters * m.BODY.pt * 20))
