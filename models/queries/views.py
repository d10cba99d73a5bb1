"""Named reads of saved views of the ledger."""

from typing import NamedTuple

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from models.account import Account
from models.queries.numbers import by_number
from models.saved_view import SavedView
from models.view_mail import ViewMail


class SeenView(NamedTuple):
    """A view with the name of who saved it, and on which days the reader has it by mail."""

    view: SavedView
    owner: str
    weekdays: str | None = None

    @property
    def days(self) -> list[int]:
        """The ISO numbers of those days."""
        return [int(day) for day in self.weekdays or ""]

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"/ledger?{self.view.query}" if self.view.query else "/ledger"


def views_for(session: Session, account_id: int) -> list[SeenView]:
    """An account's own views and those that others share, by name."""
    query = (
        select(SavedView, Account.name, ViewMail.weekdays)
        .join(Account, col(SavedView.account_id) == col(Account.id))
        .join(
            ViewMail,
            and_(
                col(ViewMail.view_id) == col(SavedView.id), col(ViewMail.account_id) == account_id
            ),
            isouter=True,
        )
        .where(or_(col(SavedView.account_id) == account_id, col(SavedView.shared).is_(True)))
        .order_by(col(SavedView.name), col(SavedView.id))
    )
    return [SeenView(*row) for row in session.exec(query)]


def view_named(session: Session, account_id: int, name: str) -> SavedView | None:
    """The view that an account saved under a name."""
    query = select(SavedView).where(SavedView.account_id == account_id, SavedView.name == name)
    return session.exec(query).first()


def seen_view(session: Session, account_id: int, number: int) -> SavedView | None:
    """The view with this number, if it is the account's own or others share it."""
    found = by_number(session, SavedView, number)
    return found if found is not None and (found.shared or found.account_id == account_id) else None


def own_view(session: Session, account_id: int, number: int) -> SavedView | None:
    """The view with this number, if it is the account's own."""
    found = by_number(session, SavedView, number)
    return found if found is not None and found.account_id == account_id else None
