"""Whether an evidence file is of a kind that is taken, and is what its name says."""

import codecs
import mmap
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from config.language import _
from duban.services.check_office_file import (
    OLE,
    ZIP,
    Fault,
    fault_of_compound,
    fault_of_package,
)
from duban.services.check_pdf import fault_of_pdf
from duban.services.evidence_names import ending_of
from duban.services.measure_image import Size, jpeg_size, png_size
from models.errors import BadInput

MOST_PIXELS = 120_000_000
_TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_OTHER_KINDS = (b"MZ", b"%PDF", ZIP, OLE, b"\x7fELF")
_MARKUP = ("<!doctype", "<html", "<svg", "<script", "<?xml", "<?php")
_NOT_IN_TEXTS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")

Check = Callable[[Path, mmap.mmap, str], Fault | None]


def kinds_taken() -> str:
    """The endings of the kinds that are taken, for people to read."""
    return ", ".join(_CHECKS)


def check_evidence(path: Path, name: str) -> None:
    """Look at the file at ``path``, which holds something and was called ``name``.

    Raises:
        BadInput: it is not taken; the sentence says why and what to do.
    """
    check = _CHECKS.get(ending_of(name))
    if check is None:
        raise _refused(
            _("“{name}” is of a kind that is not taken; these are: {kinds}.").format(
                name=name, kinds=kinds_taken()
            )
        )
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(_TEST_VIRUS) >= 0:
            raise _refused(
                _("“{name}” is taken for harmful software and was not kept.").format(name=name)
            )
        fault = check(path, data, name)
    if fault is not None:
        raise _refused(_sentence(fault).format(name=name))


def _sentence(fault: Fault) -> str:
    return {
        Fault.OTHER_CONTENT: _(
            "“{name}” is not what its name says, or is damaged; save it anew in its own program."
        ),
        Fault.ENCRYPTED: _("“{name}” is encrypted; remove its password first."),
        Fault.MACROS: _("“{name}” contains macros or scripts; save it without them, or as PDF."),
        Fault.REMOTE: _(
            "“{name}” fetches a template or content from elsewhere; save it as PDF instead."
        ),
    }[fault]


def _refused(sentence: str) -> BadInput:
    return BadInput(sentence, field="files")


def _pdf(_path: Path, data: mmap.mmap, _name: str) -> Fault | None:
    if not data[:16].lstrip(codecs.BOM_UTF8 + b" \r\n\t").startswith(b"%PDF-"):
        return Fault.OTHER_CONTENT
    return fault_of_pdf(data)


def _image(
    measure: Callable[[mmap.mmap], Size | None], _path: Path, data: mmap.mmap, name: str
) -> Fault | None:
    size = measure(data)
    if size is None:
        return Fault.OTHER_CONTENT
    if size.width * size.height > MOST_PIXELS:
        raise _refused(
            _("“{name}” has {width} × {height} pixels; make the image smaller.").format(
                name=name, width=size.width, height=size.height
            )
        )
    return None


def _package(*needed: str) -> Check:
    def check(path: Path, data: mmap.mmap, _name: str) -> Fault | None:
        if data[:4] == ZIP:
            return fault_of_package(path, *needed)
        # A password turns a zipped office file into a compound one.
        found = fault_of_compound(data)
        return found if found is Fault.ENCRYPTED else Fault.OTHER_CONTENT

    return check


def _compound(*needed: str) -> Check:
    return lambda _path, data, _name: fault_of_compound(data, *needed)


def _either(old: Check, new: Check) -> Check:
    """WPS Office writes both forms under one ending."""
    return lambda path, data, name: (new if data[:4] == ZIP else old)(path, data, name)


def _text(_path: Path, data: mmap.mmap, _name: str) -> Fault | None:
    raw = data[:]
    if raw.startswith(_OTHER_KINDS):
        return Fault.OTHER_CONTENT
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = _NOT_IN_TEXTS.search(text) or text[:1000].lstrip().lower().startswith(_MARKUP)
        return Fault.OTHER_CONTENT if strange else None
    return Fault.OTHER_CONTENT


_DOCX, _XLSX = _package("word/document.xml"), _package("xl/workbook.xml")
_DOC, _XLS = _compound("WordDocument"), _compound("Workbook", "Book")

_CHECKS: dict[str, Check] = {
    "pdf": _pdf,
    "ofd": _package("OFD.xml"),
    "docx": _DOCX,
    "xlsx": _XLSX,
    "doc": _DOC,
    "xls": _XLS,
    "wps": _either(_DOC, _DOCX),
    "et": _either(_XLS, _XLSX),
    "jpg": partial(_image, jpeg_size),
    "jpeg": partial(_image, jpeg_size),
    "png": partial(_image, png_size),
    "txt": _text,
}
