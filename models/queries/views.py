"""Named reads of saved views of the ledger."""

from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from models.account import Account
from models.queries.numbers import by_number
from models.saved_view import SavedView


class SeenView(NamedTuple):
    """A view with the name of who saved it."""

    view: SavedView
    owner: str

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"/ledger?{self.view.query}" if self.view.query else "/ledger"


def views_for(session: Session, account_id: int) -> list[SeenView]:
    """An account's own views and those that others share, by name."""
    query = (
        select(SavedView, Account.name)
        .join(Account, col(SavedView.account_id) == col(Account.id))
        .where(or_(col(SavedView.account_id) == account_id, col(SavedView.shared).is_(True)))
        .order_by(col(SavedView.name), col(SavedView.id))
    )
    return [SeenView(view, owner) for view, owner in session.exec(query)]


def view_named(session: Session, account_id: int, name: str) -> SavedView | None:
    """The view that an account saved under a name."""
    query = select(SavedView).where(SavedView.account_id == account_id, SavedView.name == name)
    return session.exec(query).first()


def own_view(session: Session, account_id: int, number: int) -> SavedView | None:
    """The view with this number, if it is the account's own."""
    found = by_number(session, SavedView, number)
    return found if found is not None and found.account_id == account_id else None
