"""What a template may carry besides its text: nothing that runs, and nothing from elsewhere."""

import re
import zipfile
from functools import lru_cache
from io import BytesIO

from lxml import etree

from config.language import _
from duban.documents.allowed import TemplateRefused

LARGEST_TEMPLATE, LARGEST_PACKAGE = 4 * 2**20, 16 * 2**20
"""Bytes of the file, and of what is packed in it."""
_MACROS = ("vbaproject.bin", "vbadata.xml")
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FETCHES = re.compile(
    r"\b(DDE|DDEAUTO|LINK|IMPORT|INCLUDE|INCLUDETEXT|INCLUDEPICTURE|DATABASE)\b", re.IGNORECASE
)
"""Fields that fetch something, or start a program."""


@lru_cache(maxsize=16)
def check_package(template: bytes, name: str) -> None:
    """Make sure that ``template`` is a Word document of bounded size without a life of its own.

    Raises:
        TemplateRefused: it is not.
    """
    if len(template) > LARGEST_TEMPLATE:
        raise _too_large(name)
    try:
        with zipfile.ZipFile(BytesIO(template)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > LARGEST_PACKAGE:
                raise _too_large(name)
            if any(part.filename.lower().endswith(_MACROS) for part in parts):
                raise TemplateRefused(_("The template {name} holds macros.").format(name=name))
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(package.read(part), name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError,
            etree.XMLSyntaxError) as error:  # fmt: skip
        raise no_document(name) from error


def no_document(name: str) -> TemplateRefused:
    """The refusal of a file that is something else."""
    return TemplateRefused(
        _("The template {name} is not a Word document (.docx).").format(name=name)
    )


def _check_part(data: bytes, name: str) -> None:
    if b"<!DOCTYPE" in data:
        raise no_document(name)
    tree = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    fields = "".join(one.text or "" for one in tree.iter(f"{_WORD}instrText"))
    fields += " ".join(one.get(f"{_WORD}instr", "") for one in tree.iter(f"{_WORD}fldSimple"))
    away = [one for one in tree.iter(_RELATION) if one.get("TargetMode") == "External"]
    if _FETCHES.search(fields) or not all(map(_is_mail_address, away)):
        raise TemplateRefused(
            _("The template {name} fetches something from elsewhere.").format(name=name)
        )


def _is_mail_address(relation: etree._Element) -> bool:
    """Word makes such a link of every address that is typed."""
    kind, target = (str(relation.get(name, "")) for name in ("Type", "Target"))
    return kind.endswith("/hyperlink") and target.startswith("mailto:")


def _too_large(name: str) -> TemplateRefused:
    return TemplateRefused(_("The template {name} is too large.").format(name=name))
