"""Giving an address of the ledger a name, and taking it away again."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from config.language import _
from models.errors import BadInput
from models.queries.views import view_named
from models.saved_view import SavedView
from models.view_mail import ViewMail

LONGEST_NAME, LONGEST_QUERY = 60, 2000


def save_view(
    session: Session, *, account_id: int, name: str, query: str, shared: bool, now: datetime
) -> SavedView:
    """A view of the ledger's address ``query``; a shared one is seen by the whole commission.

    Raises:
        BadInput: the name is empty, too long or taken, or the address is too long.
    """
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInput(
            _("Give the view a name of at most {n} characters.").format(n=LONGEST_NAME),
            field="name",
        )
    if len(query) > LONGEST_QUERY:
        raise BadInput(_("So many filters cannot be saved; take some away."))
    if view_named(session, account_id, name) is not None:
        raise BadInput(
            _("You have a view “{name}” already; choose another name or delete it first.").format(
                name=name
            ),
            field="name",
        )
    view = SavedView(
        account_id=account_id, name=name, query=query, shared=shared, created_at=now
    )  # fmt: skip
    session.add(view)
    session.flush()
    return view


def forget_view(session: Session, view: SavedView) -> None:
    """Delete a view, and with it whoever has it by mail; the findings in it stay as they are."""
    session.exec(delete(ViewMail).where(col(ViewMail.view_id) == view.id))
    session.delete(view)
    session.flush()
