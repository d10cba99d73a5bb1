"""Small pieces of a document's XML."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

_ORDER = tuple(
    qn(f"w:{name}")
    for name in (
        "tblStyle", "tblW", "pStyle", "keepNext", "keepLines", "pageBreakBefore", "widowControl",
        "numPr", "pBdr", "shd", "tabs", "kinsoku", "wordWrap", "overflowPunct", "autoSpaceDE",
        "autoSpaceDN", "adjustRightInd", "snapToGrid", "rFonts", "b", "color", "spacing", "ind",
        "jc", "tblInd", "tblBorders", "tblLayout", "tblCellMar", "tblLook", "tcW", "gridSpan",
        "vMerge", "tcBorders", "vAlign", "sz", "szCs", "lang", "rPr",
    )
)  # fmt: skip
"""As the format wants the properties of paragraphs, tables, cells and runs to follow each other."""


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """An element such as ``w:jc`` with attributes of the same namespace and its children."""
    made = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        made.set(qn(f"{prefix}:{name}"), value)
    made.extend(children)
    return made


def put(parent: Any, *children: Any) -> None:
    """Put children where they belong, each instead of the one of its kind that is there."""
    for child in children:
        for old in parent.findall(child.tag):
            parent.remove(old)
        place = _ORDER.index(child.tag) if child.tag in _ORDER else len(_ORDER)
        later = [one for one in parent if one.tag in _ORDER[place + 1 :]]
        if later:
            later[0].addprevious(child)
        else:
            parent.append(child)


def field(instruction: str) -> list[Any]:
    """The runs of a field such as ``PAGE``, which the program that prints computes."""
    asked = element("w:instrText")
    asked.text = f" {instruction} "
    shown = element("w:t")
    shown.text = "1"
    begin, separate, end = (
        element("w:fldChar", fldCharType=kind) for kind in ("begin", "separate", "end")
    )
    return [element("w:r", inner) for inner in (begin, asked, separate, shown, end)]
