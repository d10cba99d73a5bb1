"""Laying a mapping over a sheet's heading."""

import re
from dataclasses import replace

from duban.ledger.fields import normal
from duban.ledger.find_tables import LOOKED_AT, first_row
from duban.ledger.header import Column, Header, header_at
from duban.ledger.mapping import ColumnMapping
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Sheet
from duban.ledger.xlsx_parts import column_index

_LETTERS = re.compile(r"[A-Z]{1,2}")


def apply_mapping(sheet: Sheet, guessed: Header | None, mapping: ColumnMapping) -> Header | None:
    """The heading with the mapped columns; none where the sheet does not have them."""
    if mapping.header_row is not None:
        row = mapping.header_row - 1
        inside = 0 <= row < len(sheet.rows)
        guessed = header_at(sheet, first_row(sheet, row), row) if inside else None
    if not mapping.columns:
        return guessed
    candidates = [guessed] if guessed is not None else []
    if mapping.header_row is None:
        rows = range(min(len(sheet.rows), LOOKED_AT))
        candidates += [header_at(sheet, row, row) for row in rows]
        candidates += [header_at(sheet, row - 1, row) for row in rows if row]
        if all(_LETTERS.fullmatch(wanted) for wanted in mapping.columns.values()):
            candidates.append(Header(-1, -1, ()))
    for header in candidates:
        mapped = _map(sheet, header, mapping)
        if mapped is not None:
            return mapped
    return None


def _map(sheet: Sheet, header: Header, mapping: ColumnMapping) -> Header | None:
    columns = {column.index: column for column in header.columns}
    chosen: dict[int, Field] = {}
    for field, wanted in mapping.columns.items():
        index = _index(sheet, header, wanted)
        if index is None:
            return None
        chosen[index] = field
    for index, column in columns.items():
        if column.field in mapping.columns:
            columns[index] = replace(column, field=None, also=False)
        if Field.ORGANIZATION in mapping.columns:
            columns[index] = replace(columns[index], member=None)
        if Field.TEXT in mapping.columns:
            columns[index] = replace(columns[index], said_by=None)
    for index, field in chosen.items():
        known = columns.get(index) or Column(index, "")
        columns[index] = replace(known, field=field, also=False, member=None, said_by=None)
    return replace(header, columns=tuple(columns[index] for index in sorted(columns)))


def _index(sheet: Sheet, header: Header, wanted: str) -> int | None:
    sought = normal(wanted)
    for column in header.columns:
        if sought in (normal(column.heading), normal(column.heading.split("/")[-1])):
            return column.index
    if _LETTERS.fullmatch(wanted):
        index = column_index(wanted)
        return index if index < sheet.width else None
    return None
