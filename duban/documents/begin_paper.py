"""How every paper with the letterhead begins."""

from docx.document import Document

from duban.documents.letterhead import add_letterhead
from duban.documents.page import new_document
from duban.documents.write import add_addressee, add_blank, add_title


def begin_paper(*title: str, addressee: str = "{{ addressee }}") -> Document:
    """A new document down to whom it is for; ``title`` is one text a line."""
    document = new_document()
    add_letterhead(document, "{{ issuer }}", "{{ number }}")
    add_blank(document, 2)
    add_title(document, *title)
    add_blank(document)
    add_addressee(document, addressee)
    return document
