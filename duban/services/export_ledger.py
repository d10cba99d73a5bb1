"""Handing a ledger out (导出台账): the clerk's own columns, and how each finding stands."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from config.language import _
from duban.ledger.cell_marks import row_mark
from duban.ledger.ledger_columns import columns_out
from duban.ledger.progress import EVERY, Told, nobody
from duban.ledger.template import REQUIRED
from duban.ledger.vocabulary import Field
from duban.ledger.write_ledger import LedgerOut
from duban.services.comparison import COLUMNS
from models.calendar import civil_date
from models.day_words import local_minute
from models.finding import Finding
from models.queries.findings import Row
from models.queries.ledger_out import columns_of_last_import, every_row, filled_fields
from models.queries.pages import Filter
from models.transitions import RUNNING_STATES, State
from models.words import state_label

OF_OFFICE = (Field.REMARK.value,)
"""What an organization does not see of its own findings."""


def export_ledger(
    session: Session,
    path: Path,
    wanted: Filter,
    *,
    now: datetime,
    of_office: bool,
    told: Told = nobody,
) -> int:
    """Write the findings that fit into an .xlsx file, in the current language; how many.

    The columns are those of the ledger that came in last, in its order, then what else is
    filled, then how a finding stands. ``of_office`` says that the commission asks.
    """
    names = [name for name in COLUMNS if of_office or name not in OF_OFFICE]
    own = [one for one in columns_of_last_import(session) if one[0] not in OF_OFFICE or of_office]
    filled = filled_fields(session, names, wanted.organization)
    further = further_headings()
    columns = columns_out(own, filled, [heading for heading, _width in further])
    if not of_office:
        columns.pop(Field.REMARK, None)
    title = _("Ledger, as of {now}").format(now=local_minute(now))
    with LedgerOut(path, columns, {*REQUIRED, *filled}, further, title) as out:
        for row in every_row(session, wanted, now):
            finding = row.finding
            values = {name: getattr(finding, name) for name in names}
            values[Field.ORGANIZATION.value] = row.organization.name
            mark = row_mark(finding.id or 0, finding.created_at)
            out.add(mark, finding.version, values, _further(row, now))
            if out.count % EVERY == 0:
                told(out.count, out.count)
        told(out.count, out.count)
        return out.count


def further_headings() -> list[tuple[str, int]]:
    """What the columns at the right are called, and how wide they are."""
    return [
        (_("Letter reference"), 21), (_("Item of the letter"), 8), (_("Current state"), 10),
        (_("Final day"), 11), (_("Overdue days"), 9), (_("Struck off on"), 11),
    ]  # fmt: skip


def _further(row: Row, now: datetime) -> Sequence[str | int | None]:
    finding, letter = row.finding, row.letter
    return (
        letter.number if letter else None,
        finding.item,
        state_label(row.state),
        finding.last_day.isoformat() if finding.last_day else None,
        days_late(finding, row.state, civil_date(now)) or None,
        civil_date(finding.rectified_at).isoformat() if finding.rectified_at else None,
    )


def days_late(finding: Finding, state: State, today: date) -> int:
    """By how many days the report came after the last day, or the last day has passed."""
    if finding.last_day is None or state is State.WITHDRAWN:
        return 0
    until = today
    if state in (State.SUBMITTED, State.RECTIFIED) and finding.submitted_at is not None:
        until = civil_date(finding.submitted_at)
    elif state not in (*RUNNING_STATES, State.OVERDUE):
        return 0
    return max(0, (until - finding.last_day).days)
