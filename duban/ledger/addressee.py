"""Whom a row's finding is for: from one column, or from several under a group heading."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

from duban.ledger.cells import Read, shown
from duban.ledger.header import Column, Header
from duban.ledger.organization_cell import Addressee, joined, read_members
from duban.ledger.row_kinds import cell_of
from duban.ledger.vocabulary import Field
from duban.ledger.workbook import Cell, Sheet, is_blank

_WITH_PERSON = re.compile(r"单位.*(责任人|联系人|负责人|人员|领导)")


class RowAddressee(NamedTuple):
    """What a row says, in which column, and as which text."""

    organization: Read
    others: str | None
    person: str | None
    column: Column | None
    said: str


def addressee_of(
    sheet: Sheet,
    row: int,
    header: Header,
    aliases: Mapping[str, str],
    read: Callable[[Cell, bool], Addressee],
) -> RowAddressee:
    """The organization that a row names, those that help it, and a person named with it.

    ``read`` reads one cell, and knows whether its heading announces a person too.
    """
    column = header.column(Field.ORGANIZATION)
    if column is not None:
        cell = cell_of(sheet, row, column.index, header)
        found = read(cell, _announces_person(column.heading))
        said = shown(cell)
    else:
        marks = _filled(sheet, row, header, header.members)
        column = header.members[0] if header.members else None
        found = read_members(marks, aliases)
        said = "、".join(marks)
    further = _filled(sheet, row, header, header.more(Field.ORGANIZATION))
    organization = found.organization
    if organization is None and further:
        organization = read(next(iter(further.values())), False).organization
    others = joined([found.others, *(shown(cell).strip() for cell in further.values())])
    return RowAddressee(organization, others, found.person, column, said)


@lru_cache(maxsize=64)
def _announces_person(heading: str) -> bool:
    return _WITH_PERSON.search(heading) is not None


def _filled(sheet: Sheet, row: int, header: Header, columns: tuple[Column, ...]) -> dict[str, Cell]:
    cells = {
        column.member or column.heading: cell_of(sheet, row, column.index, header)
        for column in columns
    }
    return {name: cell for name, cell in cells.items() if not is_blank(cell)}
