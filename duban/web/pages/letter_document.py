"""A letter as a file: the .docx to print and seal, or a PDF of it to look at."""

from starlette.responses import Response

from duban.documents.to_pdf import to_pdf
from duban.services.write_letter import letter_values, write_letter
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.download import DOCX, PDF, download
from models.rights import Right

pages = Pages()


@pages.get("/letters/{reference}/document", Right.READ)
def document(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        values, name = letter_values(sight.session, letter, sight.settings), letter.number
    data = write_letter(values, desk.house.settings)
    if desk.query.get("as") == "pdf":
        return download(to_pdf(data), f"{name}.pdf", PDF)
    return download(data, f"{name}.docx", DOCX)
