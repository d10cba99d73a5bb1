"""Which reader each column of a table has."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from duban.ledger.cells import (
    Read,
    day_reader,
    due_reader,
    read_code,
    read_finding,
    read_name,
    read_text,
)
from duban.ledger.dates import order_of
from duban.ledger.header import Header
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, Sheet

NAMES = (Field.CATEGORY, Field.SOURCE, Field.RAISED_BY, Field.OWNER, Field.LEAD,
         Field.CO_ORGANIZATIONS)  # fmt: skip
DATES = (Field.MEETING_ON, Field.DUE)

_REMEMBERED = 512

Readers = dict[Field, Callable[[Cell], Read]]


def readers_for(
    sheet: Sheet,
    header: Header,
    *,
    year: int | None,
    filled_on: date | None,
    date_order: str | None,
) -> Readers:
    """A reader for every field; dates are read in the order that their column proves.

    A cell that says what another of its column said is read once, and kept once.
    """
    readers: Readers = dict.fromkeys(Field, read_text)
    readers.update(dict.fromkeys(NAMES, read_name))
    readers[Field.CODE] = read_code
    readers[Field.TEXT] = read_finding
    orders = {name: date_order or _order(sheet, header, name) for name in DATES}
    readers[Field.MEETING_ON] = day_reader(year, filled_on, orders[Field.MEETING_ON])
    readers[Field.DUE] = due_reader(orders[Field.DUE])
    return {
        name: lru_cache(maxsize=_REMEMBERED, typed=True)(reader) for name, reader in readers.items()
    }


def _order(sheet: Sheet, header: Header, name: Field) -> str | None:
    column = header.column(name)
    if column is None:
        return None
    return order_of({sheet.cell(r, column.index) for r in range(header.last + 1, len(sheet.rows))})
