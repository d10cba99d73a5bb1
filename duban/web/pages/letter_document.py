"""A letter as a file: the .docx to print and seal, a PDF to look at, and a draft before issue."""

from dataclasses import replace

from starlette.responses import Response

from duban.documents.to_pdf import to_pdf
from duban.services.issue_letters import plan_letters
from duban.services.write_letter import draft_values, letter_values, write_letter
from duban.web.desk import Desk
from duban.web.doors import Pages
from duban.web.download import DOCX, PDF, download
from duban.web.letter_choice import read_choice
from models.queries.drafts import waiting_imports, waiting_organizations
from models.rights import Right

pages = Pages()


@pages.get("/letters/new/{code}/document", Right.ISSUE)
def draft(desk: Desk, code: str) -> Response:
    """A letter that is not issued, on the terms of the preview; it has no number."""
    with desk.reading() as sight:
        choice = read_choice(
            desk.query, organizations=waiting_organizations(sight.session),
            imports=waiting_imports(sight.session), now=sight.now,
        )  # fmt: skip
        at = choice.at or sight.now
        organization = sight.organization(code)
        chosen = replace(choice.chosen, organizations=(organization.id or 0,))
        plan, *_none = plan_letters(
            sight.session, at=at, rules=sight.rules, terms=choice.terms, chosen=chosen
        )
        values, name = draft_values(plan, choice.terms, at, sight.settings), organization.name
    return download(write_letter(values, desk.house.settings), f"{name}.docx", DOCX)


@pages.get("/letters/{reference}/document", Right.READ)
def document(desk: Desk, reference: str) -> Response:
    with desk.reading() as sight:
        letter = sight.letter(reference)
        values, name = letter_values(sight.session, letter, sight.settings), letter.number
    data = write_letter(values, desk.house.settings)
    if desk.query.get("as") == "pdf":
        return download(to_pdf(data), f"{name}.pdf", PDF)
    return download(data, f"{name}.docx", DOCX)
