"""Evidence files (佐证材料): received, looked at, and kept under random names.

A file is written to the end, on disk, under its final name before the database knows of it. So
a transaction that is rolled back leaves at worst a file that nobody knows; ``sweep_evidence.py``
finds such files.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from sqlmodel import Session

from config.language import _
from duban.services.check_evidence import check_evidence
from duban.services.draft_report import hold
from duban.services.evidence_names import display_name, unlike
from models.errors import BadInput, NotFound, RefusedByRule
from models.finding import Finding
from models.queries.evidence import evidence_on
from models.submission import Evidence

MOST_FILES = 20
INCOMING = "incoming"
_AT_ONCE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that was looked at and waits in the folder; size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str
    path: Path


def evidence_folder(data_dir: Path) -> Path:
    """Where an installation keeps its evidence."""
    return data_dir / "evidence"


def place_in(folder: Path, place: str) -> Path:
    """Where the file of a random name lies."""
    return folder / place[:2] / place


@contextmanager
def receive_file(
    stream: BinaryIO, given_name: str, *, folder: Path, megabytes: int
) -> Iterator[ReceivedFile]:
    """Take a file in from ``stream``; it is gone after the block unless it was kept.

    Raises:
        BadInput: it is empty, too large, of a kind that is not taken, or not what it says.
    """
    name = display_name(given_name)
    incoming = _private_folder(folder / INCOMING) / token_hex(16)
    try:
        size, digest = _write(stream, incoming, name, megabytes)
        if size == 0:
            raise _refused(_("“{name}” is empty; choose the right file.").format(name=name))
        check_evidence(incoming, name)
        yield ReceivedFile(name, size, digest, incoming)
    finally:
        incoming.unlink(missing_ok=True)


def keep_evidence(
    session: Session,
    finding: Finding,
    received: ReceivedFile,
    *,
    folder: Path,
    by: str,
    now: datetime,
) -> Evidence:
    """Put a received file to the report on ``finding`` that is being written.

    Raises:
        BadInput: the same file is there already, or too many are.
        IllegalTransition: the report was handed in, or the finding is closed.
    """
    hold(session, finding)
    there = evidence_on(session, finding.id or 0)
    for other in there:
        if other.sha256 == received.sha256:
            raise _refused(
                _("“{name}” is there already, as “{other}”.").format(
                    name=received.name, other=other.name
                )
            )
    if sum(one.submission_id is None for one in there) >= MOST_FILES:
        raise _refused(
            _("“{name}” was not taken: one report has at most {n} files.").format(
                name=received.name, n=MOST_FILES
            )
        )
    place = token_hex(16)
    kept = place_in(folder, place)
    _private_folder(kept.parent)
    received.path.replace(kept)
    _settle(kept.parent)
    evidence = Evidence(
        finding_id=finding.id or 0,
        name=unlike(received.name, [one.name for one in there]),
        size=received.size,
        sha256=received.sha256,
        place=place,
        uploaded_at=now,
        uploaded_by=by,
    )
    session.add(evidence)
    session.flush()
    return evidence


def remove_evidence(session: Session, finding: Finding, evidence: Evidence, folder: Path) -> Path:
    """Take a file back that was not handed in; what lies at the path may go after the commit.

    Raises:
        RefusedByRule: it was handed in.
        IllegalTransition: the report was handed in, or the finding is closed.
    """
    hold(session, finding)
    session.refresh(evidence)
    if evidence.submission_id is not None or evidence.place is None:
        raise RefusedByRule(
            _("“{name}” was handed in and stays on record.").format(name=evidence.name)
        )
    session.delete(evidence)
    session.flush()
    return place_in(folder, evidence.place)


def kept_file(evidence: Evidence, folder: Path) -> Path:
    """Where the bytes of ``evidence`` lie.

    Raises:
        NotFound: only its name was entered, or the file is missing or damaged.
    """
    if evidence.place is None:
        raise NotFound(
            _("Only name, size and digest of “{name}” were entered; the file is not kept here.")
            .format(name=evidence.name)
        )  # fmt: skip
    path = place_in(folder, evidence.place)
    with suppress(OSError), path.open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() == evidence.sha256:
            return path
    raise NotFound(
        _("The file “{name}” is missing or damaged; ask for a copy of the data to be restored.")
        .format(name=evidence.name)
    )  # fmt: skip


def _write(stream: BinaryIO, path: Path, name: str, megabytes: int) -> tuple[int, str]:
    """Write all of ``stream`` to the disk; its size and digest."""
    digest, size, largest = hashlib.sha256(), 0, megabytes * 1024 * 1024
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as target:
        while chunk := stream.read(_AT_ONCE):
            size += len(chunk)
            if size > largest:
                raise _refused(
                    _("“{name}” is larger than {n} MB; make it smaller or split it.").format(
                        name=name, n=megabytes
                    )
                )
            digest.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return size, digest.hexdigest()


def _private_folder(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _settle(folder: Path) -> None:
    """Let the new name in ``folder`` outlast a power cut; Windows knows no such thing."""
    if hasattr(os, "O_DIRECTORY"):
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _refused(sentence: str) -> BadInput:
    return BadInput(sentence, field="files")
