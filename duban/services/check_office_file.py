"""What an office file carries besides its text: macros, a password, content from elsewhere."""

import re
import zipfile
from enum import StrEnum
from mmap import mmap
from pathlib import Path
from xml.etree import ElementTree
from zlib import error as ZlibError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
MOST_PARTS, LARGEST_TABLE, LARGEST_SUM = 10_000, 1024 * 1024, 16 * 1024 * 1024
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_REMOTE = re.compile(r"(https?|ftps?|mhtml):|\\\\|//|file:(//[^/\\]|/*\\\\|////)", re.IGNORECASE)
_FOLLOWED_BY_PEOPLE = ("hyperlink", "externalLinkPath")
"""Relations that a program follows only when somebody asks it to."""
_WORD_BLOCK = b"\xec\xa5\xc1\x00"
_EXCEL_BEGIN = b"\x09\x08\x10\x00\x00\x06\x05\x00"


class Fault(StrEnum):
    """Why an office file is not taken."""

    OTHER_CONTENT = "other-content"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    REMOTE = "remote"


def fault_of_package(path: Path, *needed: str) -> Fault | None:
    """What is wrong with a zipped office file, which must hold one of the parts ``needed``."""
    try:
        with zipfile.ZipFile(path) as package:
            return _fault(package, needed)
    except (zipfile.BadZipFile, ZlibError, NotImplementedError, RuntimeError, ValueError,
            OSError, EOFError, ElementTree.ParseError):  # fmt: skip
        return Fault.OTHER_CONTENT


def fault_of_compound(data: mmap, *needed: str) -> Fault | None:
    """The same of an older office file, which must hold one of the streams ``needed``."""
    if data[:8] != OLE:
        return Fault.OTHER_CONTENT
    if _holds(data, "EncryptedPackage") or _has_password(data):
        return Fault.ENCRYPTED
    if _holds(data, "_VBA_PROJECT"):
        return Fault.MACROS
    return None if any(_holds(data, one) for one in needed) else Fault.OTHER_CONTENT


def _fault(package: zipfile.ZipFile, needed: tuple[str, ...]) -> Fault | None:
    parts = package.infolist()
    names = {part.filename for part in parts}
    if len(parts) > MOST_PARTS or names.isdisjoint(needed):
        return Fault.OTHER_CONTENT
    if any(part.flag_bits & 1 for part in parts):
        return Fault.ENCRYPTED
    if any(name.lower().endswith(("vbaproject.bin", "/vbadata.xml")) for name in names):
        return Fault.MACROS
    tables = [part for part in parts if part.filename.endswith(".rels")]
    kinds = [part for part in parts if part.filename == "[Content_Types].xml"]
    if sum(part.file_size for part in tables + kinds) > LARGEST_SUM:
        return Fault.OTHER_CONTENT
    if any(b"macroEnabled" in _read(package, part) for part in kinds):
        return Fault.MACROS
    if any(_reaches_out(_read(package, part)) for part in tables):
        return Fault.REMOTE
    return None


def _read(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    with package.open(part) as stream:
        data = stream.read(LARGEST_TABLE + 1)
    if len(data) > LARGEST_TABLE:
        raise ValueError("a table of the package is too large")
    return data


def _reaches_out(table: bytes) -> bool:
    """Whether a table of relations lets a program fetch something by itself."""
    if b"<!DOCTYPE" in table or b"<!ENTITY" in table:
        raise ValueError("a table of the package declares entities")
    return any(
        one.get("TargetMode") == "External"
        and not one.get("Type", "").endswith(_FOLLOWED_BY_PEOPLE)
        and _REMOTE.match(one.get("Target", "").strip())
        for one in ElementTree.fromstring(table).iter(_RELATION)
    )


def _holds(data: mmap, stream: str) -> bool:
    return data.find(stream.encode("utf-16-le")) >= 0


def _has_password(data: mmap) -> bool:
    """Whether a Word text or an Excel book says in its first block that it is encrypted."""
    word, excel = data.find(_WORD_BLOCK), data.find(_EXCEL_BEGIN)
    if word >= 0 and word % 512 == 0 and word + 11 < len(data) and data[word + 11] & 1:
        return True
    return excel >= 0 and data[excel + 20 : excel + 22] == b"\x2f\x00"
