"""Storing findings as drafts, until a letter carries them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from duban.services.count_findings import Counted, counted, shift
from models.finding import Finding
from models.transitions import State

_AT_ONCE = 2_000


class NewFinding(NamedTuple):
    """A draft to be; ``values`` are the ledger's columns by their field names."""

    key: str
    fingerprint: str
    organization_id: int
    values: Mapping[str, Any]


def add_finding(
    session: Session,
    *,
    key: str,
    fingerprint: str,
    organization_id: int,
    values: Mapping[str, Any],
    now: datetime,
    batch_id: int | None = None,
) -> Finding:
    """A new draft; ``values`` are the ledger's columns by their field names."""
    finding = Finding(
        key=key,
        fingerprint=fingerprint,
        organization_id=organization_id,
        batch_id=batch_id,
        created_at=now,
        **values,
    )
    session.add(finding)
    shift(session, None, counted(finding))
    return finding


def add_findings(
    session: Session, new: Iterable[NewFinding], *, now: datetime, batch_id: int | None
) -> int:
    """Store all of these drafts in their order, some at a time; how many that was."""
    session.flush()
    blank = Finding(
        key="", fingerprint="", organization_id=0, text="", created_at=now, batch_id=batch_id
    )
    common = {name: value for name, value in blank.model_dump().items() if value is not None}
    added: Counter[int] = Counter()
    rest = iter(new)
    while chunk := list(islice(rest, _AT_ONCE)):
        rows = [
            {**common, **one.values, "key": one.key, "fingerprint": one.fingerprint,
             "organization_id": one.organization_id}
            for one in chunk
        ]  # fmt: skip
        session.connection().execute(insert(Finding), rows)
        added.update(one.organization_id for one in chunk)
    for organization_id, n in sorted(added.items()):
        shift(session, None, draft_of(organization_id), n)
    return added.total()


def draft_of(organization_id: int) -> Counted:
    """Where a draft of an organization is counted."""
    return Counted(organization_id, State.DRAFT, received=False, provisional=False, escalated=False)
