"""How a ledger lies on paper: widths of columns, heights of rows, fonts and lines."""

from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from duban.ledger.vocabulary import Field

A3 = 8
FONT, SIZE = "宋体", 10
GROUND, LINE = "FFF0F2F4", "FFB8BEC4"
NARROW = 9
_WIDTHS = {Field.TEXT: 46, Field.REQUIREMENT: 28, Field.MEASURES: 34, Field.ORGANIZATION: 24,
           Field.CO_ORGANIZATIONS: 18, Field.REMARK: 18, Field.SOURCE: 14}  # fmt: skip
_WIDTH = 12
_LINE_HEIGHT, _TALLEST, _MARGIN = 13.5, 405, 1
"""Points; a spreadsheet shows no row higher than 409."""


def width_of(field: Field, filled: bool) -> int:
    """The width of a column, in characters; one without content needs room for its heading."""
    return _WIDTHS.get(field, _WIDTH) if filled else NARROW


def height_of(texts: Sequence[str], widths: Sequence[int]) -> float | None:
    """The height of a row whose longest cell wraps; none where one line is enough."""
    lines = max(
        (_lines(text, width) for text, width in zip(texts, widths, strict=True) if text), default=1
    )
    return None if lines < 2 else min(_TALLEST, lines * _LINE_HEIGHT + 3)


def set_up_page(sheet: Any, title: str, widths: Sequence[int], hidden: int) -> None:
    """A3 across, as wide as the paper, with the heading on every page; the last columns hidden."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.8, 0.8
    sheet.page_margins.header = sheet.page_margins.footer = 0.35
    sheet.oddHeader.center.text, sheet.oddHeader.center.size = title.replace("&", "&&"), 14
    sheet.oddFooter.center.text = "&P / &N"
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for place in range(len(widths) + 1, len(widths) + 1 + hidden):
        sheet.column_dimensions[get_column_letter(place)].hidden = True


def rule(cell: Any, *, heading: bool = False, centred: bool = False) -> None:
    """Give a cell its lines and its font."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    side = Side("thin", color=LINE)
    cell.border = Border(side, side, side, side)
    cell.font = Font(name=FONT, size=SIZE, bold=heading)
    cell.alignment = Alignment(
        horizontal="center" if heading or centred else None,
        vertical="center" if heading else "top", wrap_text=True,
    )  # fmt: skip
    if heading:
        cell.fill = PatternFill("solid", start_color=GROUND)


def _lines(text: str, width: int) -> int:
    room = max(1, width - _MARGIN)
    if len(text) * 2 <= room and "\n" not in text:
        return 1
    return sum(max(1, -(-_room_of(part) // room)) for part in text[:4_000].split("\n"))


def _room_of(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if east_asian_width(one) in "WFA" else 1 for one in text)
