"""Named reads of ledgers that were uploaded."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.uploaded_ledger import UploadedLedger


def upload_of(session: Session, upload_id: str, account_id: int) -> UploadedLedger:
    """The ledger that this account uploaded under this number.

    Raises:
        NotFound: there is none, or somebody else uploaded it.
    """
    found = session.get(UploadedLedger, upload_id)
    if found is None or found.account_id != account_id:
        raise NotFound(_("There is no such uploaded ledger; upload the file again."))
    return found


def uploads_before(session: Session, instant: datetime) -> Sequence[UploadedLedger]:
    """Ledgers that were uploaded before an instant."""
    query = select(UploadedLedger).where(col(UploadedLedger.uploaded_at) < instant)
    return session.exec(query).all()
