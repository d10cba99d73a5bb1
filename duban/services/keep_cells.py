"""Cells that an import replaces: kept as they were, and put back when it is undone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, update
from sqlmodel import Session, col

from config.language import _
from duban.ledger.template import column_label
from duban.services.add_findings import draft_of
from duban.services.count_findings import shift
from duban.services.refuse_rows import FROZEN
from models.cell_change import CellChange
from models.errors import RefusedByRule
from models.finding import Finding
from models.queries.ledger import AT_ONCE, locked_cells
from models.queries.ledger_out import cells_of_import
from models.transitions import State

MOVED = "organization_id"
_OF_LETTER = {*FROZEN, MOVED}
_UNSEEN = ("key", "fingerprint")


class Written(NamedTuple):
    """A finding with the columns that are to be written into it."""

    finding_id: int
    values: Mapping[str, Any]


def write_cells(session: Session, findings: Iterable[Written]) -> None:
    """Write columns into findings, some at a time; the version of each goes on by one."""
    alike: dict[tuple[str, ...], list[Written]] = defaultdict(list)
    for one in findings:
        alike[tuple(one.values)].append(one)
    for names, of_alike in alike.items():
        statement = (
            update(Finding)
            .where(col(Finding.id) == bindparam("its_id"))
            .values({name: bindparam(f"new_{name}") for name in names})
            .values(version=col(Finding.version) + 1)
        )
        for start in range(0, len(of_alike), AT_ONCE):
            rows = [
                {"its_id": one.finding_id, **{f"new_{k}": v for k, v in one.values.items()}}
                for one in of_alike[start : start + AT_ONCE]
            ]
            session.connection().execute(statement, rows)


def keep_cells(
    session: Session, batch_id: int, before: Mapping[int, Mapping[str, Any]],
    after: Sequence[Written],
) -> None:  # fmt: skip
    """Note what an import replaces: ``before`` by finding and column, and what it writes."""
    rows = [
        {"batch_id": batch_id, "finding_id": one.finding_id, "field": name,
         "before": _stored(before[one.finding_id][name]), "after": _stored(value)}
        for one in after
        for name, value in one.values.items()
    ]  # fmt: skip
    for start in range(0, len(rows), AT_ONCE):
        session.connection().execute(insert(CellChange), rows[start : start + AT_ONCE])


def put_back(session: Session, batch_id: int) -> int:
    """Put every cell back that an import replaced; in how many findings that was.

    Raises:
        RefusedByRule: a cell was changed since, or stands in a letter; nothing is put back.
    """
    cells: dict[int, dict[str, CellChange]] = defaultdict(dict)
    for cell in cells_of_import(session, batch_id):
        cells[cell.finding_id][cell.field] = cell
    names = sorted({name for of_one in cells.values() for name in of_one})
    ids, undone = list(cells), list[Written]()
    for start in range(0, len(ids), AT_ONCE):
        chunk = ids[start : start + AT_ONCE]
        now = locked_cells(session, chunk, ["state", *names])
        for finding_id in chunk:
            _check(batch_id, finding_id, cells[finding_id], now.get(finding_id))
            values = {k: _typed(k, cell.before) for k, cell in cells[finding_id].items()}
            undone.append(Written(finding_id, values))
            if MOVED in values:
                moved_from = int(cells[finding_id][MOVED].after or 0)
                shift(session, draft_of(moved_from), draft_of(values[MOVED]))
    session.flush()
    write_cells(session, undone)
    session.execute(delete(CellChange).where(col(CellChange.batch_id) == batch_id))
    return len(undone)


def _check(
    batch_id: int, finding_id: int, cells: Mapping[str, CellChange], now: Mapping[str, Any] | None
) -> None:
    if now is None:
        raise RefusedByRule(
            _("Import {id} changed finding #{finding}, which is no longer there.").format(
                id=batch_id, finding=finding_id
            )
        )
    # What a reader sees is named before what only says that it is the same row.
    for name, cell in sorted(cells.items(), key=lambda pair: pair[0] in _UNSEEN):
        if _stored(now[name]) != cell.after:
            raise RefusedByRule(
                _(
                    "“{column}” of finding #{finding} was changed after import {id}, so the import "
                    "can no longer be undone; nothing was changed."
                ).format(column=_label(name), finding=finding_id, id=batch_id)
            )
    if now["state"] is not State.DRAFT and (in_letter := _OF_LETTER & cells.keys()):
        raise RefusedByRule(
            _(
                "“{column}” of finding #{finding}, which import {id} changed, stands in an issued "
                "letter by now; withdraw the finding instead."
            ).format(column=_label(min(in_letter)), finding=finding_id, id=batch_id)
        )


def _label(name: str) -> str:
    known = {MOVED: "organization", "key": "code", "fingerprint": "code"}
    return column_label(known.get(name, name))


def _stored(value: object) -> str | None:
    return None if value is None else str(value)


def _typed(name: str, text: str | None) -> Any:
    if text is None:
        return None
    if name == "meeting_on":
        return date.fromisoformat(text)
    return int(text) if name == MOVED else text
