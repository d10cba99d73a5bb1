"""Correcting a draft (更正): what no letter has carried yet may be put right by hand."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from config.language import _
from duban.services.account_log import log_event
from models.errors import BadInput, RefusedByRule, StaleVersion
from models.finding import Finding
from models.transitions import State

CORRECTABLE = ("text", "requirement", "category", "measures", "owner", "remark")
"""The columns that people may put right; organization and key come from the ledger."""


def correct(
    session: Session, finding: Finding, values: Mapping[str, str], *, by: str, now: datetime
) -> list[str]:
    """Write ``values`` into a draft, by column; the names of those that changed.

    The same ledger, imported again, leaves a correction as it is.

    Raises:
        BadInput: the text would be empty.
        RefusedByRule: a letter carries the finding.
        StaleVersion: somebody changed it since it was read.
    """
    if finding.state is not State.DRAFT:
        raise RefusedByRule(
            _(
                "A letter carries this finding, so its text stays as it was sent; "
                "withdraw it and issue a new one."
            )
        )
    if not values.get("text", finding.text).strip():
        raise BadInput(_("The text is empty; say what was found."), field="text")
    written = {name: values[name].strip() or None for name in CORRECTABLE if name in values}
    changed = {name: new for name, new in written.items() if new != getattr(finding, name)}
    if not changed:
        return []
    done = session.exec(
        update(Finding)
        .where(col(Finding.id) == finding.id, col(Finding.version) == finding.version)
        .values(**changed, version=finding.version + 1)
    )
    if done.rowcount != 1:
        raise StaleVersion(
            _(
                "Finding #{id} was changed by somebody else meanwhile; look again and repeat."
            ).format(id=finding.id)
        )
    log_event(session, "draft.corrected", now=now, by=by, finding=finding.id, columns=[*changed])
    return [*changed]
