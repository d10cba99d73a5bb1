"""What a file must be before a parser may touch it."""

import io
import zipfile
import zlib
from pathlib import Path, PurePath

from config.language import _
from models.errors import BadInput

MAX_BYTES = 100 * 2**20
MAX_UNPACKED = 300 * 2**20
MAX_ROWS = 100_100
"""A hundred thousand findings with a heading and notes."""

MAX_COLUMNS = 1_000
_CHUNK = 2**20
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KINDS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv"}


def checked_bytes(path: Path, name: str | None = None) -> bytes:
    """The content of a file that may be given to a parser; ``name`` is what people call it.

    Raises:
        BadInput: it is missing, empty, too large, of another kind, or a trap.
    """
    name = path.name if name is None else name
    if suffix_of(name) not in _KINDS:
        raise BadInput(
            _("{name} is not a ledger file; save it as .xlsx, .xls, .ods or .csv.").format(
                name=name or path
            )
        )
    data = _bytes(path, name)
    if not data.strip():
        raise BadInput(_("The file {name} is empty.").format(name=name))
    if suffix_of(name) != ".csv":
        _check_container(data, name)
    elif data.startswith((_ZIP, _OLE)):
        raise BadInput(
            _("{name} is a workbook with the ending .csv; rename it to .xlsx or .xls.").format(
                name=name
            )
        )
    return data


def suffix_of(name: str) -> str:
    """The ending of a file's name, by which its kind is told: ``.xlsx``."""
    return PurePath(name).suffix.lower()


def _bytes(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            reason = (
                _("it is a folder or a device") if path.exists() else _("there is no such file")
            )
            raise BadInput(_("{path} cannot be read: {why}.").format(path=path, why=reason))
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise BadInput(
            _("{path} cannot be read: {why}.").format(path=path, why=error.strerror)
        ) from error
    if len(data) > MAX_BYTES:
        raise BadInput(
            _("The file {name} is larger than {most} MiB; split it.").format(
                name=name, most=MAX_BYTES // 2**20
            )
        )
    return data


def _check_container(data: bytes, name: str) -> None:
    head = data.lstrip()[:512].lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table", b"mime-version")):
        raise BadInput(
            _("{name} is a web page with a spreadsheet's ending; save it as .xlsx first.").format(
                name=name
            )
        )
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise BadInput(
                _("The file {name} is protected by a password; remove it and try again.").format(
                    name=name
                )
            )
    elif data.startswith(_ZIP):
        _check_zip(data, name)
    else:
        raise BadInput(
            _("{name} is not a spreadsheet, whatever its ending says; save it as .xlsx.").format(
                name=name
            )
        )


def _check_zip(data: bytes, name: str) -> None:
    """Refuse what unpacks to far more than it holds: counted on bytes, not on the header."""
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [entry.filename for entry in archive.infolist()]
            if len(set(names)) != len(names):
                raise zipfile.BadZipFile("an entry stands in it twice")
            for entry in archive.infolist():
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            raise BadInput(
                                _("The file {name} unpacks to more than {most} MiB; split it.")
                                .format(name=name, most=MAX_UNPACKED // 2**20)
                            )  # fmt: skip
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError) as error:
        raise BadInput(
            _("The file {name} is damaged ({why}); save it again as .xlsx.").format(
                name=name, why=error
            )
        ) from error
