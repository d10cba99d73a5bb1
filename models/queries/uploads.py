"""Named reads of ledgers that were uploaded."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from config.language import _
from models.errors import NotFound
from models.installation import ImportBatch
from models.uploaded_ledger import UploadedLedger


class Uploaded(NamedTuple):
    """A ledger that was uploaded, and what it brought in once it did."""

    upload: UploadedLedger
    batch: ImportBatch | None = None


def upload_of(session: Session, upload_id: str, account_id: int) -> UploadedLedger:
    """The ledger that this account uploaded under this number.

    Raises:
        NotFound: there is none, or somebody else uploaded it.
    """
    found = session.get(UploadedLedger, upload_id)
    if found is None or found.account_id != account_id:
        raise NotFound(_("There is no such uploaded ledger; upload the file again."))
    return found


def uploads_of(
    session: Session, account_id: int, *, limit: int, after: UploadedLedger | None = None
) -> list[Uploaded]:
    """What an account uploaded, the newest first, those older than ``after``."""
    newest = tuple_(col(UploadedLedger.uploaded_at), col(UploadedLedger.id))
    query = (
        select(UploadedLedger, ImportBatch)
        .join(ImportBatch, col(ImportBatch.id) == col(UploadedLedger.batch_id), isouter=True)
        .where(UploadedLedger.account_id == account_id)
        .order_by(col(UploadedLedger.uploaded_at).desc(), col(UploadedLedger.id).desc())
    )
    if after is not None:
        query = query.where(newest < (after.uploaded_at, after.id))
    return [Uploaded(*row) for row in session.exec(query.limit(limit))]


def uploads_before(session: Session, instant: datetime) -> Sequence[UploadedLedger]:
    """Ledgers that were uploaded before an instant."""
    query = select(UploadedLedger).where(col(UploadedLedger.uploaded_at) < instant)
    return session.exec(query).all()
