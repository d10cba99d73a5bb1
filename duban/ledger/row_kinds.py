"""What a row below a heading is: a finding, more of one, or something passed over."""

import re
from enum import Enum

from config.language import _
from duban.ledger.cells import shown
from duban.ledger.header import Header, repeats
from duban.ledger.organization_cell import UNIT
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import NO_VALUE, Cell, Sheet, is_blank

CONTINUED = (Field.REQUIREMENT, Field.MEASURES, Field.OWNER, Field.LEAD, Field.CO_ORGANIZATIONS,
             Field.REMARK, Field.DUE)  # fmt: skip
"""What further rows of one finding may add to it."""


class Kind(Enum):
    """What becomes of a row."""

    BLANK = "blank"
    HEADING = "heading"
    ORDINALS = "ordinals"
    TOTAL = "total"
    NOTE = "note"
    EXAMPLE = "example"
    SECTION = "section"
    STRAY = "stray"
    CONTINUED = "continued"
    DATA = "data"


_NOT_MISSED = (Kind.DATA, Kind.CONTINUED, Kind.BLANK, Kind.HEADING)
_TOTAL = re.compile(
    r"(本\s*页\s*)?(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|(grand |sub)?total)"
    r"(\s*[(（]\S{1,3}[)）])?"
    r"\s*[:：]?\s*(共?\s*\d+\s*\S{0,6})?|共\s*\d+\s*[个项条件]\S{0,4}",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(※|[*＊]?\s*(附?注|备\s*注|说\s*明|notes?)\s*\d?\s*[:：]"
    r"|.{0,10}(填表|填报|制表|审核|审批|联系|经办|负责)(人|单位|日期|时间|电话)?"
    r"\s*([(（](签字|签名|盖章|签章)[)）])?\s*[:：]"
    r"|.{0,10}[(（]?(签字|签名|盖章|签章)[)）]?\s*[:：]|(填表|填报|制表|报送)(单位|日期|时间)\s*[(（:：]"
    r"|(联系)?电话\s*[:：]|第\s*\d+\s*页)",
    re.IGNORECASE,
)
_END = re.compile(r"[(（【\[]?\s*(以下空白|以下无正文|此页无正文|空白)\s*[)）】\]]?")
_EXAMPLE = re.compile(r"(填写)?(例|示例|样例|范例|举例|e\.g\.|example)\s*\d*[:：]?", re.IGNORECASE)
_PLACEHOLDER = re.compile(r".*(××|XX|xx|＊＊|某某).*(局|委|办|镇|乡|街道|党组|单位|部门).*")
_SUBTOTAL = re.compile(r".+?\s*(小计|合计|总计)")
_EXAMPLE_TEXT = re.compile(r"[(（]?(示例|样例|范例)[)）]?\s*[:：]")
SECTION = re.compile(
    r"([一二三四五六七八九十]+[、.．]|[(（][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十]+[部类章])"
)
_ORDINALS = (
    "1234567890",
    "一二三四五六七八九十",
    "甲乙丙丁戊己庚辛壬癸",
    "ABCDEFGHIJ",
    "①②③④⑤⑥⑦⑧⑨⑩",
)
_SECTION_NUMBER = re.compile(
    r"[(（]?[一二三四五六七八九十]+[)）、.．]?|第[一二三四五六七八九十]+[部类章节]分?"
)
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9 ./()&'’_-]{0,40}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
COUNT = re.compile(r"\s*[(（][^()（）]*[)）]\s*$")
"""What stands in brackets behind a unit's name: （3个问题）."""

_NUMERAL = re.compile(r"\d|[①-⑳]|^[〇一二三四五六七八九十百]+$")
_LONGEST_NUMBER = 12


def why_passed_over(kind: Kind) -> str | None:
    """The reason in words; none for kinds that nobody misses."""
    if kind in _NOT_MISSED:
        return None
    return {
        Kind.ORDINALS: _("numbers the columns"),
        Kind.TOTAL: _("a total"),
        Kind.NOTE: _("a note"),
        Kind.EXAMPLE: _("an example"),
        Kind.SECTION: _("heads a section"),
        Kind.STRAY: _("names neither a finding nor an organization"),
    }.get(kind)


def kind_of(sheet: Sheet, row: int, header: Header, above: Kind) -> Kind:
    """What ``row`` is, given the kind of the row above it."""
    own = _own_cells(sheet, row, header)
    if not own:
        return Kind.BLANK
    if repeats(sheet, row, header):
        return Kind.HEADING
    if row == header.last + 1 or above in (Kind.ORDINALS, Kind.HEADING):
        if _counts_columns(own):
            return Kind.ORDINALS
        if _translates_heading(sheet, row, header, own):
            return Kind.HEADING
    text = _said(sheet, row, header, Field.TEXT)
    unit = _said(sheet, row, header, Field.ORGANIZATION)
    organization = unit or _marks(sheet, row, header)
    first = shown(own[min(own)]).strip()
    if aside := _aside(first, text, organization, len(own)):
        return aside
    if _is_example(_said(sheet, row, header, Field.CODE), text, unit):
        return Kind.EXAMPLE
    if len(own) == 2 and not organization and _is_numbered_section(sheet, row, own):
        return Kind.SECTION
    if text_anchor(sheet, row, header) < row:
        return Kind.DATA if _is_another_unit(sheet, row, header) else Kind.CONTINUED
    if _only_continues(own, header, text, organization) and above in (Kind.DATA, Kind.CONTINUED):
        return Kind.CONTINUED
    return Kind.DATA if len(own) > 1 else _alone(sheet, row, header, min(own), first, organization)


def cell_of(sheet: Sheet, row: int, column: int, header: Header) -> Cell:
    """The value of a cell, that of a range merged downwards too; never one merged sideways."""
    if row not in sheet.merged_rows:
        cells = sheet.rows[row]
        return cells[column] if column < len(cells) and row > header.last else ""
    top, left = sheet.anchors.get((row, column), (row, column))
    return sheet.cell(top, left) if top > header.last and left == column else ""


def text_anchor(sheet: Sheet, row: int, header: Header) -> int:
    """The row in which the finding's text stands that a row belongs to."""
    text = header.column(Field.TEXT)
    if text is None:
        return row
    top = sheet.anchors.get((row, text.index), (row, 0))[0]
    return top if top > header.last else row


def _own_cells(sheet: Sheet, row: int, header: Header) -> dict[int, Cell]:
    """The filled cells; formulas without a value count where a finding's own columns are."""
    own = {c: cell for c, cell in enumerate(sheet.rows[row]) if not is_blank(cell)}
    if NO_VALUE not in own.values():
        return own
    if all(cell == NO_VALUE for cell in own.values()):
        return own if header.needed & own.keys() else {}  # prepared in advance, to the last row
    return {c: cell for c, cell in own.items() if cell != NO_VALUE or c in header.needed}


def _said(sheet: Sheet, row: int, header: Header, field: Field) -> str:
    own, further = header.column(field), header.more(field)
    if not further:
        return shown(cell_of(sheet, row, own.index, header)).strip() if own else ""
    columns = (own, *further)
    cells = (cell_of(sheet, row, column.index, header) for column in columns if column)
    return " ".join(text for cell in cells if (text := shown(cell).strip()))


def _marks(sheet: Sheet, row: int, header: Header) -> str:
    """What stands under a group heading of organizations."""
    marks = (shown(cell_of(sheet, row, column.index, header)) for column in header.members)
    return "".join(marks).strip()


def _aside(first: str, text: str, organization: str, filled: int) -> Kind | None:
    """Totals and notes: nothing in the row may be a finding of an organization."""
    if _TOTAL.fullmatch(text) or _SUBTOTAL.fullmatch(organization):
        return Kind.TOTAL
    if _TOTAL.fullmatch(first) and (not text or not organization or organization == first):
        return Kind.TOTAL
    if _NOTE.match(first) and all(
        not said or _NOTE.match(said) for said in (text, organization) if said != first
    ):
        return Kind.NOTE if not organization or organization == first else None
    return Kind.NOTE if filled == 1 and _END.fullmatch(first) else None


def _is_example(code: str, text: str, unit: str) -> bool:
    return bool(_EXAMPLE.fullmatch(code) or _EXAMPLE_TEXT.match(text) or _PLACEHOLDER.match(unit))


def _is_another_unit(sheet: Sheet, row: int, header: Header) -> bool:
    """Whether a text merged over several rows is the finding of several organizations."""
    column = header.column(Field.ORGANIZATION)
    if column is None or (row, column.index) in sheet.anchors:
        return False
    own = shown(sheet.cell(row, column.index)).strip()
    above = shown(cell_of(sheet, text_anchor(sheet, row, header), column.index, header)).strip()
    return bool(own) and own != above


def _only_continues(own: dict[int, Cell], header: Header, text: str, organization: str) -> bool:
    if text or organization:
        return False
    named = {column.field if (column := header.places.get(c)) else None for c in own}
    return named <= set(CONTINUED) and bool(named & {Field.MEASURES, Field.REQUIREMENT})


def _alone(
    sheet: Sheet, row: int, header: Header, index: int, first: str, organization: str
) -> Kind:
    """A row with one filled cell."""
    field = next((column.field for column in header.columns if column.index == index), None)
    is_section = SECTION.match(first) is not None
    if field is Field.TEXT:
        over_all = sheet.is_wide(row, index, more_than=max(2, len(header.columns) // 2))
        leftmost = index == min(column.index for column in header.columns)
        if over_all or (is_section and not organization and leftmost and _is_theme(first)):
            return Kind.SECTION if is_section else Kind.STRAY
        return Kind.DATA
    if field is Field.ORGANIZATION and not sheet.is_wide(row, index):
        return Kind.SECTION if is_section else Kind.DATA
    if is_section or sheet.is_wide(row, index, more_than=2):
        return Kind.SECTION
    if field is Field.CODE and len(first) <= _LONGEST_NUMBER and _NUMERAL.search(first):
        return Kind.BLANK  # numbered in advance
    return Kind.STRAY


def _is_numbered_section(sheet: Sheet, row: int, own: dict[int, Cell]) -> bool:
    """“一” in a cell of its own before “主体责任方面” or “区教育局党组（2个问题）”."""
    (number, said), columns = [shown(own[c]).strip() for c in sorted(own)], sorted(own)
    if _SECTION_NUMBER.fullmatch(number) is None:
        return False
    return (
        sheet.is_wide(row, columns[1])
        or _is_theme(said)
        or UNIT.fullmatch(COUNT.sub("", said)) is not None
    )


def _translates_heading(sheet: Sheet, row: int, header: Header, own: dict[int, Cell]) -> bool:
    """A second heading in English under a Chinese one, over rows in Chinese."""
    below = sheet.rows[row + 1] if row + 1 < len(sheet.rows) else []
    return (
        len(own) >= 2
        and all(isinstance(cell, str) and _WORDS.fullmatch(cell) for cell in own.values())
        and any(_HAN.search(column.heading) for column in header.columns)
        and any(_HAN.search(str(cell)) for cell in below)
    )


def _is_theme(text: str) -> bool:
    return re.search(r"(方面|类|问题|情况)([(（].*[)）])?$", text) is not None and len(text) <= 20


def _counts_columns(own: dict[int, Cell]) -> bool:
    """1 2 3 4 or 甲 乙 丙 丁 under a heading: the columns' own numbers."""
    said = [shown(cell).strip().strip("()（）") for _index, cell in sorted(own.items())]
    return len(said) >= 3 and any(
        said == [*sequence[: len(said)]] or said == [str(n) for n in range(1, len(said) + 1)]
        for sequence in _ORDINALS
    )
