"""Named reads for comparing a ledger with what is stored."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from models.finding import Finding
from models.installation import ImportBatch
from models.organization import Organization, OrganizationKind
from models.transitions import State

AT_ONCE = 1_000
"""So many keys or ids are asked for in one question."""


class NamedOrganization(NamedTuple):
    """An organization as far as a ledger can name it."""

    id: int
    code: str
    name: str
    name_en: str | None
    kind: OrganizationKind


class Known(NamedTuple):
    """Which finding it is and how it stands; what is kept of it for as long as a check lasts."""

    id: int
    version: int
    state: State
    organization_id: int


class Stored(NamedTuple):
    """A finding with the columns that were asked for, in their order."""

    known: Known
    key: str
    values: tuple[Any, ...]


def named_organizations(session: Session) -> Sequence[NamedOrganization]:
    """Every organization, by path."""
    query = select(
        Organization.id,
        Organization.code,
        Organization.name,
        Organization.name_en,
        Organization.kind,
    ).order_by(col(Organization.path))  # type: ignore[call-overload]  # it knows four columns at most
    return [NamedOrganization(*row) for row in session.execute(query)]


def findings_by_key(
    session: Session, keys: Sequence[str], columns: Sequence[str]
) -> dict[str, Stored]:
    """The stored findings that have one of these keys, at most ``AT_ONCE``."""
    if not keys:
        return {}
    query = _stored(columns).where(col(Finding.key).in_(keys))
    return {finding.key: finding for finding in map(_as_stored, session.execute(query))}


def findings_of_organizations(
    session: Session, organization_ids: Sequence[int], columns: Sequence[str]
) -> Iterator[Stored]:
    """The findings of these organizations, in the order in which they came in."""
    query = _stored(columns).where(col(Finding.organization_id).in_(organization_ids))
    ordered = query.order_by(col(Finding.id)).execution_options(yield_per=AT_ONCE)
    return map(_as_stored, session.execute(ordered))


def locked_cells(
    session: Session, ids: Sequence[int], columns: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """These columns of findings by id, which stay so until the transaction ends."""
    query: Any = select(Finding.id, *(getattr(Finding, name) for name in columns))
    query = query.where(col(Finding.id).in_(ids)).order_by(col(Finding.id)).with_for_update()
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in session.execute(query)}


def import_batches(session: Session, limit: int | None = None) -> Sequence[ImportBatch]:
    """Ledgers that were applied, the newest first; all of them without a ``limit``."""
    query = select(ImportBatch).order_by(col(ImportBatch.id).desc())
    return session.exec(query.limit(limit)).all()


def drafts_of(session: Session, batch_id: int) -> int:
    """How many findings of those that a ledger brought in no letter has carried yet."""
    query = select(func.count()).where(
        Finding.batch_id == batch_id, col(Finding.issued_at).is_(None)
    )
    return session.exec(query).one()


def _stored(columns: Sequence[str]) -> Any:
    return select(
        Finding.id, Finding.version, Finding.state, Finding.organization_id, Finding.key,
        *(getattr(Finding, name) for name in columns),
    )  # type: ignore[call-overload]  # it knows four columns at most  # fmt: skip


def _as_stored(row: Row[Any]) -> Stored:
    return Stored(Known(row[0], row[1], row[2], row[3]), row[4], tuple(row[5:]))
