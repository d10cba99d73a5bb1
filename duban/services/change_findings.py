"""Writing into findings what a later edition of their ledger says of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, update
from sqlmodel import Session, col

from config.language import _
from duban.services.add_findings import draft_of
from duban.services.compare_ledger import Compared, Verdict
from duban.services.count_findings import shift
from models.errors import StaleVersion
from models.finding import Finding
from models.queries.ledger import Known, locked_versions
from models.transitions import State

Change = tuple[Known, dict[str, Any]]
"""A finding as it was compared, and the columns to be written."""

_AT_ONCE = 1_000


def change_findings(session: Session, rows: Sequence[Compared], created: Mapping[str, int]) -> None:
    """Write the rows that are changed; a draft also moves to the organization of its row.

    ``created`` are the organizations that were added for this import, by name.

    Raises:
        StaleVersion: a finding is not as it was compared; it is named.
    """
    alike: dict[tuple[str, ...], list[Change]] = defaultdict(list)
    for item in rows:
        finding = item.finding
        if item.verdict is not Verdict.CHANGED or finding is None:
            continue
        changed: dict[str, Any] = {"key": item.row.key, "fingerprint": item.row.fingerprint}
        changed |= {name: getattr(item.row, name) for name, _before, _after in item.changes}
        moved_to = item.organization_id or created[item.row.organization]
        if finding.state is State.DRAFT and moved_to != finding.organization_id:
            changed["organization_id"] = moved_to
            shift(session, draft_of(finding.organization_id), draft_of(moved_to))
        alike[tuple(changed)].append((finding, changed))
    session.flush()
    for names, changes in alike.items():
        for start in range(0, len(changes), _AT_ONCE):
            _write(session, names, changes[start : start + _AT_ONCE])


def _write(session: Session, names: Sequence[str], changes: Sequence[Change]) -> None:
    """Changes of the same columns, of findings that nobody else can change until the end."""
    versions = locked_versions(session, [finding.id for finding, _changed in changes])
    for finding, _changed in changes:
        if versions.get(finding.id) != finding.version:
            raise StaleVersion(
                _(
                    "Finding #{id} was changed by somebody else meanwhile; look again and repeat."
                ).format(id=finding.id)
            )
    statement = (
        update(Finding)
        .where(col(Finding.id) == bindparam("its_id"))
        .values({name: bindparam(f"new_{name}") for name in names})
        .values(version=col(Finding.version) + 1)
    )
    rows = [
        {"its_id": finding.id, **{f"new_{name}": value for name, value in changed.items()}}
        for finding, changed in changes
    ]
    session.connection().execute(statement, rows)
