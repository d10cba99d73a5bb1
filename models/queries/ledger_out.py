"""Named reads for a ledger that goes out and comes back."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.cell_change import CellChange
from models.finding import Finding
from models.installation import ImportBatch
from models.ledger_place import Place
from models.organization import Organization
from models.queries.findings import Row
from models.queries.ledger import Known, Stored
from models.queries.pages import Filter, page

_LOOKED_AT = 50
_ROWS = 4_000
"""In some orders each piece sorts all that fits, so there are few of them."""


class Marked(NamedTuple):
    """A stored finding with what its mark in a ledger is made of."""

    stored: Stored
    created_at: datetime


class Called(NamedTuple):
    """A finding as people know it again, with what its mark is made of."""

    id: int
    created_at: datetime
    code: str | None
    text: str
    organization: str


def every_row(session: Session, wanted: Filter, now: datetime) -> Iterator[Row]:
    """All findings that fit, in the order that is wanted; only some at a time are in memory."""
    after: Place | None = None
    while True:
        found = page(session, wanted, now, limit=_ROWS, after=after)
        yield from found.rows
        session.expunge_all()
        if found.next is None:
            return
        after = found.next


def columns_of_last_import(session: Session) -> list[list[str]]:
    """Field and heading of the columns of the ledger that came in last; none where none did."""
    query = select(ImportBatch).order_by(col(ImportBatch.id).desc()).limit(_LOOKED_AT)
    return next((one.columns for one in session.exec(query) if one.columns), [])


def filled_fields(session: Session, names: Sequence[str], organization_id: int | None) -> list[str]:
    """Those of the columns ``names`` in which some finding, or one of an organization, has more
    than nothing."""
    query = select(*(func.count(getattr(Finding, name)) for name in names))
    if organization_id is not None:
        query = query.where(Finding.organization_id == organization_id)
    counted = session.execute(query).one()
    return [name for name, n in zip(names, counted, strict=True) if n]


def marked_findings(
    session: Session, ids: Sequence[int], columns: Sequence[str]
) -> dict[int, Marked]:
    """The stored findings with these ids, at most ``AT_ONCE``."""
    if not ids:
        return {}
    query: Any = select(
        Finding.id, Finding.version, Finding.state, Finding.organization_id, Finding.key,
        Finding.created_at, *(getattr(Finding, name) for name in columns),
    ).where(col(Finding.id).in_(ids))  # type: ignore[call-overload]  # it knows four columns at most  # fmt: skip
    return {
        row[0]: Marked(
            Stored(Known(row[0], row[1], row[2], row[3]), row[4], tuple(row[6:])), row[5]
        )
        for row in session.execute(query)
    }


def called_findings(session: Session, ids: Sequence[int]) -> list[Called]:
    """How these findings are called, at most ``AT_ONCE``, in the order in which they came in."""
    query = (
        select(Finding.id, Finding.created_at, Finding.code, Finding.text, Organization.name)  # type: ignore[call-overload]  # it knows four columns at most
        .join(Organization, col(Finding.organization_id) == col(Organization.id))
        .where(col(Finding.id).in_(ids))
        .order_by(col(Finding.id))
    )
    return [Called(*row) for row in session.execute(query)]


def cells_of_import(session: Session, batch_id: int) -> list[CellChange]:
    """What an import replaced in findings that were there, finding by finding."""
    query = select(CellChange).where(CellChange.batch_id == batch_id)
    return list(session.exec(query.order_by(col(CellChange.finding_id), col(CellChange.id))))


def import_on_top(session: Session, batch_id: int) -> int | None:
    """A later import that changed findings which this one added; none if there is none."""
    query = (
        select(func.max(CellChange.batch_id))
        .join(Finding, col(Finding.id) == col(CellChange.finding_id))
        .where(Finding.batch_id == batch_id, CellChange.batch_id != batch_id)
    )
    return session.exec(query).one()
