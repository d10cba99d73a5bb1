"""Importing a ledger (台账导入): all or nothing, and never twice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete
from sqlmodel import Session, col

from config.language import _, ngettext
from duban.ledger.ledger import Ledger
from duban.ledger.ledger_columns import own_columns
from duban.ledger.progress import EVERY, Told, nobody
from duban.services.add_findings import NewFinding, add_findings, draft_of
from duban.services.change_findings import change_findings
from duban.services.compare_ledger import compare
from duban.services.comparison import COLUMNS, Comparison, Verdict
from duban.services.count_findings import shift
from duban.services.decide_conflicts import Conflicts, decided
from duban.services.keep_cells import put_back
from duban.services.organizations import add_organizations
from models.errors import NotFound, RefusedByRule, StaleVersion
from models.finding import Finding
from models.installation import COLUMNS as COLUMNS_KEPT
from models.installation import ImportBatch
from models.queries.ledger import drafts_of
from models.queries.ledger_out import import_on_top
from models.queries.organizations import commission
from models.uploaded_ledger import UploadedLedger


class Undone(NamedTuple):
    """How many findings were removed, and in how many cells were put back."""

    removed: int
    restored: int


def import_ledger(
    session: Session,
    ledger: Ledger,
    *,
    now: datetime,
    by: str,
    checked: str | None,
    create_organizations: bool = False,
    skip_refused: bool = False,
    conflicts: Conflicts | None = None,
    compared: Told = nobody,
    written: Told = nobody,
) -> tuple[Comparison, ImportBatch | None]:
    """Store what ``ledger`` brings; no batch where it brings nothing.

    ``checked`` is the digest of the check that the clerk saw, if one did; ``conflicts`` is the
    clerk's decision about cells that were changed in the file and here. ``compared`` and
    ``written`` are told how far the two halves of the work are.

    Raises:
        StaleVersion: the check now says something else than the clerk saw.
        RefusedByRule: rows are refused and ``skip_refused`` was not said, or cells were
            changed on both sides and nobody decided.
    """
    comparison = compare(session, ledger, create_organizations=create_organizations, told=compared)
    if checked is not None and comparison.digest != checked:
        raise StaleVersion(
            _(
                "The check of {name} now gives another result ({now} instead of {then}); "
                "nothing was written. Look at it again with “duban import ledger check”."
            ).format(name=ledger.file_name, now=comparison.digest, then=checked)
        )
    if conflicts is None and comparison.conflicts:
        raise RefusedByRule(
            ngettext(
                "{n} cell was changed in the file and here since the ledger was exported, so "
                "nothing was written; decide with --conflicts.",
                "{n} cells were changed in the file and here since the ledger was exported, so "
                "nothing was written; decide with --conflicts.",
                comparison.conflicts,
            ).format(n=comparison.conflicts),
            conflicts=comparison.conflicts,
        )
    comparison = decided(comparison, conflicts)
    counts = comparison.counts
    if counts["refused"] and not skip_refused:
        raise RefusedByRule(
            _(
                "{count} rows are refused, so nothing was written; correct them, or leave them "
                "out with --skip-refused."
            ).format(count=counts["refused"]),
            refused=counts["refused"],
        )
    if not counts[Verdict.NEW] and not counts[Verdict.CHANGED]:
        return comparison, None
    batch = ImportBatch(
        file_name=ledger.file_name,
        sha256=ledger.sha256,
        applied_at=now,
        applied_by=by,
        counts={**counts, COLUMNS_KEPT: _columns(ledger)},
    )
    session.add(batch)
    session.flush()
    created = add_organizations(
        session, list(comparison.new_organizations), parent=commission(session), now=now
    )
    add_findings(session, _new(comparison, created, written), now=now, batch_id=batch.id)
    change_findings(session, comparison.rows, created, batch_id=batch.id or 0)
    return comparison, batch


def undo_import(session: Session, batch_id: int) -> Undone:
    """Remove what an import added, as long as none of it was issued, and put changed cells back.

    Raises:
        NotFound: there is no such import.
        RefusedByRule: a finding of it stands in a letter, a cell was changed since, or a later
            import builds on this one.
    """
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound(
            _("There is no import {id}; see “duban import ledger list”.").format(id=batch_id)
        )
    if drafts_of(session, batch_id) < batch.counts.get(Verdict.NEW, 0):
        raise RefusedByRule(
            _("Findings of import {id} stand in issued letters; withdraw them instead.").format(
                id=batch_id
            )
        )
    if (later := import_on_top(session, batch_id)) is not None:
        raise RefusedByRule(
            _("Import {later} changed findings of import {id}; undo import {later} first.").format(
                later=later, id=batch_id
            )
        )
    restored = put_back(session, batch_id)
    if restored < batch.counts.get(Verdict.CHANGED, 0):
        raise RefusedByRule(
            _(
                "Import {id} changed findings before replaced cells were kept, so it cannot be "
                "undone."
            ).format(id=batch_id)
        )
    removed = Counter(
        session.exec(
            delete(Finding)
            .where(col(Finding.batch_id) == batch_id, col(Finding.issued_at).is_(None))
            .returning(col(Finding.organization_id))
            .execution_options(synchronize_session=False)
        ).scalars()
    )
    for organization_id, n in sorted(removed.items()):
        shift(session, draft_of(organization_id), None, n)
    session.execute(delete(UploadedLedger).where(col(UploadedLedger.batch_id) == batch_id))
    session.delete(batch)
    return Undone(removed.total(), restored)


def _columns(ledger: Ledger) -> list[list[str]]:
    """The columns in which the next ledger goes out; one that went out itself adds none."""
    return [] if ledger.returned else own_columns(ledger.sheets)


def _new(comparison: Comparison, created: Mapping[str, int], written: Told) -> Iterator[NewFinding]:
    rows = comparison.rows
    for n, item in enumerate(rows, start=1):
        if n % EVERY == 0 or n == len(rows):
            written(n, len(rows))
        if item.verdict is Verdict.NEW:
            row, organization_id = item.row, item.organization_id
            yield NewFinding(
                row.key, row.fingerprint,
                created[row.organization] if organization_id is None else organization_id,
                {name: getattr(row, name) for name in COLUMNS},
            )  # fmt: skip
