"""The styles of official documents, by the names that an office sees in its word processor."""

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Length

from duban.documents import measures as m
from duban.documents.fonts import FANGSONG, HEITI, KAITI, SONG, XIAOBIAOSONG
from duban.documents.parts import element, put

BODY, FLUSH, TITLE = "公文正文", "公文顶格", "公文标题"
HEADING_1, HEADING_2 = "公文一级标题", "公文二级标题"
ANNEX_NOTE, ANNEX, CELL, CELL_HEAD = "公文附件说明", "公文附件", "公文表格", "公文表头"
SIGNATURE, DAY = "公文署名", "公文成文日期"
ISSUER, NUMBER, PAGE_NUMBER = "发文机关标志", "发文字号", "公文页码"

_EACH = {
    BODY: ("DubanBody", FANGSONG, m.BODY, "both", 2),
    FLUSH: ("DubanFlush", FANGSONG, m.BODY, "both", 0),
    TITLE: ("DubanTitle", XIAOBIAOSONG, m.TITLE, "center", 0),
    HEADING_1: ("DubanHeading1", HEITI, m.BODY, "both", 2),
    HEADING_2: ("DubanHeading2", KAITI, m.BODY, "both", 2),
    ANNEX_NOTE: ("DubanAnnexNote", FANGSONG, m.BODY, "left", 0),
    ANNEX: ("DubanAnnex", HEITI, m.BODY, "left", 0),
    CELL: ("DubanCell", FANGSONG, m.CELL, "left", 0),
    CELL_HEAD: ("DubanCellHead", HEITI, m.CELL, "center", 0),
    SIGNATURE: ("DubanSignature", FANGSONG, m.BODY, "right", 0),
    DAY: ("DubanDay", FANGSONG, m.BODY, "right", 0),
    ISSUER: ("DubanIssuer", XIAOBIAOSONG, m.ISSUER, "center", 0),
    NUMBER: ("DubanNumber", FANGSONG, m.BODY, "right", 0),
    PAGE_NUMBER: ("DubanPageNumber", SONG, m.SMALL, "right", 0),
}
"""Id, typeface, size, alignment, and by how many characters the first line is indented."""
_TIGHT = {
    TITLE: "579",
    CELL: "320",
    CELL_HEAD: "320",
    ISSUER: "900",
    NUMBER: "400",
    PAGE_NUMBER: "350",
}
"""What does not stand on the 22 lines: its line height, in twentieths of a point."""


def add_styles(document: Document) -> None:
    """Define the styles, and let what has none look like text."""
    normal = document.styles["Normal"].element
    put(normal.get_or_add_rPr(), *_letters(FANGSONG, m.BODY))
    put(normal.get_or_add_pPr(), *_paragraph(m.twips(m.LINE), "both", 0, on_grid=True))
    for name, (key, font, size, align, indent) in _EACH.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).element
        style.styleId = key
        style.basedOn_val = "Normal"
        line = _TIGHT.get(name, m.twips(m.LINE))
        put(style.get_or_add_pPr(), *_paragraph(line, align, indent, on_grid=name not in _TIGHT))
        put(style.get_or_add_rPr(), *_letters(font, size))
        if name == ISSUER:
            put(style.rPr, element("w:color", val=m.RED))
        _offer(style)


def id_of(document: Document, style: str) -> str:
    """Under which id a document knows a style; empty where its editor removed it."""
    return next((one.style_id for one in document.styles if one.name == style), "")


def _paragraph(line: str, align: str, indent: int, *, on_grid: bool) -> list[Any]:
    # LibreOffice 7.4 reads overflowPunct the other way round, and then loses commas.
    parts = [element("w:widowControl", val="0"), element("w:overflowPunct", val="1")]
    parts += [element(name, val="0") for name in ("w:autoSpaceDE", "w:autoSpaceDN")]
    parts += [] if on_grid else [element("w:snapToGrid", val="0")]
    parts += [element("w:spacing", before="0", after="0", line=line, lineRule="exact")]
    if indent:
        width = m.twips(Length(m.BODY * indent))
        parts += [element("w:ind", firstLineChars=str(indent * 100), firstLine=width)]
    return [*parts, element("w:jc", val=align)]


def _letters(font: str, size: Length) -> list[Any]:
    return [
        element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font, hint="eastAsia"),
        element("w:color", val="auto"),
        element("w:spacing", val=m.twips(Length(m.TIGHTER * size // m.BODY))),
        element("w:sz", val=m.half_points(size)),
        element("w:szCs", val=m.half_points(size)),
        element("w:lang", val="en-US", eastAsia="zh-CN"),
    ]


def _offer(style: Any) -> None:
    """Let the word processor list it among the styles to choose from."""
    for child in ("w:semiHidden", "w:unhideWhenUsed"):
        for old in style.xpath(child):
            style.remove(old)
    style.qFormat_val = True
