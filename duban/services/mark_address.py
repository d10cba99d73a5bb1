"""Marking an address at which mail does not arrive, and letting mail go there again."""

from datetime import datetime

from sqlmodel import Session

from duban.services.account_log import log_event
from models.organization import Contact
from models.queries.passing_on import who_share_address

TRIED_AGAIN = "contact.tried-again"
LONGEST_WHY = 500


def mark_address(session: Session, contact: Contact, why: str, since: datetime) -> None:
    """Send no more mail to the present address of ``contact``; ``why`` is what a server said.

    Whoever of the organization shares the address is marked too. The first reason stays.
    """
    for one in who_share_address(session, contact):
        if one.undeliverable_at is None:
            one.undeliverable_at, one.undeliverable_why = since, why[:LONGEST_WHY]
            session.add(one)
    session.flush()


def clear_mark(session: Session, contact: Contact) -> bool:
    """Let mail go to the present address of ``contact`` again; whether it was marked."""
    marked = contact.undeliverable_at is not None
    for one in [contact, *who_share_address(session, contact)] if marked else ():
        one.undeliverable_at = one.undeliverable_why = None
        session.add(one)
    session.flush()
    return marked


def try_again(
    session: Session,
    contact: Contact,
    *,
    by: str,
    now: datetime,
    account_id: int | None = None,
    address: str = "",
) -> bool:
    """Somebody says that mail arrives at this address again; whether it was marked.

    Who said so stands in the log of the doors, and the next mail goes there.
    """
    if not clear_mark(session, contact):
        return False
    log_event(
        session, TRIED_AGAIN, now=now, account_id=account_id, by=by, address=address,
        organization=contact.organization_id, contact=contact.id,
    )  # fmt: skip
    return True
