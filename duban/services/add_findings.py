"""Storing findings as drafts, until a letter carries them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.finding import Finding


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
    return finding
