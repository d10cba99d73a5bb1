"""Taking in a ledger that somebody uploads, until it is brought in or forgotten."""

import hashlib
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sqlmodel import Session

from config.language import _
from duban.ledger.check_file import checked_bytes
from models.errors import NotFound
from models.queries.uploads import uploads_before
from models.uploaded_ledger import UploadedLedger

KEPT = timedelta(days=7)
LONGEST_NAME = 200
_CHUNK = 2**20


class KeptFile(NamedTuple):
    """A file that was taken in: its random number, what people call it, its bytes."""

    id: str
    name: str
    size: int
    sha256: str


def keep_file(stream: BinaryIO, name: str, data_dir: Path) -> KeptFile:
    """Keep a file under a random name that only this process's user can read.

    Raises:
        BadInput: it is empty, too large, encrypted, damaged or no spreadsheet.
    """
    upload_id, name = secrets.token_hex(16), _plain(name)
    path = _folder(data_dir) / upload_id
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
            while chunk := stream.read(_CHUNK):
                kept.write(chunk)
        data = checked_bytes(path, name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return KeptFile(upload_id, name, len(data), hashlib.sha256(data).hexdigest())


def take_ledger(
    session: Session, file: KeptFile, *, data_dir: Path, account_id: int, by: str, now: datetime
) -> UploadedLedger:
    """Note whose file it is; what was uploaded more than a week ago is forgotten."""
    forget_old(session, data_dir=data_dir, now=now)
    upload = UploadedLedger(
        **file._asdict(), uploaded_at=now, uploaded_by=by, account_id=account_id
    )
    session.add(upload)
    session.flush()
    return upload


def kept_file(upload: UploadedLedger | KeptFile, data_dir: Path) -> Path:
    """Where the uploaded file is.

    Raises:
        NotFound: it was brought in, or is forgotten.
    """
    path = _folder(data_dir) / upload.id
    if not path.is_file():
        raise NotFound(_("The file {name} is no longer here; upload it again.").format(
            name=upload.name
        ))  # fmt: skip
    return path


def forget_file(upload_id: str, data_dir: Path) -> None:
    """Remove the file of an upload; what was brought in of it stays."""
    (_folder(data_dir) / upload_id).unlink(missing_ok=True)


def forget_old(session: Session, *, data_dir: Path, now: datetime) -> None:
    """Forget uploads that are older than a week, with their files and files that nobody owns."""
    for upload in uploads_before(session, now - KEPT):
        session.delete(upload)
    session.flush()
    last = (now - KEPT).timestamp()
    for path in _folder(data_dir).iterdir():
        with suppress(FileNotFoundError):  # somebody else forgets it at the same time
            if path.stat().st_mtime < last:
                path.unlink()


def _folder(data_dir: Path) -> Path:
    folder = data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _plain(name: str) -> str:
    """A file's name without folders and without what cannot be shown, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(mark for mark in last if mark.isprintable()).strip()
    stem, dot, ending = shown.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}" if dot else shown[:LONGEST_NAME]
