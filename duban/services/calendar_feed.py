"""Calendar subscriptions: a secret address for each organization, given out once."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from duban.services.account_log import log_event
from duban.services.secret_words import digest, new_secret
from models.calendar_feed import CalendarFeed


def new_feed(session: Session, organization_id: int, *, by: str, now: datetime) -> str:
    """The secret of a new subscription; an older one of this organization works no more."""
    _revoke(session, organization_id, now)
    secret = new_secret()
    session.add(
        CalendarFeed(
            secret_hash=digest(secret), organization_id=organization_id, created_at=now,
            created_by=by,
        )
    )  # fmt: skip
    log_event(session, "feed.made", now=now, by=by, organization=organization_id)
    return secret


def revoke_feed(session: Session, organization_id: int, *, by: str, now: datetime) -> bool:
    """Let the subscription of this organization work no more; false where it had none."""
    had = _revoke(session, organization_id, now)
    if had:
        log_event(session, "feed.revoked", now=now, by=by, organization=organization_id)
    return had


def _revoke(session: Session, organization_id: int, now: datetime) -> bool:
    in_use = update(CalendarFeed).where(
        col(CalendarFeed.organization_id) == organization_id,
        col(CalendarFeed.revoked_at).is_(None),
    )
    return session.connection().execute(in_use.values(revoked_at=now)).rowcount > 0
