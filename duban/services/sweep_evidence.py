"""Finding evidence files that no database row knows, which failed transactions left behind."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from duban.services.keep_evidence import INCOMING
from models.queries.evidence import places_kept

SETTLED_AFTER = timedelta(days=1)
"""A younger file may belong to a transaction that has not committed yet."""


def unknown_files(session: Session, folder: Path, *, now: datetime) -> list[Path]:
    """Files in the evidence folder that are old enough and that nobody knows, in order."""
    before = (now - SETTLED_AFTER).timestamp()
    return sorted(path for part in _folders(folder) for path in _unknown(session, part, before))


def _folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (part for part in folder.iterdir() if part.is_dir())


def _unknown(session: Session, part: Path, before: float) -> list[Path]:
    old = [path for path in part.iterdir() if path.stat().st_mtime < before]
    if part.name == INCOMING:
        return old
    known = places_kept(session, [path.name for path in old])
    return [path for path in old if path.name not in known]
