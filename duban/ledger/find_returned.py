"""Finding an exported ledger among the sheets of a file: its columns, wherever they stand now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from config.language import _
from duban.ledger.cell_marks import KEYS_SHEET, ROW, VERSION, columns_in
from duban.ledger.header import Column, Header
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, Sheet, is_blank
from models.errors import BadInput

_LOOKED_AT = 30


@dataclass(frozen=True)
class Found:
    """The sheet that was exported, its heading, and where the hidden columns stand.

    ``written`` are the columns that were written, in the order of the marks; ``header`` has
    those that are still there under their headings.
    """

    sheet: Sheet
    header: Header
    written: tuple[Field, ...]
    row_marks: int
    versions: int
    cell_marks: int
    gone: tuple[str, ...]
    """Headings that were written and are no longer there."""

    exported: Mapping[str, Sequence[Cell]]
    """By their marks all rows as they were written, as far as their texts were kept."""


def find_returned(sheets: Sequence[Sheet]) -> Found | None:
    """The first sheet that is an exported ledger; none where the hidden columns are lost.

    Raises:
        BadInput: two of its columns have one heading.
    """
    for sheet in sheets:
        for row in range(min(len(sheet.rows), _LOOKED_AT)):
            found = _at(sheet, row) if sheet.name != KEYS_SHEET else None
            if found is not None:
                keys = next((one for one in sheets if one.name == KEYS_SHEET), None)
                rows = [] if keys is None else keys.rows
                return replace(found, exported={str(one[0]): one for one in rows if one})
    return None


def _at(sheet: Sheet, row: int) -> Found | None:
    cells = sheet.rows[row]
    written = next((found for cell in cells if (found := columns_in(cell)) is not None), None)
    if written is None or ROW not in cells or VERSION not in cells:
        return None
    headings = [" ".join(str(cell).split()) for cell in cells]
    columns, gone = [], []
    for field, heading in written.items():
        plain = " ".join(heading.split())
        places = [place for place, text in enumerate(headings) if text == plain]
        if len(places) > 1:
            raise BadInput(
                _("Two columns of “{sheet}” are called “{heading}”; rename one of them.").format(
                    sheet=sheet.name, heading=heading
                )
            )
        if places:
            columns.append(Column(places[0], heading, field))
        else:
            gone.append(heading)
    ours = {column.index for column in columns}
    others = [
        Column(place, text)
        for place, text in enumerate(headings)
        if text and place not in ours and not is_blank(cells[place])
    ]
    return Found(
        sheet,
        Header(row, row, tuple(sorted([*columns, *others], key=lambda one: one.index))),
        tuple(written),
        cells.index(ROW),
        cells.index(VERSION),
        next(place for place, cell in enumerate(cells) if columns_in(cell) is not None),
        tuple(gone),
        {},
    )
