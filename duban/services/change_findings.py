"""Writing into findings what a later edition of their ledger says of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from config.language import _
from duban.services.add_findings import draft_of
from duban.services.compare_returned import ORGANIZATION
from duban.services.comparison import Compared, Verdict
from duban.services.count_findings import shift
from duban.services.keep_cells import MOVED, Written, keep_cells, write_cells
from models.errors import StaleVersion
from models.queries.ledger import AT_ONCE, Known, locked_cells
from models.transitions import State

OF_ROW = ("key", "fingerprint")
"""By what a ledger's row is known again; written with every change."""


def change_findings(
    session: Session, rows: Sequence[Compared], created: Mapping[str, int], *, batch_id: int
) -> None:
    """Write the rows that are changed; a draft also moves to the organization of its row.

    ``created`` are the organizations that were added for this import, by name. What is replaced
    is kept under ``batch_id``.

    Raises:
        StaleVersion: a finding is not as it was compared; it is named.
    """
    wanted: list[tuple[Known, Written]] = []
    for item in rows:
        finding = item.finding
        if item.verdict is not Verdict.CHANGED or finding is None:
            continue
        changed: dict[str, Any] = {name: getattr(item.row, name) for name in OF_ROW}
        columns = (name for name, _before, _after in item.changes if name != ORGANIZATION)
        changed |= {name: getattr(item.row, name) for name in columns}
        moved_to = item.organization_id or created[item.row.organization]
        if finding.state is State.DRAFT and moved_to != finding.organization_id:
            changed[MOVED] = moved_to
            shift(session, draft_of(finding.organization_id), draft_of(moved_to))
        wanted.append((finding, Written(finding.id, changed)))
    session.flush()
    for start in range(0, len(wanted), AT_ONCE):
        _write(session, wanted[start : start + AT_ONCE], batch_id)


def _write(session: Session, changes: Sequence[tuple[Known, Written]], batch_id: int) -> None:
    """Changes of findings that nobody else can change until the end."""
    names = sorted({"version", *(name for _known, one in changes for name in one.values)})
    before = locked_cells(session, [finding.id for finding, _written in changes], names)
    for finding, _written in changes:
        if before.get(finding.id, {}).get("version") != finding.version:
            raise StaleVersion(
                _(
                    "Finding #{id} was changed by somebody else meanwhile; look again and repeat."
                ).format(id=finding.id)
            )
    written = [one for _known, one in changes]
    keep_cells(session, batch_id, before, written)
    write_cells(session, written)
