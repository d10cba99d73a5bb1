"""In which columns a ledger goes out: those of the clerk's own ledger, in its order."""

from collections.abc import Collection, Sequence

from duban.ledger.fields import field_of
from duban.ledger.ledger import SheetSummary
from duban.ledger.template import OFFERED, REQUIRED, column_label
from duban.ledger.vocabulary import Field

Columns = dict[Field, str]
"""By what a column holds its heading, from the left to the right."""


def own_columns(sheets: Sequence[SheetSummary]) -> list[list[str]]:
    """What is kept of a ledger that came in: field and heading of its columns, in their order."""
    used = [sheet for sheet in sheets if sheet.used and sheet.columns]
    if not used:
        return []
    columns = max(used, key=lambda sheet: sheet.rows).columns
    found: dict[str, str] = {}
    for one in columns:
        if one.field != Field.PROGRESS and not one.also:
            found.setdefault(one.field, _short(one.field, one.heading))
    return [[field, heading] for field, heading in found.items()]


def columns_out(
    own: Sequence[Sequence[str]], filled: Collection[str], taken: Collection[str]
) -> Columns:
    """The columns of a ledger that goes out; the template's where none came in.

    ``own`` is what ``own_columns`` kept; ``filled`` are the fields in which some finding holds
    something, and each of them has a column. No heading is one of those ``taken``.
    """
    wanted: dict[Field, str] = {}
    for name, heading in own:
        wanted[Field(name)] = heading
    further = [*REQUIRED, *(field for field in Field if field.value in filled)]
    for field in OFFERED if not own else further:
        wanted.setdefault(field, column_label(field))
    for field in further:
        wanted.setdefault(field, column_label(field))
    columns: Columns = {}
    for field, heading in wanted.items():
        columns[field] = _free(heading, field, [*taken, *columns.values()])
    return columns


def _short(field: str, heading: str) -> str:
    """The last part of a heading over several rows, where it says enough by itself."""
    last = heading.rsplit("/", 1)[-1].strip()
    found = field_of(last) if last else None
    return last if found is not None and found[0] == field else heading


def _free(heading: str, field: Field, taken: Collection[str]) -> str:
    """``heading``, or another one where it is another column's already."""
    for one in (heading, column_label(field)):
        if one not in taken:
            return one
    number = 2
    while f"{heading} {number}" in taken:
        number += 1
    return f"{heading} {number}"
