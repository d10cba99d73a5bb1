"""The end of a text: issuer and date never stand on a page by themselves."""

from docx.document import Document


def keep_end(document: Document, paragraphs: int) -> None:
    """Keep the last so many paragraphs on one page, the last of the text among them."""
    for paragraph in document.paragraphs[-paragraphs:-1]:
        paragraph.paragraph_format.keep_with_next = True
