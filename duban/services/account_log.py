"""The one writer of the log of the doors."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.account_event import AccountEvent


def log_event(
    session: Session,
    what: str,
    *,
    now: datetime,
    account_id: int | None = None,
    by: str = "",
    address: str = "",
    **details: Any,
) -> AccountEvent:
    """Write down that ``what`` happened to an account; no content of findings, no secret."""
    event = AccountEvent(
        at=now, what=what, account_id=account_id, by=by, address=address, details=details
    )
    session.add(event)
    session.flush()
    return event
