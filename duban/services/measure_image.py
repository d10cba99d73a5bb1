"""How many pixels an image has, by its header alone: nothing is unpacked."""

from mmap import mmap
from typing import NamedTuple

_PNG = b"\x89PNG\r\n\x1a\n"
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
"""Markers of JPEG after which height and width stand."""
_ALONE = {0x01, *range(0xD0, 0xD9)}
"""Markers without a length."""


class Size(NamedTuple):
    """Pixels across and down."""

    width: int
    height: int


def png_size(data: mmap) -> Size | None:
    """The size of a PNG; none where it is not one."""
    if data[:8] != _PNG or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return Size(int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))


def jpeg_size(data: mmap) -> Size | None:
    """The size of a JPEG; none where it is not one, or is broken before it says."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            return Size(
                int.from_bytes(data[at + 7 : at + 9], "big"),
                int.from_bytes(data[at + 5 : at + 7], "big"),
            )
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
