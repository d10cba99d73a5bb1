"""Named reads of the saved views that people want by mail."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.account import Account
from models.organization import Organization
from models.rights import RIGHTS, AccountRole, Right
from models.saved_view import SavedView
from models.view_mail import ViewMail

_READERS = [role for role in AccountRole if Right.READ_OFFICE in RIGHTS[role]]


class Chosen(NamedTuple):
    """A view that somebody wants by mail; ``organization`` is the account's."""

    account: Account
    organization: Organization
    view: SavedView
    mail: ViewMail


def chosen_for(session: Session, day: date, by: datetime) -> Sequence[Chosen]:
    """What is to be mailed on ``day`` and is not written yet, by account and name of the view.

    Only what was chosen ``by`` that instant, and only to accounts that have an address, are
    switched on and may open the view.
    """
    query = (
        select(Account, Organization, SavedView, ViewMail)
        .join(ViewMail, col(ViewMail.account_id) == col(Account.id))
        .join(Organization, col(Account.organization_id) == col(Organization.id))
        .join(SavedView, col(ViewMail.view_id) == col(SavedView.id))
        .where(
            col(ViewMail.weekdays).contains(str(day.isoweekday())),
            ViewMail.since <= by,
            or_(col(ViewMail.last_day).is_(None), col(ViewMail.last_day) < day),
            col(Account.active).is_(True),
            col(Account.email).is_not(None),
            col(Account.role).in_(_READERS),
            or_(col(SavedView.account_id) == col(Account.id), col(SavedView.shared).is_(True)),
        )
        .order_by(col(Account.id), col(SavedView.name), col(SavedView.id))
    )
    return [Chosen(*row) for row in session.exec(query)]
