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
from duban.documents.check_package import check_package, no_document
from duban.documents.letterhead import fit_issuer
from duban.documents.page import saved
from duban.documents.plain_text import plain
from duban.documents.seal_place import centre_signatures

LARGEST_RESULT = 24 * 2**20
"""Characters of a part that is filled."""


def fill(template: bytes, allowed: Allowed, values: Mapping[str, object], *, name: str) -> Document:
    """The document that ``template`` makes of ``values``; ``name`` is what people call it.

    Values are texts, or lists of mappings of texts, as ``allowed`` names them.

    Raises:
        TemplateRefused: the file is no Word document, asks for what is not allowed, is broken,
            or grows beyond all measure.
    """
    check_package(template, name)
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
    except RecursionError as error:
        raise TemplateRefused(
            _("The template {name} is nested too deeply.").format(name=name)
        ) from error
    except (etree.XMLSyntaxError, zipfile.BadZipFile, KeyError, ValueError, AttributeError,
            TypeError) as error:  # fmt: skip
        raise no_document(name) from error
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


def _broken(name: str, error: TemplateSyntaxError) -> str:
    if str(error.message).startswith("Unexpected end of template"):
        return _("The template {name} has a “for” or “if” that does not end.").format(name=name)
    return _("The template {name} has a tag that nobody understands: {problem}.").format(
        name=name, problem=str(error.message).rstrip(".")
    )
