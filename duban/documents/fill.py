"""Fill a template: texts come out as text, and nothing but the allowed list is within reach."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.oxml import parse_xml
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from config.language import _
from duban.documents.allowed import Allowed, TemplateRefused, check_tree
from duban.documents.letterhead import fit_issuer
from duban.documents.page import saved
from duban.documents.plain_text import plain
from duban.documents.seal_place import centre_signatures

LARGEST_TEMPLATE, LARGEST_PACKAGE, LARGEST_RESULT = 4 * 2**20, 16 * 2**20, 24 * 2**20
"""Bytes of the file, bytes of what is packed in it, and characters of a filled part."""
_REFUSED_PARTS = ("vbaproject.bin", "vbadata.xml")


def fill(template: bytes, allowed: Allowed, values: Mapping[str, object], *, name: str) -> Document:
    """The document that ``template`` makes of ``values``; ``name`` is what people call it.

    Values are texts, or lists of mappings of texts, as ``allowed`` names them.

    Raises:
        TemplateRefused: the file is no Word document, asks for what is not allowed, is broken,
            or grows beyond all measure.
    """
    _check_package(template, name)
    try:
        filled = _Filled(BytesIO(template), allowed, name)
        filled.render(_cleaned(values), _environment())
    except TemplateSyntaxError as error:
        raise TemplateRefused(_broken(name, error)) from error
    except TemplateError as error:
        raise TemplateRefused(
            _("The template {name} cannot be filled: {problem}.").format(
                name=name, problem=str(error).rstrip(".")
            )
        ) from error
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, AttributeError,
            TypeError) as error:  # fmt: skip
        raise TemplateRefused(_no_document(name)) from error
    document: Document = filled.docx
    fit_issuer(document)
    centre_signatures(document)
    return document


def check_template(template: bytes, allowed: Allowed, *, name: str) -> None:
    """Try a template with sample values.

    Raises:
        TemplateRefused: it could not be filled.
    """
    saved(fill(template, allowed, allowed.sample(), name=name))


class _Bounded(Template):
    """A template that stops when it has written too much."""

    def render(self, *args: Any, **values: Any) -> str:
        pieces, length = [], 0
        for piece in self.generate(*args, **values):
            length += len(piece)
            if length > LARGEST_RESULT:
                raise TemplateError(_("what it makes is too large"))
            pieces.append(piece)
        return "".join(pieces)


class _Filled(DocxTemplate):  # type: ignore[misc]  # docxtpl ships without type information
    def __init__(self, file: BytesIO, allowed: Allowed, name: str) -> None:
        super().__init__(file)
        self._allowed, self._name = allowed, name

    def render_xml_part(
        self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None
    ) -> str:
        """Without docxtpl's escapes such as ``{_{``, which would alter what people wrote."""
        check_tree(jinja_env.parse(src_xml), self._allowed, self._name)
        result: str = self.resolve_listing(jinja_env.from_string(src_xml).render(context))
        return result

    def map_headers_footers_xml(self, relKey: str, xml: bytes) -> None:
        """Into the part that is there, so that the document knows it as its header still."""
        self.docx.part.rels[relKey].target_part._element = parse_xml(xml)

    def render_properties(self, context: dict[str, Any], jinja_env: Any = None) -> None:
        """Properties hold no tags."""


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    environment.template_class = _Bounded
    environment.globals.clear()
    environment.filters.clear()
    environment.tests.clear()
    return environment


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _cleaned(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    return plain(str(value))


def _check_package(template: bytes, name: str) -> None:
    if len(template) > LARGEST_TEMPLATE:
        raise TemplateRefused(_("The template {name} is too large.").format(name=name))
    try:
        with zipfile.ZipFile(BytesIO(template)) as package:
            parts = package.infolist()
            if sum(part.file_size for part in parts) > LARGEST_PACKAGE:
                raise TemplateRefused(_("The template {name} is too large.").format(name=name))
            if any(part.filename.lower().endswith(_REFUSED_PARTS) for part in parts):
                raise TemplateRefused(_("The template {name} holds macros.").format(name=name))
            for part in parts:
                _check_part(part.filename, package.read(part), name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise TemplateRefused(_no_document(name)) from error


def _check_part(part: str, data: bytes, name: str) -> None:
    if part.endswith((".xml", ".rels")) and b"<!DOCTYPE" in data:
        raise TemplateRefused(_no_document(name))
    if part.endswith(".rels") and b'TargetMode="External"' in data:
        raise TemplateRefused(
            _("The template {name} fetches something from elsewhere.").format(name=name)
        )


def _broken(name: str, error: TemplateSyntaxError) -> str:
    if str(error.message).startswith("Unexpected end of template"):
        return _("The template {name} has a “for” or “if” that does not end.").format(name=name)
    return _("The template {name} has a tag that nobody understands: {problem}.").format(
        name=name, problem=str(error.message).rstrip(".")
    )


def _no_document(name: str) -> str:
    return _("The template {name} is not a Word document (.docx).").format(name=name)
