"""Refusals of rows that were read well and yet cannot be taken as things stand."""

from collections.abc import Iterator, Mapping, Sequence

from config.language import _
from duban.ledger.ledger import LedgerRow, Refusal, SheetColumn
from models.queries.ledger import Known
from models.transitions import State

FROZEN = ("text", "category", "meeting_on", "organization")
"""What stands in the letter and cannot change under an organization's hands."""

Places = Mapping[tuple[str, str], SheetColumn]
"""By sheet and field, the column that holds it."""


def frozen(
    row: LedgerRow,
    finding: Known | None,
    changes: Sequence[tuple[str, str, str]],
    place: Places,
) -> Iterator[Refusal]:
    """A refusal for each cell (name, before, after) that would change what was issued."""
    if finding is None or finding.state is State.DRAFT:
        return
    for name, before, after in changes:
        if name in FROZEN:
            yield _refusal(
                row,
                place,
                name,
                after,
                code="already-issued",
                reason=_("finding #{id} stands in an issued letter as “{before}”").format(
                    id=finding.id, before=before
                ),
                remedy=_("put the old text back, or withdraw the finding and issue it anew"),
            )


def unknown(row: LedgerRow, near: Sequence[str], place: Places) -> Refusal:
    """The refusal of a row whose organization there is not; ``near`` are names like it."""
    return _refusal(
        row,
        place,
        "organization",
        row.organization,
        code="organization-unknown",
        reason=_("there is no organization “{name}”").format(name=row.organization),
        remedy=_("write one of these: {names}; or use --create-organizations").format(
            names=", ".join(near)
        )
        if near
        else _("add it with “duban org add”, or use --create-organizations"),
    )


def is_here(row: LedgerRow, holder: Known, place: Places) -> Refusal:
    """The refusal of a row that would become the same finding as ``holder``."""
    return _refusal(
        row,
        place,
        "text",
        row.text,
        code="already-here",
        reason=_("finding #{id} is the same already").format(id=holder.id),
        remedy=_("change the one that is there, or delete the row"),
    )


def _refusal(
    row: LedgerRow, place: Places, field: str, value: str, *, code: str, reason: str, remedy: str
) -> Refusal:
    """A refusal of what the check found out, at the cell that it concerns."""
    column = place.get((row.sheet, field))
    return Refusal(
        sheet=row.sheet,
        row=row.row,
        column=column.column if column else None,
        heading=column.heading if column else field,
        value=value,
        code=code,
        reason=reason,
        remedy=remedy,
    )
