"""Tables whose heading is repeated on every page that they flow to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.shared import Mm
from docx.table import Table

from duban.documents import measures as m
from duban.documents import styles
from duban.documents.parts import element, put


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in millimetres, and how its cells stand."""

    heading: str
    width: float
    align: str = "left"


def add_table(
    document: Document, columns: Sequence[Column], rows: Iterable[Sequence[str]],
    *, height: float = 0,
) -> Table:  # fmt: skip
    """A table as wide as its columns together (156 mm fill the text area), with ``rows`` in it.

    A row may be one of a template: see ``loop_rows``. Rows are at least ``height`` mm high.
    """
    table: Table = document.add_table(rows=1, cols=len(columns))
    _build(document, table, columns, rows, height)
    return table


def loop_rows(columns: Sequence[Column], each: str, cells: Sequence[str]) -> list[list[str]]:
    """Three rows of a template that become one row for each ``item`` of the list ``each``.

    ``cells`` are what a row holds, such as ``{{ item.text }}``.
    """
    empty = [""] * (len(columns) - 1)
    begin, end = f"{{%tr for item in {each} %}}", "{%tr endfor %}"
    return [[begin, *empty], list(cells), [end, *empty]]


def _build(
    document: Document, table: Any, columns: Sequence[Column], rows: Iterable[Sequence[str]],
    height: float,
) -> None:  # fmt: skip
    put(table._tbl.tblPr, *_look(columns))
    for grid, column in zip(table._tbl.tblGrid.gridCol_lst, columns, strict=True):
        grid.w = Mm(column.width)
    first = table.rows[0]
    _fill(document, first, columns, [column.heading for column in columns], head=True)
    first._tr.get_or_add_trPr().extend([element("w:cantSplit"), element("w:tblHeader")])
    for row in rows:
        line = table.add_row()
        _fill(document, line, columns, row)
        # One that is longer than a page is divided all the same.
        line._tr.get_or_add_trPr().append(element("w:cantSplit"))
        if height:
            line.height = Mm(height)


def _fill(
    document: Document, row: Any, columns: Sequence[Column], texts: Sequence[str],
    *, head: bool = False,
) -> None:  # fmt: skip
    for cell, column, text in zip(row.cells, columns, texts, strict=True):
        cell.width = Mm(column.width)
        paragraph = cell.paragraphs[0]
        paragraph.style = document.styles[styles.CELL_HEAD if head else styles.CELL]
        paragraph.add_run(text)
        properties = paragraph._p.get_or_add_pPr()
        put(properties, element("w:wordWrap", val="0"))
        if not head:
            put(properties, element("w:jc", val=column.align))
        put(cell._tc.get_or_add_tcPr(), element("w:vAlign", val="center"))


def _look(columns: Sequence[Column]) -> list[Any]:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    line = {"val": "single", "sz": "4", "space": "0", "color": "000000"}
    borders = element("w:tblBorders", *(element(f"w:{side}", **line) for side in sides))
    width = m.twips(Mm(sum(column.width for column in columns)))
    margins = element(
        "w:tblCellMar",
        *(element(f"w:{side}", w="57", type="dxa") for side in ("top", "left", "bottom", "right")),
    )
    return [
        element("w:tblW", w=width, type="dxa"), element("w:jc", val="center"), borders,
        element("w:tblLayout", type="fixed"), margins,
    ]  # fmt: skip
