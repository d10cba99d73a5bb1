"""A new document with the page, the grid and the styles of GB/T 9704-2012."""

from io import BytesIO
from typing import Any

from docx import Document as new
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from duban.documents import measures as m
from duban.documents.drop_ballast import drop_ballast
from duban.documents.fonts import font_table
from duban.documents.parts import element, put
from duban.documents.styles import add_styles

_OF_ANOTHER = ("created", "modified", "lastModifiedBy", "revision")
"""Properties that python-docx's template has of its own making."""


def new_document() -> Document:
    """An empty A4 document of 22 lines of 28 characters, without any paragraph."""
    document = new()
    drop_ballast(document)
    add_styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = m.PAGE_WIDTH, m.PAGE_HEIGHT
    section.top_margin, section.bottom_margin = m.TOP, m.BOTTOM
    section.left_margin, section.right_margin = m.LEFT, m.RIGHT
    put(section._sectPr, element("w:docGrid", type="lines", linePitch=m.twips(m.LINE)))
    _say_modern(document.settings.element)
    document.settings.odd_and_even_pages_header_footer = True
    _name_fonts(document)
    return document


def saved(document: Document, *, title: str = "") -> bytes:
    """The document as a file; ``title`` stands among its properties, with no author."""
    about = document.core_properties
    about.title, about.author, about.comments = title, "", ""
    for one in list(about._element):
        if one.tag.endswith(_OF_ANOTHER):
            about._element.remove(one)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _say_modern(settings: Any) -> None:
    for one in settings.iter(qn("w:compatSetting")):
        if one.get(qn("w:name")) == "compatibilityMode":
            one.set(qn("w:val"), "15")


def _name_fonts(document: Document) -> None:
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = parse_xml(part.blob)
    known = {font.get(qn("w:name")): font for font in table}
    for font in font_table():
        old = known.get(font.get(qn("w:name")))
        if old is not None:
            table.remove(old)
        table.append(font)
    part._blob = serialize_part_xml(table)
