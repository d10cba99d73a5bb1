"""What reading a spreadsheet gives: rows, refusals, and what became of each sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Before(NamedTuple):
    """What stood in a cell when its ledger was exported: its mark, and the text if it was kept."""

    mark: str
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """The exported row that a row was: its mark, the finding's version, the cells changed since."""

    mark: str
    version: int | None
    changed: Mapping[str, Before]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One finding as the ledger has it; ``row`` is the spreadsheet's own number.

    ``key`` is the same whenever the same finding is read again, whatever file or
    order it stands in; ``fingerprint`` changes when any of its columns does. ``origin`` is
    there where the row comes out of an exported ledger.
    """

    sheet: str
    row: int
    key: str
    fingerprint: str
    organization: str
    text: str
    code: str | None = None
    category: str | None = None
    source: str | None = None
    raised_by: str | None = None
    requirement: str | None = None
    measures: str | None = None
    owner: str | None = None
    lead: str | None = None
    co_organizations: str | None = None
    remark: str | None = None
    ledger_due: str | None = None
    meeting_on: date | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row cannot be taken: where, the cell's own text, and the remedy."""

    sheet: str
    row: int
    column: str | None
    heading: str | None
    value: str
    code: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row below a heading that holds something and yet is no finding, and why."""

    row: int
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column as it was read: what it is, its letter and heading; ``also`` adds to another."""

    field: str
    column: str
    heading: str
    also: bool = False


@dataclass(frozen=True, slots=True)
class SheetSummary:
    """What was made of one sheet; ``why`` says so where nothing was."""

    name: str
    used: bool
    why: str = ""
    header_rows: tuple[int, int] | None = None
    columns: tuple[SheetColumn, ...] = ()
    unmapped: tuple[str, ...] = ()
    rows: int = 0
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A whole file: every data row is in ``rows`` or has a refusal, never both.

    ``returned`` says that the file is an exported ledger; ``gone`` are the marks of the rows
    that it had when it went out and has no more, as far as its hidden sheet is still there.
    """

    file_name: str
    sha256: str
    sheets: tuple[SheetSummary, ...]
    rows: tuple[LedgerRow, ...]
    refusals: tuple[Refusal, ...]
    warnings: tuple[str, ...]
    returned: bool = False
    gone: tuple[str, ...] = ()
