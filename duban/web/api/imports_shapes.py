"""What is said of a ledger that is brought in, and how it may be read."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from duban.ledger.mapping import ColumnMapping
from duban.services.comparison import Comparison, Verdict
from duban.shapes import columns
from duban.web.api.shape import Body, Day, Shape
from duban.web.option_words import for_program
from models.queries.uploads import Uploaded

Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Pair = Annotated[
    str, Field(max_length=200, pattern=r"^[a-z_]{1,20}=[^\x00-\x1f\x7f]+$", examples=["text=D"])
]
Status = Literal["new", "changed", "same", "refused"]


class Reading(BaseModel):
    """How to read the file: the options of ``duban import ledger``, in every question about it."""

    sheet: Words | None = Field(None, description="Read only this sheet.", examples=[None])
    header_row: int | None = Field(
        None, ge=1, le=100_000, description="The row of the headings.", examples=[None]
    )
    map_: list[Pair] = Field(
        [], alias="map", max_length=20, examples=[[]],
        description="FIELD=HEADING or FIELD=LETTER, such as “text=D”; may be repeated.",
    )  # fmt: skip
    organization: Words | None = Field(
        None, description="One organization for every row.", examples=[None]
    )
    meeting: Day | None = Field(
        None, description="The day of the meeting, where no column holds it."
    )
    year: int | None = Field(None, ge=1990, le=2100, description="The year of dates without one.")
    date_order: Literal["dmy", "mdy"] | None = Field(None, description="What 03/04/2024 means.")
    fill_down: bool = Field(
        False, description="An empty organization is that of the row above.", examples=[False]
    )
    create_organizations: bool = Field(
        False, description="Add organizations that are unknown.", examples=[False]
    )

    @property
    def mapping(self) -> ColumnMapping:
        """The same for the reader of ledgers.

        Raises:
            BadInput: ``map`` names no field.
        """
        plain = ColumnMapping(
            organization_name=self.organization,
            sheet=self.sheet,
            header_row=self.header_row,
            date_order=self.date_order,
            year=self.year,
            meeting_on=self.meeting,
            fill_down=self.fill_down,
        )
        return plain.with_pairs(self.map_)


class RowsAsked(Reading):
    """The same, and which of its rows are asked for."""

    status: Status | None = Field(None, description="Only rows of which this becomes.")
    limit: int = Field(50, ge=1, le=200, description="How many at most.")
    cursor: str | None = Field(
        None, max_length=500, description="“next” of the page before.", examples=[None]
    )


class ApplyBody(Body):
    """What was looked at, whether its refused rows are left out, and whose text stays.

    ``conflicts`` decides about cells of an exported ledger that were changed in the file and here:
    ``ours`` keeps what is here, ``theirs`` takes the file's.
    """

    checked: str = Field(pattern=r"^[0-9a-f]{12}$", examples=["0f3a9c1b2d4e"])
    skip_refused: bool = Field(default=False, strict=True)
    conflicts: Literal["ours", "theirs"] | None = Field(default=None, examples=[None])


class Counts(Shape):
    """Rows by what becomes of them; every row of the file is in one of them."""

    new: int
    changed: int
    same: int
    refused: int


class ImportLine(Shape):
    """A ledger that was uploaded; ``counts`` are known here once it is brought in."""

    id: str
    name: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    applied_at: datetime | None
    counts: Counts | None


class ImportShape(ImportLine):
    """What bringing it in would do, or has done.

    ``checked`` is what ``apply`` takes; it is another one as soon as the file would do something
    else, and null once it is brought in. ``conflicts`` cells of an exported ledger were changed in
    the file and here and wait for a decision; ``missing`` of its rows are no longer in the file,
    and nothing becomes of their findings.
    """

    checked: str | None
    conflicts: int
    missing: int
    new_organizations: list[str]
    closed_again: int
    warnings: list[str]


class Change(Shape):
    """A column of a finding that is stored already, before and after."""

    column: str
    before: str
    after: str


class BothSides(Shape):
    """A cell that was changed in the file and here; ``base`` stood there when it was exported."""

    column: str
    base: str | None
    here: str
    in_file: str


class ImportRow(Shape):
    """A row that is taken, or a cell for which one is refused."""

    status: Status
    sheet: str
    row: int
    organization: str | None = None
    text: str | None = None
    finding_id: int | None = None
    changes: list[Change] = Field(default_factory=list)
    conflicts: list[BothSides] = Field(default_factory=list)
    column: str | None = None
    heading: str | None = None
    value: str | None = None
    code: str | None = None
    reason: str | None = None
    remedy: str | None = None


def line_of(one: Uploaded) -> dict[str, Any]:
    """An upload as a list shows it."""
    batch = one.batch
    return {
        **columns(one.upload, {"account_id", "batch_id"}),
        "applied_at": batch.applied_at if batch else None,
        "counts": batch.tally if batch else None,
    }


def applied_shape(one: Uploaded) -> ImportShape:
    """An upload that was brought in."""
    return ImportShape(
        **line_of(one), checked=None, conflicts=0, missing=0, new_organizations=[],
        closed_again=0, warnings=[],
    )  # fmt: skip


def checked_shape(one: Uploaded, comparison: Comparison) -> ImportShape:
    """An upload that waits, with what it would do."""
    return ImportShape(
        **line_of(one) | {"counts": comparison.counts},
        checked=comparison.digest,
        conflicts=comparison.conflicts,
        missing=len(comparison.missing),
        new_organizations=list(comparison.new_organizations),
        closed_again=comparison.closed_again,
        warnings=[for_program(warning) for warning in comparison.ledger.warnings],
    )


def rows_of(comparison: Comparison, status: Status | None) -> list[ImportRow]:
    """What becomes of every row, the refused ones first."""
    found = []
    if status in (None, "refused"):
        found += [
            ImportRow(
                status="refused", sheet=one.sheet, row=one.row, column=one.column,
                heading=one.heading, value=one.value, code=one.code, reason=one.reason,
                remedy=for_program(one.remedy),
            )
            for one in comparison.refusals
        ]  # fmt: skip
    wanted = set(Verdict) if status is None else {status}
    found += [
        ImportRow(
            status=item.verdict.value, sheet=item.row.sheet, row=item.row.row,
            organization=item.row.organization, text=item.row.text,
            finding_id=item.finding.id if item.finding else None,
            changes=[Change(column=c, before=b, after=a) for c, b, a in item.changes],
            conflicts=[BothSides(**one._asdict()) for one in item.conflicts],
        )
        for item in comparison.rows
        if item.verdict in wanted
    ]  # fmt: skip
    return found
