"""Evidence files for tests, made in memory: good ones of each kind, and bad ones."""

import io
import struct
import zipfile

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
# In two pieces, so that no scanner takes this file for what it describes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"


def package(*more: tuple[str, str], part: str = "word/document.xml") -> bytes:
    """A zipped office file with these parts besides its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in (("[Content_Types].xml", "<Types/>"), (part, "<x/>"), *more):
            file.writestr(name, text)
    return out.getvalue()


def relation(kind: str, target: str) -> tuple[str, str]:
    """A table of relations that leads out of its file."""
    line = f'<Relationship Id="r1" Type="x/{kind}" Target="{target}" TargetMode="External"/>'
    text = f'<Relationships xmlns="{RELATIONS}">{line}</Relationships>'
    return "word/_rels/settings.xml.rels", text


def compound(*streams: str) -> bytes:
    """An older office file that holds streams of these names."""
    return OLE + b"\0" * 504 + b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)


def with_password(data: bytes) -> bytes:
    """The same zip, said to be encrypted."""
    at = data.rindex(b"PK\x01\x02")
    return data[: at + 8] + b"\x01\x00" + data[at + 10 :]


def png(width: int, height: int) -> bytes:
    """The head of a PNG of this size."""
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08" * 9


def jpeg(width: int, height: int) -> bytes:
    """The head of a JPEG of this size."""
    head = b"\xff\xd8\xff\xe0\x00\x04ab"
    return head + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\0" * 12
