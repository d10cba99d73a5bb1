"""Importing a ledger (台账导入): all or nothing, and never twice."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col

from config.language import _
from duban.ledger.ledger import Ledger
from duban.services.add_findings import add_finding
from duban.services.compare_ledger import COLUMNS, Compared, Comparison, Verdict, compare
from duban.services.organizations import add_organization
from models.errors import NotFound, RefusedByRule, StaleVersion
from models.finding import Finding
from models.installation import ImportBatch
from models.organization import Organization
from models.queries.ledger import findings_of_batch
from models.queries.organizations import commission
from models.transitions import State


def import_ledger(
    session: Session,
    ledger: Ledger,
    *,
    now: datetime,
    by: str,
    checked: str,
    create_organizations: bool = False,
    skip_refused: bool = False,
) -> tuple[Comparison, ImportBatch | None]:
    """Store what ``ledger`` brings; no batch where it brings nothing.

    ``checked`` is the digest of the check that the clerk saw.

    Raises:
        StaleVersion: the check now says something else than the clerk saw.
        RefusedByRule: rows are refused and ``skip_refused`` was not said.
    """
    comparison = compare(session, ledger, create_organizations=create_organizations)
    if comparison.digest != checked:
        raise StaleVersion(
            _(
                "The check of {name} now gives another result ({now} instead of {then}); "
                "nothing was written. Look at it again with “duban import ledger check”."
            ).format(name=ledger.file_name, now=comparison.digest, then=checked)
        )
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
        counts=counts,
    )
    session.add(batch)
    session.flush()
    created = {
        name: add_organization(session, name=name, parent=commission(session), now=now)
        for name in comparison.new_organizations
    }
    for item in comparison.rows:
        organization = item.organization or created[item.row.organization]
        if item.verdict is Verdict.NEW:
            add_finding(
                session, key=item.row.key, fingerprint=item.row.fingerprint, now=now,
                organization_id=organization.id or 0, batch_id=batch.id, values=_values(item),
            )  # fmt: skip
        elif item.verdict is Verdict.CHANGED:
            _change(session, item, organization)
    session.flush()
    return comparison, batch


def undo_import(session: Session, batch_id: int) -> int:
    """Remove what an import added, as long as none of it was issued; how many that was.

    Raises:
        NotFound: there is no such import.
        RefusedByRule: a finding of it stands in a letter, or the import changed others.
    """
    batch = session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotFound(
            _("There is no import {id}; see “duban import ledger list”.").format(id=batch_id)
        )
    findings = findings_of_batch(session, batch_id)
    if any(finding.state is not State.DRAFT for finding in findings):
        raise RefusedByRule(
            _("Findings of import {id} stand in issued letters; withdraw them instead.").format(
                id=batch_id
            )
        )
    if batch.counts.get(Verdict.CHANGED):
        raise RefusedByRule(
            _(
                "Import {id} also changed findings that were there before; import the older "
                "ledger again instead."
            ).format(id=batch_id)
        )
    session.exec(delete(Finding).where(col(Finding.batch_id) == batch_id))
    session.delete(batch)
    return len(findings)


def _values(item: Compared) -> dict[str, object]:
    return {name: getattr(item.row, name) for name in COLUMNS}


def _change(session: Session, item: Compared, organization: Organization) -> None:
    if item.finding is None:
        raise ValueError("a changed row is the row of a finding")
    changed: dict[str, object] = {"key": item.row.key, "fingerprint": item.row.fingerprint}
    changed |= {name: getattr(item.row, name) for name, _before, _after in item.changes}
    if item.finding.state is State.DRAFT:
        changed["organization_id"] = organization.id
    version = item.finding.version
    result = session.exec(
        update(Finding)
        .where(col(Finding.id) == item.finding.id, col(Finding.version) == version)
        .values(**changed, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if result.rowcount != 1:
        raise StaleVersion(
            _(
                "Finding #{id} was changed by somebody else meanwhile; look again and repeat."
            ).format(id=item.finding.id)
        )
