"""A row of a ledger while it is read, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from config.language import _
from duban.ledger.cells import Fault, Read
from duban.ledger.header import Column
from duban.ledger.ledger import Refusal
from duban.ledger.vocabulary import Field
from duban.ledger.xlsx_parts import column_letter


@dataclass(slots=True)
class Draft:
    """One data row while it is read."""

    sheet: str
    row: int
    values: dict[Field, Read] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def required() -> Iterator[tuple[Field, Fault]]:
    """What a finding cannot do without, and what is wrong where it is missing."""
    yield (
        Field.TEXT,
        Fault(
            "text-missing",
            _("the row has no finding text"),
            _("write it, or name its column with --map text=HEADING"),
        ),
    )
    yield (
        Field.ORGANIZATION,
        Fault(
            "organization-missing",
            _("the row names no organization"),
            _("write it, or use --map organization=HEADING, --organization NAME or --fill-down"),
        ),
    )


def refusal_of(draft: Draft, fault: Fault, column: Column | None, value: str) -> Refusal:
    """The refusal of a row for what is wrong with one of its cells."""
    return Refusal(
        sheet=draft.sheet,
        row=draft.row,
        column=None if column is None else column_letter(column.index),
        heading=None if column is None else column.heading,
        value=value,
        code=fault.code,
        reason=fault.reason,
        remedy=fault.remedy,
    )
