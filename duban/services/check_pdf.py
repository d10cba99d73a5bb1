"""Whether a PDF does something by itself: its names are looked at, and what its objects hide.

Objects may lie compressed in object streams, so these are inflated piece by piece up to a limit.
One that cannot be inflated in this way is not taken: nobody could say what it holds.
"""

import re
import zlib
from collections.abc import Iterator
from mmap import mmap

from duban.services.check_office_file import Fault

MOST_INFLATED = 64 * 1024 * 1024
_AT_ONCE, _PIECE, _LONGEST_NAME = 4 * 1024, 1024 * 1024, 64


def _name(*words: str) -> bytes:
    """A pattern for names of PDF, each letter of which may be written as ``#`` and its number."""
    spelt = ("".join(f"(?:{mark}|#(?i:{ord(mark):02x}))" for mark in word) for word in words)
    return f"/(?:{'|'.join(spelt)})(?![A-Za-z])".encode()


_ACTIVE = re.compile(_name("JavaScript", "Launch"))
_ENCRYPTED = re.compile(_name("Encrypt"))
_OBJECTS = re.compile(_name("ObjStm"))
_FILTER = re.compile(_name("Filter", "DecodeParms"))
_DEFLATED = re.compile(_name("Filter") + rb"\s*(?:\[\s*)?" + _name("FlateDecode") + rb"\s*[/>\]]")
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n?|\n)")


def fault_of_pdf(data: mmap) -> Fault | None:
    """What is wrong with a PDF: a password, something that acts, or what cannot be looked into."""
    if _ACTIVE.search(data):
        return Fault.MACROS
    if _ENCRYPTED.search(data):
        return Fault.ENCRYPTED
    left = MOST_INFLATED
    try:
        for start in _object_streams(data):
            tail = b""
            for piece in _inflated(data, start):
                left -= len(piece)
                if left < 0:
                    return Fault.OTHER_CONTENT
                if _ACTIVE.search(tail + piece):
                    return Fault.MACROS
                tail = piece[-_LONGEST_NAME:]
    except (zlib.error, ValueError):
        return Fault.OTHER_CONTENT
    return None


def _object_streams(data: mmap) -> Iterator[int]:
    """Where the compressed streams of objects begin; those that are not were looked at."""
    before = 0
    for found in _STREAM.finditer(data):
        if _OBJECTS.search(data, before, found.start()):
            dictionary = data[
                max(before, data.rfind(b"obj", before, found.start())) : found.start()
            ]
            filters = len(_FILTER.findall(dictionary))
            if filters != 0:
                if filters > 1 or not _DEFLATED.search(dictionary):
                    raise ValueError("objects in a stream that is not simply deflated")
                yield found.end()
        before = found.end()


def _inflated(data: mmap, start: int) -> Iterator[bytes]:
    """A deflated stream from ``start`` on, in pieces."""
    reader = zlib.decompressobj()
    at = start
    waiting = b""
    while not reader.eof:
        if not waiting:
            waiting = data[at : at + _AT_ONCE]
            at += len(waiting)
            if not waiting:
                raise ValueError("a stream breaks off")
        yield reader.decompress(waiting, _PIECE)
        waiting = reader.unconsumed_tail
