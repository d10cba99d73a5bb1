"""Take out of python-docx's own template what no paper needs: nine tenths of its size."""

from docx.document import Document
from docx.oxml.ns import qn

_STYLES = ("Normal", "Header", "Footer", "Default Paragraph Font", "Normal Table", "No List")
_PARTS = ("stylesWithEffects", "customXml", "numbering", "thumbnail", "extended-properties")
"""By the ends of their relations' types."""


def drop_ballast(document: Document) -> None:
    """Leave the styles that everything rests on, and no part that describes another document."""
    styles = document.styles.element
    names = {name.lower() for name in _STYLES}
    for style in styles.findall(qn("w:style")):
        if style.find(qn("w:name")).get(qn("w:val")).lower() not in names:
            styles.remove(style)
    for rels in (document.part.rels, document.part.package.rels):
        for key in [key for key, one in rels.items() if one.reltype.endswith(_PARTS)]:
            del rels[key]
