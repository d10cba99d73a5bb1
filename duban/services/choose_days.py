"""Choosing the days of the week on which a saved view comes by mail."""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from config.language import _
from models.account import Account
from models.errors import BadInput, RefusedByRule
from models.saved_view import SavedView
from models.view_mail import ViewMail

WEEK = range(1, 8)
"""The ISO numbers of the days of a week."""


def choose_days(
    session: Session, account: Account, view: SavedView, days: Collection[str], *, now: datetime
) -> list[int]:
    """Mail the numbers of ``view`` to ``account`` on these days; no day ends the mails.

    Raises:
        BadInput: one of ``days`` is not the ISO number of a day of the week.
        RefusedByRule: the account has no mail address.
    """
    known = {str(number): number for number in WEEK}
    if not known.keys() >= set(days):
        raise BadInput(_("Choose days of the week, from 1 for Monday to 7 for Sunday."))
    chosen = sorted({known[day] for day in days})
    kept = session.get(ViewMail, (account.id, view.id))
    if not chosen:
        if kept is not None:
            session.delete(kept)
            session.flush()
        return chosen
    if account.email is None:
        raise RefusedByRule(
            _("Mail needs an address on your account; the administrator enters it.")
        )
    session.merge(
        ViewMail(
            account_id=account.id or 0,
            view_id=view.id or 0,
            weekdays="".join(map(str, chosen)),
            since=now,
            last_day=kept.last_day if kept else None,
        )
    )
    session.flush()
    return chosen
