"""What is kept of an evidence file (佐证材料): its name, size and digest."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from config.language import _
from models.errors import BadInput


class EvidenceFile(NamedTuple):
    """A file as it was when it was handed in; ``size`` in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


def read_evidence(path: Path) -> EvidenceFile:
    """The file at ``path``, read once.

    Raises:
        BadInput: it cannot be read, or is empty.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as error:
        raise BadInput(
            _("The evidence file {path} cannot be read: {why}.").format(
                path=path, why=error.strerror
            )
        ) from error
    if size == 0:
        raise BadInput(_("The evidence file {path} is empty.").format(path=path))
    return EvidenceFile(path.name, size, digest)
