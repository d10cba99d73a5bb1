"""The page of GB/T 9704-2012, in millimetres and points; every document is built from these."""

from docx.shared import Length, Mm, Pt

PAGE_WIDTH, PAGE_HEIGHT = Mm(210), Mm(297)
TOP, LEFT, RIGHT, BOTTOM = Mm(37), Mm(28), Mm(26), Mm(35)
TEXT_WIDTH = Mm(156)
LINE = Pt(28.95)
"""22 lines of it are 225 mm, the height of the text area."""
BODY, TITLE, SMALL, CELL = Pt(16), Pt(22), Pt(14), Pt(12)
"""三号, 二号, 四号 and 小四."""
TIGHTER = Pt(-0.25)
"""What characters of 16 pt stand closer by, so that 28 of them fill a line of 156 mm."""
ISSUER = Pt(36)
"""The largest that an issuer's name is printed in; a long name is printed smaller."""
RULE_OVERHANG = (Mm(8), Mm(6))
"""How far the red rules of 170 mm go beyond the text area, left and right."""
RED = "FF0000"


def twips(length: Length) -> str:
    """A length as the file counts it, in twentieths of a point."""
    return str(round(length / Pt(1) * 20))


def half_points(length: Length) -> str:
    """A size of type as the file counts it."""
    return str(round(length / Pt(1) * 2))
